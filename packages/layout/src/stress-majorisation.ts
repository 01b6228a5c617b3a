/**
 * Moves nodes until distances in space follow distances in the graph: a finishing pass that makes the large true, at some
 * cost in the small. Every node hears its neighbours and a few pivots, a pivot speaking for all nodes around it, so an
 * iteration is O(n x pivots + m) instead of O(n^2).
 *
 * E. Gansner, Y. Koren, S. North: Graph drawing by stress majorization (GD 2004);
 * M. Ortmann, M. Klimenta, U. Brandes: A sparse stress model (Journal of Graph Algorithms and Applications 21, 2017).
 */
import type { Random } from '@vortexflow/primitives';
import type { Csr } from './csr.ts';

const UNREACHED = 0xffff;

export interface MajorisationOptions {
  /** 1 or more; each lowers the stress of the sparse model or leaves it. */
  readonly iterations: number;
  readonly random: Random;
  /** Default 50. */
  readonly pivots?: number;
  /** True for nodes that must not move. */
  readonly fixed?: (node: number) => boolean;
}

/**
 * Lowers the stress of positions in place; their size stays.
 *
 * @param positions x, y, z interleaved, length 3n, finite
 */
export function majoriseStress(graph: Csr, positions: Float32Array, options: MajorisationOptions): void {
  if (graph.neighbours.length === 0) return;
  const model = sparseModel(graph, Math.min(options.pivots ?? 50, graph.nodes), options.random);
  const length = idealLength(graph, model, positions);
  for (let k = 0; k < options.iterations; k++) iterate(graph, model, positions, length, options.fixed);
}

interface SparseModel {
  readonly pivots: Uint32Array;
  /** Edges from pivot p to node i at `p * n + i`; 0xffff where there is no way. */
  readonly hops: Uint16Array;
  /** How many nodes a pivot speaks for at a distance: those around it not further than half of that. */
  readonly crowds: Float64Array;
  /** Distances for which there are crowds: pivot p at distance d stands at `p * reach + d`. */
  readonly reach: number;
}

/** Pivots far apart from each other: each the node furthest from those before it, by ties of the draw. */
function sparseModel(graph: Csr, count: number, random: Random): SparseModel {
  const { nodes } = graph;
  const pivots = new Uint32Array(count);
  const hops = new Uint16Array(count * nodes);
  const nearest = new Uint16Array(nodes).fill(UNREACHED);
  const owner = new Uint32Array(nodes);
  const degree = (node: number): number => graph.offsets[node + 1]! - graph.offsets[node]!;
  let next = Math.floor(random() * nodes);
  for (let node = 0; node < nodes; node++) if (degree(node) > degree(next)) next = node;
  for (let p = 0; p < count; p++) {
    pivots[p] = next;
    const row = hops.subarray(p * nodes, (p + 1) * nodes);
    hopsFrom(graph, next, row);
    next = 0;
    let furthest = -1;
    for (let node = 0; node < nodes; node++) {
      if (row[node]! < nearest[node]!) {
        nearest[node] = row[node]!;
        owner[node] = p;
      }
      const distance = nearest[node]!;
      if (distance === UNREACHED || distance <= furthest) continue;
      furthest = distance;
      next = node;
    }
  }
  return { pivots, hops, ...crowdsOf(nearest, owner, count) };
}

function crowdsOf(nearest: Uint16Array, owner: Uint32Array, count: number): { crowds: Float64Array; reach: number } {
  const within = nearest.reduce((most, distance) => (distance === UNREACHED ? most : Math.max(most, distance)), 0);
  const reach = within + 1;
  const crowds = new Float64Array(count * reach);
  for (let node = 0; node < nearest.length; node++) {
    if (nearest[node] !== UNREACHED) crowds[owner[node]! * reach + nearest[node]!]!++;
  }
  for (let p = 0; p < count; p++) {
    for (let distance = 1; distance < reach; distance++) {
      crowds[p * reach + distance]! += crowds[p * reach + distance - 1]!;
    }
  }
  return { crowds, reach };
}

function hopsFrom({ nodes, offsets, neighbours }: Csr, source: number, hops: Uint16Array): void {
  hops.fill(UNREACHED);
  const queue = new Uint32Array(nodes);
  queue[0] = source;
  hops[source] = 0;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head]!;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const next = neighbours[e]!;
      if (hops[next] !== UNREACHED) continue;
      hops[next] = Math.min(UNREACHED - 1, hops[node]! + 1);
      queue[tail++] = next;
    }
  }
}

/** The length of an edge at which the stress of the present positions is least. */
function idealLength(graph: Csr, { pivots, hops }: SparseModel, positions: Float32Array): number {
  let ratios = 0;
  let squares = 0;
  for (const [p, pivot] of pivots.entries()) {
    for (let node = 0; node < graph.nodes; node++) {
      const wanted = hops[p * graph.nodes + node]!;
      if (wanted === 0 || wanted === UNREACHED) continue;
      const ratio = distance(positions, node, pivot) / wanted;
      ratios += ratio;
      squares += ratio * ratio;
    }
  }
  return ratios > 0 ? squares / ratios : 1;
}

function distance(positions: Float32Array, a: number, b: number): number {
  const dx = positions[a * 3]! - positions[b * 3]!;
  const dy = positions[a * 3 + 1]! - positions[b * 3 + 1]!;
  const dz = positions[a * 3 + 2]! - positions[b * 3 + 2]!;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

/** Puts each node where its neighbours and the pivots want it on the weighted mean. */
function iterate(
  graph: Csr,
  model: SparseModel,
  positions: Float32Array,
  length: number,
  fixed: MajorisationOptions['fixed'],
): void {
  const { nodes, offsets, neighbours } = graph;
  const { pivots, hops, crowds, reach } = model;
  const sum = new Float64Array(4);
  for (let node = 0; node < nodes; node++) {
    if (fixed?.(node)) continue;
    sum.fill(0);
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) hear(sum, positions, node, neighbours[e]!, length, 1);
    for (let p = 0; p < pivots.length; p++) {
      const wanted = hops[p * nodes + node]!;
      // A neighbour has been heard already.
      if (wanted <= 1 || wanted === UNREACHED) continue;
      const crowd = crowds[p * reach + Math.min(reach - 1, wanted >> 1)]!;
      hear(sum, positions, node, pivots[p]!, wanted * length, crowd / (wanted * wanted));
    }
    if (sum[3] === 0) continue;
    for (let axis = 0; axis < 3; axis++) positions[node * 3 + axis] = sum[axis]! / sum[3]!;
  }
}

/** Adds where one other node wants a node to be: at the wanted distance, in the direction where it is. */
function hear(sum: Float64Array, at: Float32Array, node: number, other: number, wanted: number, weight: number): void {
  const i = node * 3;
  const j = other * 3;
  const share = wanted / (distance(at, node, other) + 1e-9);
  sum[0]! += weight * (at[j]! + share * (at[i]! - at[j]!));
  sum[1]! += weight * (at[j + 1]! + share * (at[i + 1]! - at[j + 1]!));
  sum[2]! += weight * (at[j + 2]! + share * (at[i + 2]! - at[j + 2]!));
  sum[3]! += weight;
}
