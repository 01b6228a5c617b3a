/** From what a viewer wants to see to the blocks that it is sent at full rate. */
import type { Interest } from '@vortexflow/protocol';
import type { Blocks } from './picture.ts';

/** What an interest is resolved against. */
export interface Surroundings {
  readonly blocks: Blocks;
  /** Lowest x, y, z and highest x, y, z of each block, layout units. Length 6 * blocks. */
  readonly bounds: Float32Array;
  /** Nodes that are always wanted. */
  readonly lit: Uint32Array;
}

/**
 * Blocks of the lit nodes, then blocks with the nodes that are named, most of them first, then those that the sphere
 * touches, nearest to its centre first, until there are enough nodes.
 *
 * @returns 1 for each block that is wanted, length of the number of blocks
 */
export function resolveInterest(interest: Interest, { blocks, bounds, lit }: Surroundings): Uint8Array {
  const wanted = new Uint8Array(blocks.count);
  for (const block of blocksOfNodes(lit, blocks)) wanted[block] = 1;
  let room = Math.ceil(interest.maxNodes / blocks.blockNodes);
  for (const block of [...blocksOfNodes(interest.nodes ?? [], blocks), ...blocksInSphere(interest, bounds)]) {
    if (room === 0) break;
    if (wanted[block] === 1) continue;
    wanted[block] = 1;
    room--;
  }
  return wanted;
}

/** Blocks with these nodes, those with most of them first; nodes that are not there count for nothing. */
function blocksOfNodes(nodes: Iterable<number>, { blockOf }: Blocks): number[] {
  const counts = new Map<number, number>();
  for (const node of nodes) {
    const block = blockOf[node];
    if (block !== undefined) counts.set(block, (counts.get(block) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([block]) => block);
}

function blocksInSphere({ sphere }: Interest, bounds: Float32Array): number[] {
  if (!sphere) return [];
  const found: { readonly block: number; readonly distance: number }[] = [];
  for (let block = 0; block * 6 < bounds.length; block++) {
    const distance = distanceToBox(sphere.center, bounds, block * 6);
    if (distance <= sphere.radius) found.push({ block, distance });
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ block }) => block);
}

function distanceToBox(point: readonly [number, number, number], bounds: Float32Array, at: number): number {
  let squares = 0;
  for (let axis = 0; axis < 3; axis++) {
    const outside = Math.max(bounds[at + axis]! - point[axis]!, point[axis]! - bounds[at + 3 + axis]!, 0);
    squares += outside * outside;
  }
  return Math.sqrt(squares);
}
