/** Louvain and label propagation: what holds for any way of finding communities, and what each promises. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { type Adjacency, buildAdjacency } from './adjacency.ts';
import { findComponents } from './components.ts';
import { labelPropagation } from './label-propagation.ts';
import { louvain } from './louvain.ts';
import { modularity } from './modularity.ts';
import type { Partition } from './partition.ts';
import { anyTestGraph, karateClub, type TestGraph } from './synthetic.ts';

fc.configureGlobal({ seed: 45 });

const adjacencyOf = ({ nodes, edges, weights }: TestGraph): Adjacency => buildAdjacency(nodes, edges, weights);
const karate = adjacencyOf(karateClub);
const singletons = (nodes: number): Uint32Array => Uint32Array.from({ length: nodes }, (_, node) => node);

/** Two complete graphs of five, joined by one edge. */
const barbell: TestGraph = (() => {
  const edges: number[] = [0, 5];
  for (const first of [0, 5])
    for (let a = 0; a < 5; a++) for (let b = a + 1; b < 5; b++) edges.push(first + a, first + b);
  return { nodes: 10, edges: Uint32Array.from(edges), weights: edges.slice(edges.length / 2).map(() => 1) };
})();

/** Sum over all pairs, as the definition has it: the oracle. */
function denseModularity({ nodes, edges, weights }: TestGraph, of: Uint32Array): number {
  const matrix = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0));
  for (const [edge, weight] of weights.entries()) {
    const [a, b] = edges.subarray(2 * edge, 2 * edge + 2) as unknown as [number, number];
    if (a === b) continue;
    (matrix[a] as number[])[b]! += weight;
    (matrix[b] as number[])[a]! += weight;
  }
  const strength = matrix.map((row) => row.reduce((sum, value) => sum + value, 0));
  const total = strength.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  let sum = 0;
  for (let a = 0; a < nodes; a++) {
    for (let b = 0; b < nodes; b++)
      if (of[a] === of[b])
        sum += (matrix[a] as number[])[b]! - ((strength[a] as number) * (strength[b] as number)) / total;
  }
  return sum / total;
}

const METHODS: readonly (readonly [string, (graph: Adjacency, seed: number) => Partition])[] = [
  ['louvain', (graph, seed) => louvain(graph, { random: seededRandom(seed) })],
  ['labelPropagation', (graph, seed) => labelPropagation(graph, { random: seededRandom(seed) })],
];

for (const [name, find] of METHODS) {
  describe(`communities by ${name}`, () => {
    test('are the two halves of a barbell', () => {
      assert.deepEqual([...find(adjacencyOf(barbell), 1).of], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    });

    test('are a partition into connected parts, and the same for the same seed', () => {
      fc.assert(
        fc.property(anyTestGraph, fc.nat(), (graph, seed) => {
          const adjacency = adjacencyOf(graph);
          const { of, sizes } = find(adjacency, seed);
          assert.equal(
            sizes.reduce((sum, size) => sum + size, 0),
            graph.nodes,
          );
          assert.ok(of.every((community) => (sizes[community] ?? 0) > 0));
          assert.equal(findComponents(adjacency, of).sizes.length, sizes.length);
          assert.deepEqual(find(adjacency, seed).of, of);
        }),
      );
    });

    test('are lone nodes where there is no edge, and none where there is no node', () => {
      assert.deepEqual([...find(buildAdjacency(3, Uint32Array.of()), 1).of], [0, 1, 2]);
      assert.equal(find(buildAdjacency(0, Uint32Array.of()), 1).sizes.length, 0);
    });
  });
}

describe('louvain', () => {
  test('finds the best communities of the karate club from nearly every seed', () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    const found = seeds.map((seed) => louvain(karate, { random: seededRandom(seed) }));
    const scores = found.map(({ modularity }) => modularity);
    // 0.4198 is the optimum (U. Brandes et al.: On modularity clustering, 2008); a greedy search may miss it.
    assert.ok(scores.every((score) => score > 0.38 && score < 0.4198));
    assert.ok(scores.filter((score) => score > 0.4197).length >= 90);
    assert.ok((scores[0] as number) >= 0.4);
    assert.equal(found[0]?.sizes.length, 4);
  });

  test('never scores below single nodes, nor below one community', () => {
    fc.assert(
      fc.property(anyTestGraph, fc.nat(), (graph, seed) => {
        const adjacency = adjacencyOf(graph);
        const found = louvain(adjacency, { random: seededRandom(seed) });
        assert.ok(found.modularity >= modularity(adjacency, singletons(graph.nodes)) - 1e-12);
        assert.ok(found.modularity >= modularity(adjacency, new Uint32Array(graph.nodes)) - 1e-12);
        assert.ok(Math.abs(found.modularity - denseModularity(graph, found.of)) < 1e-12);
      }),
    );
  });

  test('follows the weights', () => {
    const square = Uint32Array.of(0, 1, 1, 2, 2, 3, 3, 0);
    const pairs = louvain(buildAdjacency(4, square, [9, 1, 9, 1]), { random: seededRandom(1) });
    assert.deepEqual([...pairs.of], [0, 0, 1, 1]);
  });

  test('finds more communities at a higher resolution', () => {
    const count = (resolution: number): number => louvain(karate, { random: seededRandom(1), resolution }).sizes.length;
    assert.ok(count(0.2) < count(1) && count(1) < count(4));
  });
});

describe('labelPropagation', () => {
  test('ends with every node under a heaviest label of its neighbours', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { converged, rounds, sizes } = labelPropagation(karate, { random: seededRandom(seed) });
      assert.ok(converged && rounds < 50);
      assert.ok(sizes.length < karateClub.nodes);
    }
  });

  test('says when it was cut short', () => {
    const { converged, rounds } = labelPropagation(karate, { random: seededRandom(1), maxRounds: 1 });
    assert.deepEqual([converged, rounds], [false, 1]);
  });
});
