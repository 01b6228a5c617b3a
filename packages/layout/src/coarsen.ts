/**
 * Makes a graph smaller for the multilevel start: hubs absorb their neighbours, leftovers join a neighbour's cluster,
 * and leftovers around a full cluster join each other (two hops apart), so stars shrink as well. O(n + m) a level.
 *
 * Y. Hu: Efficient and high quality force-directed graph drawing (The Mathematica Journal 10, 2005), and the many-to-one
 * matching of S. Hachul, M. Jünger: Drawing large graphs with a potential-field-based multilevel algorithm (GD 2004).
 */
import type { Csr, WeightedCsr } from './csr.ts';

/** A graph whose nodes stand for clusters of a finer graph, and whose weights are the sums of the edges between them. */
export interface WeightedGraph extends WeightedCsr {
  /** For each node: how many nodes of the finest graph it stands for. */
  readonly masses: Float32Array;
}

/** One step of coarsening. */
export interface Coarsening {
  readonly coarse: WeightedGraph;
  /** Cluster of each node of the finer graph. */
  readonly clusterOf: Uint32Array;
}

/** Most nodes a hub absorbs at first; few enough that clusters stay small in space. */
const ABSORB_LIMIT = 12;
/** Most nodes in a cluster after leftovers have joined. */
const JOIN_LIMIT = 64;
const NONE = 0xffffffff;

/** Every node of a graph counts once. */
export const unitMasses = (graph: WeightedCsr): WeightedGraph => ({
  ...graph,
  masses: new Float32Array(graph.nodes).fill(1),
});

/** Clusters the nodes and joins the edges between clusters. */
export function coarsen(fine: WeightedGraph): Coarsening {
  const clusterOf = new Uint32Array(fine.nodes).fill(NONE);
  const clusters = cluster(fine, clusterOf);
  return { coarse: contract(fine, clusterOf, clusters), clusterOf };
}

function cluster(fine: WeightedGraph, clusterOf: Uint32Array): number {
  const { offsets, neighbours } = fine;
  const sizes = new Uint32Array(fine.nodes);
  const leftoverCluster = new Uint32Array(fine.nodes).fill(NONE);
  let clusters = 0;
  for (const node of byDegreeDescending(fine)) {
    if (clusterOf[node] !== NONE) continue;
    let absorbed = 0;
    for (let e = offsets[node]!; e < offsets[node + 1]! && absorbed < ABSORB_LIMIT; e++) {
      if (clusterOf[neighbours[e]!] !== NONE) continue;
      clusterOf[neighbours[e]!] = clusters;
      absorbed++;
    }
    if (absorbed > 0 || offsets[node] === offsets[node + 1]) {
      clusterOf[node] = clusters;
      sizes[clusters++] = absorbed + 1;
    } else {
      clusters = placeLeftover(fine, node, clusterOf, sizes, leftoverCluster, clusters);
    }
  }
  return clusters;
}

/** A node whose neighbours are all taken: joins the smallest cluster beside it, else others in the same situation. */
function placeLeftover(
  fine: WeightedGraph,
  node: number,
  clusterOf: Uint32Array,
  sizes: Uint32Array,
  leftoverCluster: Uint32Array,
  clusters: number,
): number {
  let smallest = NONE;
  for (let e = fine.offsets[node]!; e < fine.offsets[node + 1]!; e++) {
    const candidate = clusterOf[fine.neighbours[e]!]!;
    if (smallest === NONE || sizes[candidate]! < sizes[smallest]!) smallest = candidate;
  }
  let chosen = smallest;
  let opened = 0;
  if (sizes[smallest]! >= JOIN_LIMIT) {
    chosen = leftoverCluster[smallest]!;
    if (chosen === NONE || sizes[chosen]! >= ABSORB_LIMIT) {
      chosen = clusters;
      leftoverCluster[smallest] = chosen;
      opened = 1;
    }
  }
  clusterOf[node] = chosen;
  sizes[chosen]!++;
  return clusters + opened;
}

function byDegreeDescending({ nodes, offsets }: Csr): Uint32Array {
  let highest = 0;
  for (let i = 0; i < nodes; i++) highest = Math.max(highest, offsets[i + 1]! - offsets[i]!);
  const starts = new Uint32Array(highest + 2);
  for (let i = 0; i < nodes; i++) starts[highest - (offsets[i + 1]! - offsets[i]!) + 1]!++;
  for (let d = 0; d <= highest; d++) starts[d + 1]! += starts[d]!;
  const order = new Uint32Array(nodes);
  for (let i = 0; i < nodes; i++) order[starts[highest - (offsets[i + 1]! - offsets[i]!)]!++] = i;
  return order;
}

function contract(fine: WeightedGraph, clusterOf: Uint32Array, clusters: number): WeightedGraph {
  const masses = new Float32Array(clusters);
  for (let i = 0; i < fine.nodes; i++) masses[clusterOf[i]!]! += fine.masses[i]!;
  const { starts, members } = membersOf(clusterOf, clusters);
  const offsets = new Uint32Array(clusters + 1);
  const neighbours = new Uint32Array(fine.neighbours.length);
  const weights = new Float32Array(fine.neighbours.length);
  // Where a cluster's edge to another one stands; valid only if not before the row's own begin.
  const edgeAt = new Uint32Array(clusters);
  let end = 0;
  for (let c = 0; c < clusters; c++) {
    const begin = end;
    for (let k = starts[c]!; k < starts[c + 1]!; k++) {
      const node = members[k]!;
      for (let e = fine.offsets[node]!; e < fine.offsets[node + 1]!; e++) {
        const other = clusterOf[fine.neighbours[e]!]!;
        if (other === c) continue;
        const known = edgeAt[other]!;
        if (known >= begin && known < end && neighbours[known] === other) {
          weights[known]! += fine.weights[e]!;
        } else {
          edgeAt[other] = end;
          neighbours[end] = other;
          weights[end++] = fine.weights[e]!;
        }
      }
    }
    offsets[c + 1] = end;
  }
  return { nodes: clusters, offsets, neighbours: neighbours.slice(0, end), weights: weights.slice(0, end), masses };
}

function membersOf(clusterOf: Uint32Array, clusters: number): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(clusters + 1);
  for (const c of clusterOf) starts[c + 1]!++;
  for (let c = 0; c < clusters; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice(0, clusters);
  const members = new Uint32Array(clusterOf.length);
  for (let i = 0; i < clusterOf.length; i++) members[next[clusterOf[i]!]!++] = i;
  return { starts, members };
}
