/** Where the nodes are on the whole: what gravity, the grid of the sort and the start need. */
import { NODE_FLAG } from './kernel.ts';

/** Over all nodes that are not loose. */
export interface Moments {
  readonly mean: readonly [number, number, number];
  /** Standard deviation along the widest axis. */
  readonly deviation: number;
  /** Root mean square distance from the mean. */
  readonly radius: number;
}

/** @param sums x, y, z, x^2, y^2, z^2 over the nodes that are not loose @param count of them */
export function momentsFromSums(sums: Float64Array, count: number): Moments {
  const mean = [0, 1, 2].map((axis) => sums[axis]! / count) as [number, number, number];
  const variances = mean.map((value, axis) => Math.max(0, sums[axis + 3]! / count - value * value));
  return {
    mean,
    deviation: Math.sqrt(Math.max(...variances)),
    radius: Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0)),
  };
}

/** @param positions of each node, `stride` numbers apart, x, y, z first */
export function momentsOf(positions: Float32Array, flags: Uint8Array, stride = 3): Moments {
  const sums = new Float64Array(6);
  let count = 0;
  for (let node = 0; node < flags.length; node++) {
    if (flags[node]! & NODE_FLAG.loose) continue;
    count++;
    for (let axis = 0; axis < 3; axis++) {
      const value = positions[node * stride + axis]!;
      sums[axis]! += value;
      sums[axis + 3]! += value * value;
    }
  }
  return momentsFromSums(sums, count);
}

const SIDE = 1024;

/** A grid over mean +- 3 standard deviations; what lies outside is clamped, so one far outlier does not coarsen it. */
export function gridOver({ mean, deviation }: Moments): { origin: readonly number[]; scale: number } {
  const reach = 3 * deviation;
  return { origin: mean.map((value) => value - reach), scale: reach > 0 ? SIDE / (2 * reach) : 0 };
}
