/**
 * For a test: a program that has a peak and then always something to do. Reports the least memory that it had afterwards, MB.
 * With an argument it trims its heap in quick motion.
 */
import { setTimeout } from 'node:timers/promises';
import { VirtualClock } from '@vortexflow/primitives';
import { trimHeaps } from './heap-trim.ts';

const megabytes = (): number => process.memoryUsage.rss() / 1_048_576;

const clock = new VirtualClock();
const stop = process.argv[2] === undefined ? null : trimHeaps(clock, 0);
let peak: unknown[] = Array.from({ length: 1_500_000 }, (_, i) => ({ i, list: [i] }));
const most = megabytes();
peak = peak.slice(0, 1);

let recent: unknown[] = [];
let least = most;
for (const since = performance.now(); performance.now() - since < 10_000;) {
  for (let i = 0; i < 4_000; i++) recent.push({ i, list: [i, i + 1] });
  if (recent.length > 200_000) recent = recent.slice(100_000);
  least = Math.min(least, megabytes());
  if (least < most / 2) break;
  clock.advance(100);
  await setTimeout(2);
}
stop?.();
process.stdout.write(JSON.stringify({ most, least, kept: peak.length }));
