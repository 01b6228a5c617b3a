import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildAdjacency, strengths } from './adjacency.ts';
import { anyTestGraph } from './synthetic.ts';

fc.configureGlobal({ seed: 41 });

describe('buildAdjacency', () => {
  test('puts each edge into both rows, with its weight, and leaves loops out', () => {
    const graph = buildAdjacency(3, Uint32Array.of(0, 1, 2, 2, 2, 0), [5, 6, 7]);
    assert.deepEqual([...graph.offsets], [0, 2, 3, 4]);
    assert.deepEqual([...graph.neighbours], [1, 2, 0, 0]);
    assert.deepEqual([...(graph.weights ?? [])], [5, 7, 5, 7]);
  });

  test('holds exactly the edges that were given', () => {
    fc.assert(
      fc.property(anyTestGraph, ({ nodes, edges, weights }) => {
        const graph = buildAdjacency(nodes, edges, weights);
        const found: string[] = [];
        for (let node = 0; node < nodes; node++) {
          for (let e = graph.offsets[node] as number; e < (graph.offsets[node + 1] as number); e++)
            found.push(`${node} ${graph.neighbours[e]} ${graph.weights?.[e]}`);
        }
        const given = weights.flatMap((weight, edge) => {
          const [a, b] = edges.subarray(2 * edge, 2 * edge + 2);
          return a === b ? [] : [`${a} ${b} ${weight}`, `${b} ${a} ${weight}`];
        });
        assert.deepEqual(found.sort(), given.sort());
      }),
    );
  });

  test('refuses what is no graph', () => {
    assert.throws(() => buildAdjacency(2, Uint32Array.of(0, 2)), RangeError);
    assert.throws(() => buildAdjacency(2, Uint32Array.of(0)), RangeError);
    assert.throws(() => buildAdjacency(2, Uint32Array.of(0, 1), []), RangeError);
    for (const weight of [-1, NaN, Infinity])
      assert.throws(() => buildAdjacency(2, Uint32Array.of(0, 1), [weight]), RangeError);
  });
});

test('strengths are degrees where edges have no weight', () => {
  const edges = Uint32Array.of(0, 1, 0, 2);
  assert.deepEqual([...strengths(buildAdjacency(4, edges))], [2, 1, 1, 0]);
  assert.deepEqual([...strengths(buildAdjacency(4, edges, [3, 0.5]))], [3.5, 3, 0.5, 0]);
});
