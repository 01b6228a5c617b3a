/** Local outlier factor (M. Breunig, H.-P. Kriegel, R. Ng, J. Sander: LOF: identifying density-based local outliers, 2000). */
import { KdTree } from './kd-tree.ts';
import type { Rows } from './rows.ts';

export interface OutlierOptions {
  /** Neighbours that a point is compared with, >= 1; at most n - 1 are used. Default 16. */
  readonly k?: number;
}

export interface Outliers {
  /**
   * How much sparser than its neighbours' a point's own surroundings are, length n: 1 - 1 / max(1, LOF), so 0 is no
   * sparser, 0.5 half as dense, towards 1 all alone. (LOF itself has no upper end; 1 means inlier.)
   */
  readonly scores: Float64Array;
  /** The local outlier factors, length n, >= 0. */
  readonly factors: Float64Array;
}

interface Neighbourhoods {
  readonly k: number;
  /** Length n x k. */
  readonly neighbours: Uint32Array;
  /** Length n x k, nearest first. */
  readonly distances: Float64Array;
}

/**
 * Scores how lonely each point is among its neighbours. O(n log n + n k) in few dimensions (see {@link KdTree}); 12 n k
 * bytes. Points that lie together with more than k others are as dense as can be, and no outliers.
 *
 * @throws RangeError when k is not a whole number above 0
 */
export function localOutliers(rows: Rows, { k = 16 }: OutlierOptions = {}): Outliers {
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`k is ${k}, not 1 or more`);
  const count = rows.values.length / rows.dimensions;
  // A single point has nothing to be compared with.
  if (count < 2) return { scores: new Float64Array(count), factors: new Float64Array(count).fill(1) };
  const near = findNeighbours(rows, count, Math.min(k, count - 1));
  const density = densities(near, count);
  const factors = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let place = row * near.k; place < (row + 1) * near.k; place++) {
      sum += relativeDensity(density[near.neighbours[place]!]!, density[row]!);
    }
    factors[row] = sum / near.k;
  }
  return { scores: factors.map((factor) => 1 - 1 / Math.max(1, factor)), factors };
}

function findNeighbours(rows: Rows, count: number, k: number): Neighbourhoods {
  const tree = new KdTree(rows);
  const neighbours = new Uint32Array(count * k);
  const distances = new Float64Array(count * k);
  for (let row = 0; row < count; row++) {
    const [begin, end] = [row * k, (row + 1) * k];
    tree.nearest(row, neighbours.subarray(begin, end), distances.subarray(begin, end));
  }
  return { k, neighbours, distances };
}

/** Local reachability density of each point; Infinity where all neighbours lie on it. */
function densities({ k, neighbours, distances }: Neighbourhoods, count: number): Float64Array {
  const density = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let place = row * k; place < (row + 1) * k; place++) {
      // Within a neighbour's own k-distance all are equally near: that steadies the estimate.
      const reach = distances[neighbours[place]! * k + k - 1]!;
      sum += Math.max(reach, distances[place]!);
    }
    density[row] = k / sum;
  }
  return density;
}

/** Two infinite densities are the same; one beside a finite one is as much greater as numbers allow. */
function relativeDensity(other: number, own: number): number {
  if (own === Infinity) return other === Infinity ? 1 : 0;
  return Math.min(other / own, Number.MAX_SAFE_INTEGER);
}
