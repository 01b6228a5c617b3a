/**
 * PageRank (S. Brin, L. Page: The anatomy of a large-scale hypertextual web search engine, 1998) by power iteration;
 * nodes without edges give their rank to all (A. Langville, C. Meyer: Deeper inside PageRank, 2004).
 */
import { type Adjacency, strengths } from './adjacency.ts';

export interface PageRankOptions {
  /** Probability of following an edge rather than jumping anywhere, 0 <= damping < 1. Default 0.85. */
  readonly damping?: number;
  /** Stops when the ranks change by less than this in total. Default 1e-9. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
}

export interface PageRank {
  /** Length n, >= 0, sum 1. */
  readonly ranks: Float64Array;
  readonly iterations: number;
  /** False when `maxIterations` came first. */
  readonly converged: boolean;
}

/**
 * Where a walker is who follows edges in proportion to their weight and now and then jumps anywhere.
 * O(iterations x (n + m)); with damping 0.85 about 130 iterations for the default tolerance.
 *
 * @throws RangeError when damping is outside its range
 */
export function pageRank(graph: Adjacency, options: PageRankOptions = {}): PageRank {
  const { damping = 0.85, tolerance = 1e-9, maxIterations = 200 } = options;
  if (!(damping >= 0 && damping < 1)) throw new RangeError(`damping is ${damping}, not 0 or more and below 1`);
  const { nodes } = graph;
  const strength = strengths(graph);
  let ranks = new Float64Array(nodes).fill(1 / nodes);
  let next = new Float64Array(nodes);
  const shares = new Float64Array(nodes);
  let iterations = 0;
  let change = nodes > 0 ? Infinity : 0;
  while (change >= tolerance && iterations < maxIterations) {
    const dangling = giveShares(strength, ranks, shares);
    gather(graph, shares, damping, (1 - damping + damping * dangling) / nodes, next);
    change = 0;
    for (let node = 0; node < nodes; node++) change += Math.abs(next[node]! - ranks[node]!);
    [ranks, next] = [next, ranks];
    iterations++;
  }
  return { ranks, iterations, converged: change < tolerance };
}

/** Fills in what each node gives to a unit of weight; returns the rank of those that have nobody to give it to. */
function giveShares(strength: Float64Array, ranks: Float64Array, shares: Float64Array): number {
  let dangling = 0;
  for (let node = 0; node < ranks.length; node++) {
    if (strength[node]! > 0) shares[node] = ranks[node]! / strength[node]!;
    else dangling += ranks[node]!;
  }
  return dangling;
}

/** As the graph is undirected, the row of those that a node gives to is the row of those that it gets from. */
function gather(
  { nodes, offsets, neighbours, weights }: Adjacency,
  shares: Float64Array,
  damping: number,
  everywhere: number,
  ranks: Float64Array,
): void {
  for (let node = 0; node < nodes; node++) {
    let sum = 0;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const share = shares[neighbours[e]!]!;
      sum += weights ? share * weights[e]! : share;
    }
    ranks[node] = everywhere + damping * sum;
  }
}
