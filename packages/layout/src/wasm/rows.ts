/** Rows of neighbours with the edge that each entry belongs to, so that the roots of an edge are taken only once. */
import type { KernelGraph } from '../kernel.ts';

const LANES = 4;

/** Number of edges of rows in which every edge stands twice, filled up to a multiple of four. */
export const paddedEdges = (neighbours: Uint32Array): number => Math.ceil(neighbours.length / 2 / LANES) * LANES;

/** Arrays to write to. */
export interface EdgeArrays {
  /** Pairs of nodes, one pair an edge, zero beyond the last edge. */
  readonly ends: Uint32Array;
  /** Edge of each entry of the rows. */
  readonly edgeOf: Uint32Array;
}

const NONE = 0xffffffff;

/**
 * Numbers the edges in the order of their first end, so that half of all look-ups are in order. Parallel edges get
 * numbers of their own. O(n + m).
 */
export function numberEdges({ nodes, offsets, neighbours }: KernelGraph, { ends, edgeOf }: EdgeArrays): void {
  ends.fill(0);
  // Edges that end at a node, as a list through `nextTo`; then, for one node at a time, those from each other node.
  const lastTo = new Uint32Array(nodes).fill(NONE);
  const nextTo = new Uint32Array(neighbours.length >> 1);
  let edge = 0;
  for (let node = 0; node < nodes; node++) {
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const other = neighbours[e]!;
      if (other < node) continue;
      ends[2 * edge] = node;
      ends[2 * edge + 1] = other;
      nextTo[edge] = lastTo[other]!;
      lastTo[other] = edge;
      edgeOf[e] = edge++;
    }
  }
  const from = new Uint32Array(nodes).fill(NONE);
  for (let node = 0; node < nodes; node++) {
    for (let known = lastTo[node]!; known !== NONE;) {
      const next = nextTo[known]!;
      nextTo[known] = from[ends[2 * known]!]!;
      from[ends[2 * known]!] = known;
      known = next;
    }
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const other = neighbours[e]!;
      if (other > node) continue;
      edgeOf[e] = from[other]!;
      from[other] = nextTo[from[other]!]!;
    }
  }
}
