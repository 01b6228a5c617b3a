/** Adjacency as compressed sparse rows: the neighbours of node i are `neighbours[offsets[i]] .. [offsets[i + 1] - 1]`. */

/** An undirected graph, each edge stored in both rows. 4n + 8m bytes. */
export interface Csr {
  readonly nodes: number;
  /** Length n + 1. */
  readonly offsets: Uint32Array;
  /** Length 2m. */
  readonly neighbours: Uint32Array;
}

/** The same with a weight for each entry of `neighbours`. */
export interface WeightedCsr extends Csr {
  /** Length 2m, > 0. */
  readonly weights: Float32Array;
}

/**
 * Builds the rows in O(n + m). Self-loops are left out; parallel edges stay parallel.
 *
 * @param edges pairs of node indices, length 2m
 * @param weights one per edge, > 0; all 1 when absent
 */
export function buildCsr(nodes: number, edges: Uint32Array, weights?: Float32Array): WeightedCsr {
  const offsets = new Uint32Array(nodes + 1);
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    if (a === b) continue;
    offsets[a + 1]!++;
    offsets[b + 1]!++;
  }
  for (let i = 0; i < nodes; i++) offsets[i + 1]! += offsets[i]!;
  const neighbours = new Uint32Array(offsets[nodes]!);
  const entryWeights = new Float32Array(neighbours.length);
  const next = offsets.slice(0, nodes);
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    if (a === b) continue;
    const weight = weights ? weights[e >> 1]! : 1;
    entryWeights[next[a]!] = weight;
    entryWeights[next[b]!] = weight;
    neighbours[next[a]!++] = b;
    neighbours[next[b]!++] = a;
  }
  return { nodes, offsets, neighbours, weights: entryWeights };
}

/**
 * The graph among some of the nodes, which are numbered anew in the order given.
 *
 * @param chosen distinct nodes
 */
export function subgraph(graph: WeightedCsr, chosen: Uint32Array): WeightedCsr {
  const numberOf = new Int32Array(graph.nodes).fill(-1);
  for (let number = 0; number < chosen.length; number++) numberOf[chosen[number]!] = number;
  const offsets = new Uint32Array(chosen.length + 1);
  const neighbours = new Uint32Array(graph.neighbours.length);
  const weights = new Float32Array(graph.neighbours.length);
  let end = 0;
  for (let number = 0; number < chosen.length; number++) {
    const node = chosen[number]!;
    for (let e = graph.offsets[node]!; e < graph.offsets[node + 1]!; e++) {
      const other = numberOf[graph.neighbours[e]!]!;
      if (other < 0) continue;
      neighbours[end] = other;
      weights[end++] = graph.weights[e]!;
    }
    offsets[number + 1] = end;
  }
  return { nodes: chosen.length, offsets, neighbours: neighbours.slice(0, end), weights: weights.slice(0, end) };
}

/**
 * Stiffness of each entry of the rows: an edge has weight / min(W, W), W being the sums of weights of its ends, of which
 * each end takes the share of the other's sum. Leaves move, hubs stay, and no node is pulled with more than 1 per unit of
 * length, however many edges it has.
 */
export function stiffnessOf({ nodes, offsets, neighbours, weights }: WeightedCsr): Float32Array {
  const sums = new Float32Array(nodes);
  for (let i = 0; i < nodes; i++) for (let e = offsets[i]!; e < offsets[i + 1]!; e++) sums[i]! += weights[e]!;
  const stiffness = new Float32Array(neighbours.length);
  for (let i = 0; i < nodes; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const own = sums[i]!;
      const other = sums[neighbours[e]!]!;
      stiffness[e] = (weights[e]! * other) / ((own + other) * Math.min(own, other));
    }
  }
  return stiffness;
}
