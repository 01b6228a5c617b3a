/**
 * Which node is under the pointer. One pass over all nodes, O(n), no allocation: it runs only when the pointer rests.
 * Among nodes whose disc holds the pointer the nearest to the eye wins; without one, the disc whose rim is nearest.
 */
import { REMOVED_GROUP } from '@vortexflow/protocol';
import { nodeRadius, PIXELS } from './appearance.ts';
import { focalLength, type Viewport } from './camera.ts';
import type { Matrix } from './matrix.ts';

/** What is on the screen. */
export interface Pickable {
  /** x, y, z interleaved, length 3n; the node is at from + (to - from) * blend. */
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly blend: number;
  /** Size class of each node, length n. */
  readonly sizes: Uint8Array;
  /** Group of each node, length n. */
  readonly groups: Uint8Array;
  /** See {@link spacing}, layout units. */
  readonly spacing: number;
}

/** How far beside a disc, in CSS pixels, still counts as on it: dots are smaller than a hand is steady. */
const REACH = 7;

/** Radius of every size class, spacings. */
const RADII = Float64Array.from({ length: 256 }, (_, size) => nodeRadius(size));

/** @returns index of the node at `x`, `y` (CSS pixels from the upper left), or -1 */
export function pick(nodes: Pickable, matrix: Matrix, viewport: Viewport, x: number, y: number): number {
  const { from, to, blend, sizes, groups } = nodes;
  const [m0, m1, m3] = [matrix[0]!, matrix[1]!, matrix[3]!];
  const [m4, m5, m7] = [matrix[4]!, matrix[5]!, matrix[7]!];
  const [m8, m9, m11] = [matrix[8]!, matrix[9]!, matrix[11]!];
  const [m12, m13, m15] = [matrix[12]!, matrix[13]!, matrix[15]!];
  const [halfWidth, halfHeight] = [viewport.width / 2, viewport.height / 2];
  const focal = focalLength(viewport) * nodes.spacing;
  const span = REACH + PIXELS.most;
  let best = -1;
  let bestGap = REACH;
  let bestDepth = Infinity;
  for (let i = 0, p = 0; i < sizes.length; i++, p += 3) {
    const px = from[p]! + (to[p]! - from[p]!) * blend;
    const py = from[p + 1]! + (to[p + 1]! - from[p + 1]!) * blend;
    const pz = from[p + 2]! + (to[p + 2]! - from[p + 2]!) * blend;
    const w = m3 * px + m7 * py + m11 * pz + m15;
    if (!(w > 0)) continue;
    const dx = ((m0 * px + m4 * py + m8 * pz + m12) / w + 1) * halfWidth - x;
    // Nearly all nodes are far away in one direction already.
    if (dx > span || dx < -span) continue;
    const dy = (1 - (m1 * px + m5 * py + m9 * pz + m13) / w) * halfHeight - y;
    if (dy > span || dy < -span || groups[i] === REMOVED_GROUP) continue;
    const radius = Math.min(PIXELS.most, Math.max(PIXELS.least, (RADII[sizes[i]!]! * focal) / w));
    const gap = Math.max(0, Math.sqrt(dx * dx + dy * dy) - radius);
    if (gap < bestGap || (gap === bestGap && w < bestDepth)) {
      best = i;
      bestGap = gap;
      bestDepth = w;
    }
  }
  return best;
}
