import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildAdjacency } from './adjacency.ts';
import { findComponents } from './components.ts';
import { anyTestGraph, karateClub } from './synthetic.ts';

fc.configureGlobal({ seed: 42 });

/** Union-find: the oracle. */
function unionFind(nodes: number, edges: Uint32Array): (node: number) => number {
  const parents = Array.from({ length: nodes }, (_, node) => node);
  const rootOf = (node: number): number => (parents[node] === node ? node : rootOf(parents[node] as number));
  for (let e = 0; e < edges.length; e += 2) parents[rootOf(edges[e] as number)] = rootOf(edges[e + 1] as number);
  return rootOf;
}

describe('findComponents', () => {
  test('are numbered by their first node', () => {
    const { of, sizes } = findComponents(buildAdjacency(5, Uint32Array.of(4, 0, 1, 3)));
    assert.deepEqual([...of], [0, 1, 2, 1, 0]);
    assert.deepEqual([...sizes], [2, 2, 1]);
  });

  test('are one for a club, none for nobody', () => {
    assert.deepEqual([...findComponents(buildAdjacency(karateClub.nodes, karateClub.edges)).sizes], [34]);
    assert.equal(findComponents(buildAdjacency(0, Uint32Array.of())).sizes.length, 0);
  });

  test('agree with union-find', () => {
    fc.assert(
      fc.property(anyTestGraph, ({ nodes, edges }) => {
        const { of, sizes } = findComponents(buildAdjacency(nodes, edges));
        const rootOf = unionFind(nodes, edges);
        const roots = Array.from({ length: nodes }, (_, node) => rootOf(node));
        assert.equal(sizes.length, new Set(roots).size);
        for (let a = 0; a < nodes; a++)
          for (let b = 0; b < nodes; b++) assert.equal(of[a] === of[b], roots[a] === roots[b]);
        for (const [component, size] of sizes.entries())
          assert.equal(size, of.filter((other) => other === component).length);
      }),
    );
  });

  test('do not cross labels', () => {
    const path = buildAdjacency(4, Uint32Array.of(0, 1, 1, 2, 2, 3));
    assert.deepEqual([...findComponents(path, Uint32Array.of(7, 7, 1, 7)).of], [0, 0, 1, 2]);
  });
});
