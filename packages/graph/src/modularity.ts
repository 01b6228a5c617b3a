/** Modularity (M. Newman, M. Girvan: Finding and evaluating community structure in networks, 2004). */
import { type Adjacency, strengths } from './adjacency.ts';

/**
 * Share of the edge weight inside communities, less what chance would put there; below 1, 0 for a single community.
 * O(n + m).
 *
 * @param of community of each node, numbers below n
 * @param resolution weight of what chance would do: greater favours smaller communities (J. Reichardt, S. Bornholdt, 2006)
 * @returns 0 for a graph without edges
 */
export function modularity(graph: Adjacency, of: Uint32Array, resolution = 1): number {
  const { nodes, offsets, neighbours, weights } = graph;
  const strength = strengths(graph);
  const sums = new Float64Array(nodes);
  let inside = 0;
  let total = 0;
  for (let node = 0; node < nodes; node++) {
    const community = of[node]!;
    sums[community]! += strength[node]!;
    total += strength[node]!;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      if (of[neighbours[e]!] === community) inside += weights ? weights[e]! : 1;
    }
  }
  if (total === 0) return 0;
  let chance = 0;
  for (const sum of sums) chance += (sum / total) ** 2;
  return inside / total - resolution * chance;
}
