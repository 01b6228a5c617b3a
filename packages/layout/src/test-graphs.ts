/** Small graphs with a known shape, for tests. */

/** Pairs i, j as the engine wants them. */
const pairs = (edges: readonly (readonly [number, number])[]): Uint32Array => Uint32Array.from(edges.flat());

export interface TestGraph {
  readonly nodes: number;
  readonly edges: Uint32Array;
}

export const pathGraph = (nodes: number): TestGraph => ({
  nodes,
  edges: pairs(Array.from({ length: nodes - 1 }, (_, i) => [i, i + 1] as const)),
});

/** One hub and its leaves. */
export const starGraph = (leaves: number): TestGraph => ({
  nodes: leaves + 1,
  edges: pairs(Array.from({ length: leaves }, (_, i) => [0, i + 1] as const)),
});

/** A square grid with `side` x `side` nodes. */
export function gridGraph(side: number): TestGraph {
  const edges: [number, number][] = [];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const node = row * side + column;
      if (column + 1 < side) edges.push([node, node + 1]);
      if (row + 1 < side) edges.push([node, node + side]);
    }
  }
  return { nodes: side * side, edges: pairs(edges) };
}

/** A tree in which node i hangs from node floor((i - 1) / children). */
export const treeGraph = (nodes: number, children: number): TestGraph => ({
  nodes,
  edges: pairs(Array.from({ length: nodes - 1 }, (_, i) => [i + 1, Math.floor(i / children)] as const)),
});

/** The same graph with nodes that have no edge. */
export const withIsolated = (graph: TestGraph, isolated: number): TestGraph => ({
  nodes: graph.nodes + isolated,
  edges: graph.edges,
});
