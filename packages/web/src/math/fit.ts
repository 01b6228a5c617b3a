/** Where the bulk of a point cloud is, whatever its outliers do. */
import type { Sphere } from './camera.ts';
import { REMOVED_GROUP } from '@vortexflow/protocol';

/** Always the same nodes, so that the sphere does not tremble; sorting them takes a fraction of a millisecond. */
const SAMPLE = 2000;
const SHARE = 0.98;

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/**
 * Sphere about the middle of the bulk that holds 98 in 100 nodes. The middle is that between the 2nd and the 98th
 * percentile of each axis, not the median: a dense lump at one side must not push the rest out of the picture. Looks at
 * 4,000 nodes at most, evenly picked.
 *
 * @param positions x, y, z interleaved, length 3n
 * @param groups group of each node, length n; removed nodes do not count
 */
export function fitSphere(positions: Float32Array, groups: Uint8Array): Sphere {
  const step = Math.max(1, Math.floor(groups.length / SAMPLE));
  const picked: number[] = [];
  for (let i = 0; i < groups.length; i += step) {
    if (
      groups[i] !== REMOVED_GROUP &&
      Number.isFinite(positions[i * 3]! + positions[i * 3 + 1]! + positions[i * 3 + 2]!)
    )
      picked.push(i);
  }
  return sphereOf(positions, picked, SHARE);
}

/** Sphere about a few nodes that holds all of them. */
export function sphereAround(points: readonly (readonly [number, number, number])[], margin: number): Sphere {
  const all = Float32Array.from(points.flat());
  const low = [0, 1, 2].map((axis) => Math.min(...points.map((point) => point[axis]!)));
  const high = [0, 1, 2].map((axis) => Math.max(...points.map((point) => point[axis]!)));
  const center = [0, 1, 2].map((axis) => (low[axis]! + high[axis]!) / 2) as [number, number, number];
  let radius = 0;
  for (let i = 0; i < all.length; i += 3) radius = Math.max(radius, distance(all, i / 3, center));
  return { center, radius: Math.max(radius * 1.15, margin) };
}

function sphereOf(positions: Float32Array, picked: readonly number[], share: number): Sphere {
  const center = [0, 1, 2].map((axis) => {
    const sorted = Float64Array.from(picked, (i) => positions[i * 3 + axis]!).sort();
    return (quantile(sorted, 1 - share) + quantile(sorted, share)) / 2;
  }) as [number, number, number];
  const radius = quantile(Float64Array.from(picked, (i) => distance(positions, i, center)).sort(), share);
  return { center, radius: Math.max(radius, 1e-3) };
}

const distance = (positions: Float32Array, i: number, center: readonly [number, number, number]): number =>
  Math.hypot(positions[i * 3]! - center[0], positions[i * 3 + 1]! - center[1], positions[i * 3 + 2]! - center[2]);
