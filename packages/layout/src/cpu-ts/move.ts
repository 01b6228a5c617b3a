/** Turns forces into moves and adds them. O(n), no allocation. */
import { NODE_FLAG, STEP } from '../kernel.ts';

/** What a node needs to remember between steps. 16 bytes per node. */
export interface Mover {
  /** Forces of the step before, x, y, z interleaved. */
  readonly before: Float32Array;
  /** Share of its force that each node moves. */
  readonly shares: Float32Array;
}

export const createMover = (nodes: number): Mover => ({
  before: new Float32Array(nodes * 3),
  shares: new Float32Array(nodes).fill(STEP.first),
});

/**
 * Moves each node a share of its force, at most `limit` far; see {@link STEP}.
 *
 * @returns sum of the distances moved
 */
export function moveNodes(
  mover: Mover,
  flags: Uint8Array,
  positions: Float32Array,
  forces: Float32Array,
  limit: number,
): number {
  const { before, shares } = mover;
  let moved = 0;
  for (let i = 0, p = 0; i < shares.length; i++, p += 3) {
    const x = forces[p]!;
    const y = forces[p + 1]!;
    const z = forces[p + 2]!;
    const turned = x * before[p]! + y * before[p + 1]! + z * before[p + 2]! < 0;
    const share = turned ? Math.max(STEP.least, shares[i]! * STEP.cut) : Math.min(STEP.most, shares[i]! * STEP.growth);
    before[p] = x;
    before[p + 1] = y;
    before[p + 2] = z;
    shares[i] = share;
    if (flags[i]! & NODE_FLAG.pinned) continue;
    const length = Math.sqrt(x * x + y * y + z * z);
    const part = length * share > limit ? limit / length : share;
    positions[p]! += x * part;
    positions[p + 1]! += y * part;
    positions[p + 2]! += z * part;
    moved += length * part;
  }
  return moved;
}

/** Moves every node exactly `distance` along its force, however strong. */
export function moveFully(positions: Float32Array, forces: Float32Array, distance: number): void {
  for (let p = 0; p < positions.length; p += 3) {
    const x = forces[p]!;
    const y = forces[p + 1]!;
    const z = forces[p + 2]!;
    const scale = distance / (Math.sqrt(x * x + y * y + z * z) + 1e-9);
    positions[p]! += scale * x;
    positions[p + 1]! += scale * y;
    positions[p + 2]! += scale * z;
  }
}
