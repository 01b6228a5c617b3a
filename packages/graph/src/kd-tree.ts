/**
 * Nearest neighbours by a k-d tree (J. Friedman, J. Bentley, R. Finkel: An algorithm for finding best matches in
 * logarithmic expected time, 1977). Exact in any dimension, but beyond about 15 it looks at nearly every point.
 */
import type { Rows } from './rows.ts';

/** Points of a leaf. */
const LEAF = 12;

/**
 * The tree is the order of the points and nothing else: each range is split at its middle, along the dimension in which
 * it is widest. 8 bytes a point. Built in O(n log n), a query takes O(log n) in few dimensions.
 */
export class KdTree {
  readonly #rows: Rows;
  readonly #order: Uint32Array;
  /** Dimension along which the range with this middle is split. */
  readonly #axes: Uint32Array;

  constructor(rows: Rows) {
    this.#rows = rows;
    const count = rows.values.length / rows.dimensions;
    this.#order = Uint32Array.from({ length: count }, (_, row) => row);
    this.#axes = new Uint32Array(count);
    this.#split(0, count);
  }

  /**
   * The points nearest to point `row`, itself left out, nearest first; of equally near ones, any. k <= n - 1.
   *
   * @param neighbours takes their rows, length k
   * @param distances takes how far they are, length k
   */
  nearest(row: number, neighbours: Uint32Array, distances: Float64Array): void {
    // Squares until the end: a root for each comparison would cost more than all else.
    distances.fill(Infinity);
    this.#search(row, 0, this.#order.length, neighbours, distances);
    for (let rank = 0; rank < distances.length; rank++) distances[rank] = Math.sqrt(distances[rank]!);
  }

  #split(begin: number, end: number): void {
    if (end - begin <= LEAF) return;
    const middle = (begin + end) >> 1;
    const axis = this.#widest(begin, end);
    this.#axes[middle] = axis;
    this.#select(begin, end - 1, middle, axis);
    this.#split(begin, middle);
    this.#split(middle + 1, end);
  }

  #widest(begin: number, end: number): number {
    const { dimensions } = this.#rows;
    let widest = 0;
    let most = -1;
    for (let axis = 0; axis < dimensions; axis++) {
      let least = Infinity;
      let greatest = -Infinity;
      for (let place = begin; place < end; place++) {
        const value = this.#at(place, axis);
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      if (greatest - least <= most) continue;
      most = greatest - least;
      widest = axis;
    }
    return widest;
  }

  /** Puts at `wanted` the point that sorting would put there, smaller ones before it (C. Hoare: Find, 1961). */
  #select(left: number, right: number, wanted: number, axis: number): void {
    const order = this.#order;
    while (left < right) {
      const pivot = this.#at((left + right) >> 1, axis);
      let i = left;
      let j = right;
      while (i <= j) {
        while (this.#at(i, axis) < pivot) i++;
        while (this.#at(j, axis) > pivot) j--;
        if (i > j) break;
        const moved = order[i]!;
        order[i++] = order[j]!;
        order[j--] = moved;
      }
      if (wanted <= j) right = j;
      else if (wanted >= i) left = i;
      else return;
    }
  }

  #at(place: number, axis: number): number {
    return this.#rows.values[this.#order[place]! * this.#rows.dimensions + axis]!;
  }

  #search(row: number, begin: number, end: number, neighbours: Uint32Array, squares: Float64Array): void {
    if (end - begin <= LEAF) {
      for (let place = begin; place < end; place++) this.#offer(row, this.#order[place]!, neighbours, squares);
      return;
    }
    const middle = (begin + end) >> 1;
    const axis = this.#axes[middle]!;
    const across = this.#rows.values[row * this.#rows.dimensions + axis]! - this.#at(middle, axis);
    const low = across < 0;
    this.#search(row, low ? begin : middle + 1, low ? middle : end, neighbours, squares);
    this.#offer(row, this.#order[middle]!, neighbours, squares);
    // The other side is at least this far away.
    if (across * across >= squares[squares.length - 1]!) return;
    this.#search(row, low ? middle + 1 : begin, low ? end : middle, neighbours, squares);
  }

  /** Sorts a point into those found so far, if it is nearer than the last of them. */
  #offer(row: number, other: number, neighbours: Uint32Array, squares: Float64Array): void {
    if (other === row) return;
    const { values, dimensions } = this.#rows;
    let square = 0;
    for (let d = 0, a = row * dimensions, b = other * dimensions; d < dimensions; d++) {
      const difference = values[a++]! - values[b++]!;
      square += difference * difference;
    }
    let rank = squares.length - 1;
    if (square >= squares[rank]!) return;
    for (; rank > 0 && squares[rank - 1]! > square; rank--) {
      squares[rank] = squares[rank - 1]!;
      neighbours[rank] = neighbours[rank - 1]!;
    }
    squares[rank] = square;
    neighbours[rank] = other;
  }
}
