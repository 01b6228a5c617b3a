/** Rows of neighbours padded to multiples of four, so that four edges can be summed at once. */
import type { KernelGraph } from '../kernel.ts';

const LANES = 4;
const padded = (length: number): number => Math.ceil(length / LANES) * LANES;

/** Number of entries with padding. */
export function paddedEntries(offsets: Uint32Array): number {
  let sum = 0;
  for (let i = 1; i < offsets.length; i++) sum += padded(offsets[i]! - offsets[i - 1]!);
  return sum;
}

/** Arrays to write to; as long as the rows need. */
export interface PaddedRows {
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly stiffness: Float32Array;
}

/** Writes the rows; what fills them up is the node itself, without stiffness. */
export function writePaddedRows(graph: KernelGraph, to: PaddedRows): void {
  let end = 0;
  for (let node = 0; node < graph.nodes; node++) {
    const begin = end;
    for (let e = graph.offsets[node]!; e < graph.offsets[node + 1]!; e++, end++) {
      to.neighbours[end] = graph.neighbours[e]!;
      to.stiffness[end] = graph.stiffness[e]!;
    }
    for (const stop = begin + padded(end - begin); end < stop; end++) {
      to.neighbours[end] = node;
      to.stiffness[end] = 0;
    }
    to.offsets[node + 1] = end;
  }
  to.offsets[0] = 0;
}
