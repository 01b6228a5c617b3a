/** Turns forces into moves and adds them. O(n), no allocation. */

/** Greatest and least share of its force that a node moves. */
const STEP_MOST = 0.8;
const STEP_LEAST = 0.02;
const STEP_GROWTH = 1.1;
const STEP_CUT = 0.5;

/** What a node needs to remember between ticks. 16 bytes per node. */
export interface Mover {
  /** Forces of the tick before, x, y, z interleaved. */
  readonly before: Float32Array;
  /** Share of its force that each node moves. */
  readonly steps: Float32Array;
}

export const createMover = (nodes: number): Mover => ({
  before: new Float32Array(nodes * 3),
  steps: new Float32Array(nodes).fill(0.3),
});

/**
 * Replaces forces by moves: each node goes a share of its force, at most `limit` far. The share shrinks while the force
 * turns back on itself and grows while it does not, so stiff spots come to rest instead of shimmering (the sign rule of
 * M. Riedmiller, H. Braun: RPROP, 1993).
 */
export function forcesToMoves(mover: Mover, forces: Float32Array, limit: number): void {
  const { before, steps } = mover;
  for (let i = 0, p = 0; i < steps.length; i++, p += 3) {
    const x = forces[p]!;
    const y = forces[p + 1]!;
    const z = forces[p + 2]!;
    const turnsBack = x * before[p]! + y * before[p + 1]! + z * before[p + 2]! < 0;
    const step = turnsBack ? Math.max(STEP_LEAST, steps[i]! * STEP_CUT) : Math.min(STEP_MOST, steps[i]! * STEP_GROWTH);
    before[p] = x;
    before[p + 1] = y;
    before[p + 2] = z;
    steps[i] = step;
    const length = Math.sqrt(x * x + y * y + z * z);
    const share = length * step > limit ? limit / length : step;
    forces[p] = x * share;
    forces[p + 1] = y * share;
    forces[p + 2] = z * share;
  }
}

/** Takes the common part out of the moves: degree-normalised springs do not pull both ends alike, so a graph would drift. */
export function removeDrift(moves: Float32Array): void {
  for (let axis = 0; axis < 3; axis++) {
    let sum = 0;
    for (let p = axis; p < moves.length; p += 3) sum += moves[p]!;
    const mean = (3 * sum) / moves.length;
    for (let p = axis; p < moves.length; p += 3) moves[p]! -= mean;
  }
}

/** Adds the moves to the positions and returns the mean distance moved. */
export function applyMoves(positions: Float32Array, moves: Float32Array): number {
  let sum = 0;
  for (let p = 0; p < positions.length; p += 3) {
    const x = moves[p]!;
    const y = moves[p + 1]!;
    const z = moves[p + 2]!;
    positions[p]! += x;
    positions[p + 1]! += y;
    positions[p + 2]! += z;
    sum += Math.sqrt(x * x + y * y + z * z);
  }
  return positions.length > 0 ? (3 * sum) / positions.length : 0;
}
