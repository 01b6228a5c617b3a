/**
 * k-means (S. Lloyd: Least squares quantization in PCM, 1982) from k-means++ seeds (D. Arthur, S. Vassilvitskii:
 * k-means++: the advantages of careful seeding, 2007).
 */
import type { Random } from '@vortexflow/primitives';
import type { Partition } from './partition.ts';
import type { Rows } from './rows.ts';

export interface KMeansOptions {
  /** Number of clusters, >= 1; at most n are made. */
  readonly k: number;
  readonly random: Random;
  /** Default 100. */
  readonly maxIterations?: number;
}

export interface Clusters extends Partition {
  /** Mean of each cluster, length k x dimensions. */
  readonly centres: Float64Array;
  /** Sum of the squared distances of all points from their centre. */
  readonly inertia: number;
  readonly iterations: number;
  /** False when `maxIterations` came first. */
  readonly converged: boolean;
}

/**
 * Sorts points around k centres so that they are near them. No iteration raises the inertia. A cluster that loses its
 * last point takes the one farthest from its own centre; once converged it is empty only if every point lies on a centre.
 * O(iterations x n x k x dimensions). Same seed: same clusters.
 *
 * @throws RangeError when k is not a whole number above 0, or the values do not make whole points
 */
export function kMeans(rows: Rows, options: KMeansOptions): Clusters {
  const { random, maxIterations = 100 } = options;
  const count = rows.values.length / rows.dimensions;
  if (!(Number.isInteger(options.k) && options.k >= 1)) throw new RangeError(`k is ${options.k}, not 1 or more`);
  if (!Number.isInteger(count))
    throw new RangeError(`${rows.values.length} values make no points of ${rows.dimensions} dimensions`);
  const k = Math.min(options.k, count);
  const state = new Lloyd(rows, count, chooseSeeds(rows, count, k, random));
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < maxIterations) {
    const changed = state.assign();
    const filled = state.fillEmpty();
    // The seeds are no means yet, even where no point wants to leave the first of them.
    converged = iterations > 0 && !changed && !filled;
    if (!converged) state.moveCentres();
    iterations++;
  }
  // The last move of the centres may have changed who is near whom.
  if (!converged) state.assign();
  const { of, centres, sizes } = state;
  return { of, sizes, centres, inertia: state.inertia(), iterations, converged };
}

/** Picks points one after the other, each with a probability that grows with its squared distance from those before. */
function chooseSeeds({ values, dimensions }: Rows, count: number, k: number, random: Random): Float64Array {
  const centres = new Float64Array(k * dimensions);
  const nearest = new Float64Array(count).fill(Infinity);
  let pick = Math.floor(random() * count);
  for (let seed = 0; seed < k; seed++) {
    for (let d = 0; d < dimensions; d++) centres[seed * dimensions + d] = values[pick * dimensions + d]!;
    let total = 0;
    for (let row = 0; row < count; row++) {
      nearest[row] = Math.min(nearest[row]!, squaredDistance(values, row, centres, seed, dimensions));
      total += nearest[row]!;
    }
    // Where all points lie on a seed already, any will do.
    pick = total > 0 ? pickByWeight(nearest, random() * total) : Math.floor(random() * count);
  }
  return centres;
}

function pickByWeight(weights: Float64Array, target: number): number {
  let passed = 0;
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = index;
    passed += weight;
    if (passed > target) break;
  }
  return last;
}

function squaredDistance(
  values: Float32Array,
  row: number,
  centres: Float64Array,
  centre: number,
  dimensions: number,
): number {
  let sum = 0;
  for (let d = 0, v = row * dimensions, c = centre * dimensions; d < dimensions; d++) {
    const difference = values[v++]! - centres[c++]!;
    sum += difference * difference;
  }
  return sum;
}

/** Clusters while they change. */
class Lloyd {
  readonly of: Uint32Array;
  readonly sizes: Uint32Array;
  readonly centres: Float64Array;
  readonly #rows: Rows;
  /** Squared distance of each point from the centre of its cluster. */
  readonly #squares: Float64Array;

  constructor(rows: Rows, count: number, centres: Float64Array) {
    this.#rows = rows;
    this.centres = centres;
    this.of = new Uint32Array(count);
    this.sizes = new Uint32Array(centres.length / rows.dimensions);
    this.sizes[0] = count;
    this.#squares = new Float64Array(count).fill(Infinity);
  }

  inertia(): number {
    return this.#squares.reduce((sum, square) => sum + square, 0);
  }

  /** Gives each point to its nearest centre; true when one changed clusters. */
  assign(): boolean {
    const { values, dimensions } = this.#rows;
    let changed = false;
    for (let row = 0; row < this.of.length; row++) {
      let nearest = this.of[row]!;
      // Where it is stays best until another is nearer, so ties do not keep it moving.
      let least = squaredDistance(values, row, this.centres, nearest, dimensions);
      for (let centre = 0; centre < this.sizes.length; centre++) {
        const square = squaredDistance(values, row, this.centres, centre, dimensions);
        if (square >= least) continue;
        least = square;
        nearest = centre;
      }
      this.#squares[row] = least;
      if (nearest === this.of[row]) continue;
      this.#put(row, nearest);
      changed = true;
    }
    return changed;
  }

  /** Gives every empty cluster the point that is farthest from its centre; true when there was one to give. */
  fillEmpty(): boolean {
    let filled = false;
    for (let cluster = 0; cluster < this.sizes.length; cluster++) {
      if (this.sizes[cluster] !== 0) continue;
      let farthest = 0;
      for (let row = 1; row < this.of.length; row++) if (this.#squares[row]! > this.#squares[farthest]!) farthest = row;
      if (!(this.#squares[farthest]! > 0)) return filled;
      this.#put(farthest, cluster);
      this.#squares[farthest] = 0;
      filled = true;
    }
    return filled;
  }

  /** Puts every centre at the mean of its points; that of an empty cluster stays. */
  moveCentres(): void {
    const { values, dimensions } = this.#rows;
    const sums = new Float64Array(this.centres.length);
    for (const [row, cluster] of this.of.entries()) {
      for (let d = 0; d < dimensions; d++) sums[cluster * dimensions + d]! += values[row * dimensions + d]!;
    }
    for (const [cluster, size] of this.sizes.entries()) {
      if (size === 0) continue;
      for (let p = cluster * dimensions; p < (cluster + 1) * dimensions; p++) this.centres[p] = sums[p]! / size;
    }
  }

  #put(row: number, cluster: number): void {
    this.sizes[this.of[row]!]!--;
    this.sizes[cluster]!++;
    this.of[row] = cluster;
  }
}
