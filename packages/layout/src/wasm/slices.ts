/**
 * Neighbours of four nodes at a time, for four lanes. Where the four have about as many, entry j of each stands in vector
 * j, a lane for each node, so nothing has to be summed across lanes (sliced ELLPACK: A. Monakov et al.: Automatically
 * tuning sparse matrix-vector multiplication, 2010). Beside a node with far more neighbours than the others the rows
 * stand one after another instead, each padded to whole vectors, behind a vector with their lengths.
 */
import type { KernelGraph } from '../kernel.ts';

const LANES = 4;
/** Rows cost their lengths, and the sums across lanes of each. */
const ROWS_COST = 5;

/** Arrays to write to; as long as {@link countSlices} and {@link countEntries} say. */
export interface Slices {
  /** First vector of each slice, twice that, and 1 more where rows stand one after another; the end of the last slice. */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly stiffness: Float32Array;
}

/** Slices of so many nodes. */
export const countSlices = (nodes: number): number => Math.ceil(nodes / LANES);

/** Number of entries, padding included. */
export function countEntries(offsets: Uint32Array): number {
  let vectors = 0;
  for (let first = 0; first < offsets.length - 1; first += LANES) vectors += measure(offsets, first).vectors;
  return vectors * LANES;
}

function measure(offsets: Uint32Array, first: number): { readonly vectors: number; readonly inRows: boolean } {
  let longest = 0;
  let rows = 1;
  for (let node = first; node < Math.min(first + LANES, offsets.length - 1); node++) {
    const length = offsets[node + 1]! - offsets[node]!;
    longest = Math.max(longest, length);
    rows += Math.ceil(length / LANES);
  }
  return longest <= rows + ROWS_COST ? { vectors: longest, inRows: false } : { vectors: rows, inRows: true };
}

/** Writes the slices; what fills them up is node 0, without stiffness. */
export function writeSlices(graph: KernelGraph, to: Slices): void {
  let vector = 0;
  for (let first = 0, slice = 0; first < graph.nodes; first += LANES, slice++) {
    const { vectors, inRows } = measure(graph.offsets, first);
    const begin = vector * LANES;
    vector += vectors;
    to.neighbours.fill(0, begin, vector * LANES);
    to.stiffness.fill(0, begin, vector * LANES);
    to.offsets[slice] = begin / (LANES / 2) + (inRows ? 1 : 0);
    if (inRows) writeRows(graph, first, to, begin);
    else writeLanes(graph, first, to, begin);
  }
  to.offsets[countSlices(graph.nodes)] = 2 * vector;
}

function writeLanes(graph: KernelGraph, first: number, to: Slices, begin: number): void {
  for (let node = first; node < Math.min(first + LANES, graph.nodes); node++) {
    for (let e = graph.offsets[node]!, at = begin + node - first; e < graph.offsets[node + 1]!; e++, at += LANES) {
      to.neighbours[at] = graph.neighbours[e]!;
      to.stiffness[at] = graph.stiffness[e]!;
    }
  }
}

function writeRows(graph: KernelGraph, first: number, to: Slices, begin: number): void {
  let at = begin + LANES;
  for (let node = first; node < Math.min(first + LANES, graph.nodes); node++) {
    const [start, end] = [graph.offsets[node]!, graph.offsets[node + 1]!];
    const vectors = Math.ceil((end - start) / LANES);
    to.neighbours[begin + node - first] = vectors;
    to.neighbours.set(graph.neighbours.subarray(start, end), at);
    to.stiffness.set(graph.stiffness.subarray(start, end), at);
    at += vectors * LANES;
  }
}
