import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import type { KernelGraph } from '../kernel.ts';
import { kernelGraph } from '../kernel-conformance.ts';
import { countEntries, countSlices, type Slices, writeSlices } from './slices.ts';

function sliced(graph: KernelGraph): Slices {
  const entries = countEntries(graph.offsets);
  const slices = {
    offsets: new Uint32Array(countSlices(graph.nodes) + 1).fill(9),
    neighbours: new Uint32Array(entries).fill(99),
    stiffness: new Float32Array(entries).fill(9),
  };
  writeSlices(graph, slices);
  assert.equal(slices.offsets.at(-1), entries / 2);
  return slices;
}

/** Neighbours and stiffness of a node, as the kernel comes by them; what pulls nothing is left out. */
function rowOf({ offsets, neighbours, stiffness }: Slices, node: number): [number, number][] {
  const offset = offsets[node >> 2]!;
  const [begin, end] = [(offset >> 1) * 4, (offsets[(node >> 2) + 1]! >> 1) * 4];
  const lane = node % 4;
  const entries: number[] = [];
  if ((offset & 1) === 0) {
    for (let e = begin + lane; e < end; e += 4) entries.push(e);
  } else {
    const lengths = [...neighbours.subarray(begin, begin + 4)];
    const first = begin + 4 + 4 * lengths.slice(0, lane).reduce((sum, length) => sum + length, 0);
    for (let e = first; e < first + 4 * lengths[lane]!; e++) entries.push(e);
  }
  return entries.filter((e) => stiffness[e] !== 0).map((e) => [neighbours[e]!, stiffness[e]!]);
}

const rowIn = ({ offsets, neighbours, stiffness }: KernelGraph, node: number): [number, number][] =>
  Array.from({ length: offsets[node + 1]! - offsets[node]! }, (_, k) => {
    const e = offsets[node]! + k;
    return [neighbours[e]!, stiffness[e]!];
  });

it('keeps the row of every node, and fills up with what pulls nothing', () => {
  const pairs = fc.array(fc.tuple(fc.nat(18), fc.nat(18)), { maxLength: 60 });
  fc.assert(
    fc.property(pairs, fc.boolean(), (some, hub) => {
      const spokes = hub ? Array.from({ length: 18 }, (_, k) => [2, k < 2 ? k : k + 1]) : [];
      const edges = Uint32Array.from([...some.filter(([a, b]) => a !== b), ...spokes].flat());
      const graph = kernelGraph({ nodes: 19, edges });
      const slices = sliced(graph);
      for (let node = 0; node < 19; node++) assert.deepEqual(rowOf(slices, node), rowIn(graph, node));
      assert.ok(slices.neighbours.every((node) => node < 19));
    }),
    { seed: 5 },
  );
});

it('writes rows one after another beside a hub, and lanes elsewhere', () => {
  const hub = kernelGraph({ nodes: 80, edges: Uint32Array.from({ length: 158 }, (_, k) => (k % 2 ? (k + 1) / 2 : 0)) });
  const { offsets, neighbours } = sliced(hub);
  assert.equal(offsets[0]! & 1, 1);
  assert.ok([...offsets.subarray(1, 20)].every((offset) => (offset & 1) === 0));
  assert.ok(neighbours.length < 1.5 * hub.neighbours.length + 80);
});
