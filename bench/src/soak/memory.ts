/**
 * `node bench/src/soak/memory.ts REPORT [FROM]`: resident memory in a report that `soak.ts --json REPORT` wrote, in means of
 * five minutes, the period in which processes trim their heaps, and how it grows from a minute on. Without one: in the second half.
 */
import { readFileSync } from 'node:fs';
import { periodMeans, slope } from './statistics.ts';

const PERIOD_H = 5 / 60;
const [file, from] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node bench/src/soak/memory.ts REPORT [FROM]');
const { seconds, timeline } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly seconds: number;
  readonly timeline: readonly { readonly memoryMb: number | null }[];
};
const [begin, end] = [from === undefined ? seconds / 7_200 : Number(from) / 60, seconds / 3_600];
// JSON has no NaN: null until it was looked at.
const points = timeline.flatMap(({ memoryMb }, i) => (memoryMb === null ? [] : [[i / 3_600, memoryMb] as const]));
const minutes = (hours: number): string => (hours * 60).toFixed(1);
const growth = (some: readonly (readonly [number, number])[]): string => {
  const value = slope(some);
  return `${value < 0 ? '' : '+'}${value.toFixed(1)} MB/h`;
};

process.stdout.write('minute  MB on average, of five minutes\n');
for (const [middle, mean] of periodMeans(points, PERIOD_H, [0, end]))
  process.stdout.write(`${minutes(middle).padStart(6)}  ${mean.toFixed(0)}\n`);
const late = points.filter(([at]) => at >= begin);
process.stdout.write(
  `from minute ${minutes(begin)} on: ${growth(periodMeans(late, PERIOD_H, [begin, end]))} by these means, ${growth(late)} sample by sample\n`,
);
