/** The nodes worth a name when nobody has asked for one. */
import { nodeRadius } from './appearance.ts';
import { focalLength, type Viewport } from './camera.ts';
import type { Matrix } from './matrix.ts';
import type { Pickable } from './picking.ts';
import { REMOVED_GROUP } from '@vortexflow/protocol';

/** Steps a CSS pixel of radius is cut into, and how many there are: radii of 64 pixels and more count the same. */
const STEPS_PER_PIXEL = 32;
const STEPS = 2048;

/**
 * The nodes on the screen that look largest, largest first, equals by index: from afar the hubs of the whole graph, near
 * by those at hand. O(n), one byte pair of memory a node; meant for pictures at rest.
 *
 * @param depth nodes further from the eye than this do not count
 * @param most how many at most
 */
export function visibleHubs(
  nodes: Pickable,
  matrix: Matrix,
  viewport: Viewport,
  depth: number,
  most: number,
): number[] {
  const ranks = new Uint16Array(nodes.sizes.length);
  const counts = new Uint32Array(STEPS);
  const focal = focalLength(viewport) * nodes.spacing;
  const radii = Float64Array.from({ length: 256 }, (_, size) => nodeRadius(size) * focal * STEPS_PER_PIXEL);
  for (let i = 0; i < ranks.length; i++) {
    const w = depthInView(nodes, matrix, i);
    if (w > depth || nodes.groups[i] === REMOVED_GROUP) continue;
    const rank = Math.max(1, Math.min(STEPS - 1, Math.round(radii[nodes.sizes[i]!]! / w)));
    ranks[i] = rank;
    counts[rank]!++;
  }
  let least = STEPS;
  for (let seen = 0; least > 1 && seen < most;) seen += counts[--least]!;
  const picked: number[] = [];
  for (let i = 0; i < ranks.length; i++) if (ranks[i]! >= least) picked.push(i);
  return picked.sort((a, b) => ranks[b]! - ranks[a]! || a - b).slice(0, most);
}

/** Distance from the eye along the line of sight; Infinity when the node is off the screen. */
function depthInView({ from, to, blend }: Pickable, m: Matrix, i: number): number {
  const p = i * 3;
  const x = from[p]! + (to[p]! - from[p]!) * blend;
  const y = from[p + 1]! + (to[p + 1]! - from[p + 1]!) * blend;
  const z = from[p + 2]! + (to[p + 2]! - from[p + 2]!) * blend;
  const w = m[3]! * x + m[7]! * y + m[11]! * z + m[15]!;
  if (!(w > 0)) return Infinity;
  if (Math.abs(m[0]! * x + m[4]! * y + m[8]! * z + m[12]!) > w) return Infinity;
  return Math.abs(m[1]! * x + m[5]! * y + m[9]! * z + m[13]!) > w ? Infinity : w;
}

/** Median length of an edge, looking at 2,000 at most. @param positions x, y, z interleaved @returns layout units, > 0 */
export function typicalEdge(edges: Uint32Array, positions: Float32Array): number {
  const step = Math.max(1, Math.floor(edges.length / 2 / 2000));
  const lengths: number[] = [];
  for (let e = 0; e < edges.length / 2; e += step) {
    const [a, b] = [edges[e * 2]! * 3, edges[e * 2 + 1]! * 3];
    const length = Math.hypot(
      positions[a]! - positions[b]!,
      positions[a + 1]! - positions[b + 1]!,
      positions[a + 2]! - positions[b + 2]!,
    );
    if (length > 0) lengths.push(length);
  }
  return lengths.sort((a, b) => a - b)[lengths.length >> 1] ?? 1;
}
