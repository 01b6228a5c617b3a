/** Graphs for tests: one with known answers, and arbitrary ones. */
import * as fc from 'fast-check';

/** Pairs of an undirected graph. */
export interface TestGraph {
  readonly nodes: number;
  readonly edges: Uint32Array;
  /** One per edge. */
  readonly weights: number[];
}

/** Neighbours with a greater number, member by member (W. Zachary: An information flow model for conflict and fission in small groups, 1977). */
const KARATE_ROWS = [
  [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
  [2, 3, 7, 13, 17, 19, 21, 30],
  [3, 7, 8, 9, 13, 27, 28, 32],
  [7, 12, 13],
  [6, 10],
  [6, 10, 16],
  [16],
  [],
  [30, 32, 33],
  [33],
  [],
  [],
  [],
  [33],
  [32, 33],
  [32, 33],
  [],
  [],
  [32, 33],
  [33],
  [32, 33],
  [],
  [32, 33],
  [25, 27, 29, 32, 33],
  [25, 27, 31],
  [31],
  [29, 33],
  [33],
  [31, 33],
  [32, 33],
  [32, 33],
  [32, 33],
  [33],
  [],
];

/** 34 members of a karate club and their 78 friendships. */
export const karateClub: TestGraph = {
  nodes: KARATE_ROWS.length,
  edges: Uint32Array.from(KARATE_ROWS.flatMap((row, node) => row.flatMap((other) => [node, other]))),
  weights: KARATE_ROWS.flatMap((row) => row.map(() => 1)),
};

/** Graphs of 1 to 14 nodes with loops, parallel edges and lone nodes; weights are whole, so that sums are exact. */
export const anyTestGraph: fc.Arbitrary<TestGraph> = fc.integer({ min: 1, max: 14 }).chain((nodes) => {
  const node = fc.nat(nodes - 1);
  return fc.array(fc.tuple(node, node, fc.integer({ min: 1, max: 9 })), { maxLength: 30 }).map((edges) => ({
    nodes,
    edges: Uint32Array.from(edges.flatMap(([a, b]) => [a, b])),
    weights: edges.map(([, , weight]) => weight),
  }));
});

/** The same graph with node i called `names[i]`. */
export const renamed = ({ nodes, edges, weights }: TestGraph, names: readonly number[]): TestGraph => ({
  nodes,
  edges: edges.map((node) => names[node] as number),
  weights,
});

/** A graph and a permutation of its nodes. */
export const graphAndNames: fc.Arbitrary<[TestGraph, number[]]> = anyTestGraph.chain((graph) => {
  const nodes = Array.from({ length: graph.nodes }, (_, node) => node);
  return fc.tuple(fc.constant(graph), fc.shuffledSubarray(nodes, { minLength: graph.nodes }));
});
