/** `node bench/src/layout/inputs.ts`: sizes of all graphs that layouts are measured on. */
import { buildAdjacency, findComponents, strengths } from '@vortexflow/graph';
import type { BenchGraph } from './graph.ts';
import { debianPackages, million, wordNet, wordNetVerbs } from './graphs.ts';

const say = (text: string): void => void process.stderr.write(`… ${text}\n`);
const number = (value: number): string => value.toLocaleString('en');

function print({ name, nodes, edges }: BenchGraph): void {
  const adjacency = buildAdjacency(nodes, edges);
  const most = strengths(adjacency).reduce((greatest, degree) => Math.max(greatest, degree), 0);
  const largest = findComponents(adjacency).sizes.reduce((greatest, size) => Math.max(greatest, size), 0);
  const cells = [name, number(nodes), number(edges.length / 2), number(largest), number(most)];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

process.stdout.write(
  '| graph | nodes | edges | largest component | highest degree |\n| --- | --- | --- | --- | --- |\n',
);
print(await wordNetVerbs());
print(await wordNet());
const debian = await debianPackages(say);
if (debian) print(debian);
print(million());
