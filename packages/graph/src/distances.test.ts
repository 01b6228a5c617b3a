import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildAdjacency } from './adjacency.ts';
import { distancesFrom } from './distances.ts';
import { anyTestGraph, type TestGraph } from './synthetic.ts';

fc.configureGlobal({ seed: 44 });

/** Bellman-Ford: the oracle. */
function bellmanFord({ nodes, edges, weights }: TestGraph, source: number): number[] {
  const distances = Array.from({ length: nodes }, (_, node) => (node === source ? 0 : Infinity));
  for (let round = 0; round < nodes; round++) {
    for (const [edge, weight] of weights.entries()) {
      const [a, b] = edges.subarray(2 * edge, 2 * edge + 2) as unknown as [number, number];
      distances[a] = Math.min(distances[a] as number, (distances[b] as number) + weight);
      distances[b] = Math.min(distances[b] as number, distances[a] + weight);
    }
  }
  return distances;
}

describe('distancesFrom', () => {
  test('takes the longer way round when it is shorter', () => {
    const graph = buildAdjacency(4, Uint32Array.of(0, 1, 1, 2, 0, 2), [1, 1, 5]);
    assert.deepEqual([...distancesFrom(graph, 0)], [0, 1, 2, Infinity]);
  });

  test('takes lengths of 0', () => {
    assert.deepEqual([...distancesFrom(buildAdjacency(3, Uint32Array.of(0, 1, 1, 2), [0, 2]), 2)], [2, 2, 0]);
  });

  test('agrees with Bellman-Ford, with and without weights', () => {
    fc.assert(
      fc.property(anyTestGraph, (graph) => {
        const hops = { ...graph, weights: graph.weights.map(() => 1) };
        const weighted = buildAdjacency(graph.nodes, graph.edges, graph.weights);
        const plain = buildAdjacency(graph.nodes, graph.edges);
        for (let source = 0; source < graph.nodes; source++) {
          assert.deepEqual([...distancesFrom(weighted, source)], bellmanFord(graph, source));
          assert.deepEqual([...distancesFrom(plain, source)], bellmanFord(hops, source));
        }
      }),
    );
  });

  test('refuses a source that is not there', () => {
    const graph = buildAdjacency(2, Uint32Array.of(0, 1));
    for (const source of [-1, 2, 0.5, NaN]) assert.throws(() => distancesFrom(graph, source), RangeError);
  });
});
