import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildAdjacency } from './adjacency.ts';
import { pageRank } from './pagerank.ts';
import { anyTestGraph, graphAndNames, karateClub, renamed, type TestGraph } from './synthetic.ts';

fc.configureGlobal({ seed: 43 });

const DAMPING = 0.85;
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-8, `${a} is not ${b}`);
const ranksOf = ({ nodes, edges, weights }: TestGraph): Float64Array =>
  pageRank(buildAdjacency(nodes, edges, weights)).ranks;

/** Power iteration on the full matrix: the oracle. */
function denseRanks({ nodes, edges, weights }: TestGraph): number[] {
  const matrix = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0));
  for (const [edge, weight] of weights.entries()) {
    const [a, b] = edges.subarray(2 * edge, 2 * edge + 2) as unknown as [number, number];
    if (a === b) continue;
    (matrix[a] as number[])[b]! += weight;
    (matrix[b] as number[])[a]! += weight;
  }
  const step = matrix.map((row) => {
    const sum = row.reduce((total, value) => total + value, 0);
    return row.map((value) => DAMPING * (sum > 0 ? value / sum : 1 / nodes) + (1 - DAMPING) / nodes);
  });
  let ranks = Array.from({ length: nodes }, () => 1 / nodes);
  for (let i = 0; i < 300; i++)
    ranks = ranks.map((_, to) => ranks.reduce((sum, rank, from) => sum + rank * (step[from] as number[])[to]!, 0));
  return ranks;
}

describe('pageRank', () => {
  test('agrees with the dense power iteration on the karate club', () => {
    const ranks = ranksOf(karateClub);
    for (const [node, rank] of denseRanks(karateClub).entries()) near(ranks[node] as number, rank);
    // The instructor and the administrator, as every publication has it.
    assert.equal(ranks[33]?.toFixed(4), '0.1009');
    assert.equal(ranks[0]?.toFixed(4), '0.0970');
  });

  test('agrees with it on any weighted graph, and sums to 1', () => {
    fc.assert(
      fc.property(anyTestGraph, (graph) => {
        const ranks = ranksOf(graph);
        near(
          ranks.reduce((sum, rank) => sum + rank, 0),
          1,
        );
        for (const [node, rank] of denseRanks(graph).entries()) near(ranks[node] as number, rank);
      }),
    );
  });

  test('does not depend on the numbering of the nodes', () => {
    fc.assert(
      fc.property(graphAndNames, ([graph, names]) => {
        const ranks = ranksOf(graph);
        const other = ranksOf(renamed(graph, names));
        for (const [node, name] of names.entries()) near(ranks[node] as number, other[name] as number);
      }),
    );
  });

  test('says whether it converged', () => {
    const graph = buildAdjacency(karateClub.nodes, karateClub.edges);
    assert.equal(pageRank(graph).converged, true);
    const cut = pageRank(graph, { maxIterations: 3 });
    assert.deepEqual([cut.converged, cut.iterations], [false, 3]);
    assert.deepEqual(pageRank(buildAdjacency(0, Uint32Array.of())), {
      ranks: new Float64Array(),
      iterations: 0,
      converged: true,
    });
  });

  test('without damping everybody is equal; with too much it refuses', () => {
    const graph = buildAdjacency(karateClub.nodes, karateClub.edges);
    for (const rank of pageRank(graph, { damping: 0 }).ranks) near(rank, 1 / 34);
    for (const damping of [1, -0.1, NaN]) assert.throws(() => pageRank(graph, { damping }), RangeError);
  });
});
