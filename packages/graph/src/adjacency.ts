/**
 * The graph that analytics work on: undirected, compressed sparse rows. The neighbours of node i are
 * `neighbours[offsets[i]] .. neighbours[offsets[i + 1] - 1]`.
 */

/** An undirected graph; each edge stands in the rows of both its ends. 4n + 8m bytes, 16m more with weights. */
export interface Adjacency {
  readonly nodes: number;
  /** Length n + 1, ascending. */
  readonly offsets: Uint32Array;
  /** Length 2m. No self-loops; parallel edges stay parallel. */
  readonly neighbours: Uint32Array;
  /** Length 2m, finite, >= 0, the same in both rows of an edge; absent where every edge weighs 1. */
  readonly weights?: Float64Array;
}

/**
 * Sorts edges into rows, O(n + m). Self-loops are left out.
 *
 * @param edges pairs of node indices, length 2m
 * @param weights one per edge, finite, >= 0, length m; absent where every edge weighs 1
 * @throws RangeError when an edge names a node outside 0 .. nodes-1, or a weight is negative or not finite
 */
export function buildAdjacency(nodes: number, edges: Uint32Array, weights?: ArrayLike<number>): Adjacency {
  requireEdges(nodes, edges, weights);
  const offsets = new Uint32Array(nodes + 1);
  for (let e = 0; e < edges.length; e += 2) {
    if (edges[e] === edges[e + 1]) continue;
    offsets[edges[e]! + 1]!++;
    offsets[edges[e + 1]! + 1]!++;
  }
  for (let node = 0; node < nodes; node++) offsets[node + 1]! += offsets[node]!;
  const next = offsets.slice(0, nodes);
  const neighbours = new Uint32Array(offsets[nodes]!);
  const placed = weights && new Float64Array(offsets[nodes]!);
  const put = (node: number, other: number, edge: number): void => {
    const place = next[node]!++;
    neighbours[place] = other;
    if (placed) placed[place] = weights[edge]!;
  };
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    if (a === b) continue;
    put(a, b, e / 2);
    put(b, a, e / 2);
  }
  return { nodes, offsets, neighbours, ...(placed && { weights: placed }) };
}

function requireEdges(nodes: number, edges: Uint32Array, weights: ArrayLike<number> | undefined): void {
  if (edges.length % 2 !== 0) throw new RangeError(`${edges.length} ends do not make whole edges`);
  if (weights && weights.length * 2 !== edges.length)
    throw new RangeError(`${weights.length} weights for ${edges.length / 2} edges`);
  for (let e = 0; e < edges.length; e++) {
    if (edges[e]! >= nodes) throw new RangeError(`edge ${e >> 1} names node ${edges[e]}; nodes are 0 to ${nodes - 1}`);
  }
  const wrong = Array.prototype.findIndex.call(weights ?? [], (weight: number) => !(weight >= 0 && weight < Infinity));
  if (weights && wrong >= 0) throw new RangeError(`edge ${wrong} weighs ${weights[wrong]}`);
}

/** Sum of the weights of each node's edges, length n; the degree where every edge weighs 1. O(n + m). */
export function strengths({ nodes, offsets, weights }: Adjacency): Float64Array {
  const sums = new Float64Array(nodes);
  for (let node = 0; node < nodes; node++) {
    if (!weights) sums[node] = offsets[node + 1]! - offsets[node]!;
    else for (let e = offsets[node]!; e < offsets[node + 1]!; e++) sums[node]! += weights[e]!;
  }
  return sums;
}
