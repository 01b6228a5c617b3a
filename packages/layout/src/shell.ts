/**
 * Isolated nodes and small components. Without edges to the rest, repulsion would drive them far out and everything else
 * would be drawn tiny: they are marked as loose, and the kernel keeps them just outside the rest.
 */
import { findComponents } from '@vortexflow/graph';
import type { Csr } from './csr.ts';
import { NODE_FLAG } from './kernel.ts';

/** A component is loose when it has less than this share of the largest one's nodes. */
const CORE_SHARE = 0.05;

/** {@link NODE_FLAG.loose} for each node of a small component, 0 for all others. O(n + m). */
export function looseFlags(graph: Csr): Uint8Array {
  const { of, sizes } = findComponents(graph);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const flags = new Uint8Array(graph.nodes);
  for (let node = 0; node < flags.length; node++) {
    if (sizes[of[node]!]! < CORE_SHARE * largest) flags[node] = NODE_FLAG.loose;
  }
  return flags;
}
