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
  const [halfWidth, halfHeight] = [viewport.width / 2, viewport.height / 2];
  // Depth, and depth times the distance from the pointer in pixels: all linear, so that few nodes need a division.
  const row = (right: number, up: number, deep: number) =>
    [0, 4, 8, 12].map((i) => right * matrix[i]! + up * matrix[i + 1]! + deep * matrix[i + 3]!) as [
      number,
      number,
      number,
      number,
    ];
  const [wx, wy, wz, w1] = row(0, 0, 1);
  const [xx, xy, xz, x1] = row(halfWidth, 0, halfWidth - x);
  const [yx, yy, yz, y1] = row(0, -halfHeight, halfHeight - y);
  const focal = focalLength(viewport) * nodes.spacing;
  const span = REACH + PIXELS.most;
  let best = -1;
  let bestGap = REACH;
  let bestDepth = Infinity;
  for (let i = 0, p = 0; i < sizes.length; i++, p += 3) {
    const px = from[p]! + (to[p]! - from[p]!) * blend;
    const py = from[p + 1]! + (to[p + 1]! - from[p + 1]!) * blend;
    const pz = from[p + 2]! + (to[p + 2]! - from[p + 2]!) * blend;
    const w = wx * px + wy * py + wz * pz + w1;
    const far = span * w;
    const across = xx * px + xy * py + xz * pz + x1;
    if (!(across < far && across > -far)) continue;
    const down = yx * px + yy * py + yz * pz + y1;
    if (!(down < far && down > -far) || groups[i] === REMOVED_GROUP) continue;
    const radius = Math.min(PIXELS.most, Math.max(PIXELS.least, (RADII[sizes[i]!]! * focal) / w));
    const gap = Math.max(0, Math.sqrt(across * across + down * down) / w - radius);
    if (gap < bestGap || (gap === bestGap && w < bestDepth)) {
      best = i;
      bestGap = gap;
      bestDepth = w;
    }
  }
  return best;
}
