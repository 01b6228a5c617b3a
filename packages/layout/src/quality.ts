/** How good a layout is: the yardsticks of the conformance suite. All exact, for small graphs. */
import type { Csr } from './csr.ts';

/** Distances in edges from a node to all nodes; -1 where there is no way. */
function hopsFrom({ nodes, offsets, neighbours }: Csr, source: number): Int32Array {
  const hops = new Int32Array(nodes).fill(-1);
  const queue = [source];
  hops[source] = 0;
  for (const node of queue) {
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const next = neighbours[e]!;
      if (hops[next] !== -1) continue;
      hops[next] = hops[node]! + 1;
      queue.push(next);
    }
  }
  return hops;
}

const distance = (positions: Float32Array, a: number, b: number): number =>
  Math.hypot(
    positions[a * 3]! - positions[b * 3]!,
    positions[a * 3 + 1]! - positions[b * 3 + 1]!,
    positions[a * 3 + 2]! - positions[b * 3 + 2]!,
  );

/**
 * Normalised stress over all connected pairs: the mean of (s x distance / hops - 1)^2 at the best scale s. 0 is perfect,
 * 1 the worst (E. Gansner, Y. Koren, S. North: Graph drawing by stress majorization, 2004).
 */
export function stressOf(graph: Csr, positions: Float32Array): number {
  let sum = 0;
  let squares = 0;
  let pairs = 0;
  for (let a = 0; a < graph.nodes; a++) {
    for (const [b, hops] of hopsFrom(graph, a).entries()) {
      if (b <= a || hops < 1) continue;
      const ratio = distance(positions, a, b) / hops;
      sum += ratio;
      squares += ratio * ratio;
      pairs++;
    }
  }
  return 1 - (sum * sum) / (squares * pairs);
}

/**
 * Neighbourhood preservation: the mean Jaccard index of a node's neighbours and as many nearest nodes. 1 is perfect
 * (J. Kruiger et al.: Graph layouts by t-SNE, 2017).
 */
export function neighbourhoodPreservation(graph: Csr, positions: Float32Array): number {
  let sum = 0;
  for (let node = 0; node < graph.nodes; node++) {
    const own = new Set(graph.neighbours.subarray(graph.offsets[node], graph.offsets[node + 1]));
    const nearest = Array.from({ length: graph.nodes }, (_, other) => other)
      .filter((other) => other !== node)
      .sort((a, b) => distance(positions, node, a) - distance(positions, node, b))
      .slice(0, own.size);
    const shared = nearest.filter((other) => own.has(other)).length;
    sum += own.size > 0 ? shared / (2 * own.size - shared) : 1;
  }
  return sum / graph.nodes;
}

/** Mean distance of joined nodes over mean distance of all pairs; below 1 edges are shorter than chance. */
export function edgeLengthRatio(edges: Uint32Array, positions: Float32Array): number {
  const nodes = positions.length / 3;
  let joined = 0;
  for (let e = 0; e < edges.length; e += 2) joined += distance(positions, edges[e]!, edges[e + 1]!);
  let all = 0;
  for (let a = 0; a < nodes; a++) for (let b = 0; b < a; b++) all += distance(positions, a, b);
  return joined / (edges.length / 2) / (all / ((nodes * (nodes - 1)) / 2));
}
