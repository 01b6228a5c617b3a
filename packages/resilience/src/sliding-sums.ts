/**
 * Sums over the last span of time, in slices of a tenth: adding is O(1), what is older than the span is forgotten slice
 * by slice. A sum covers between nine tenths and the whole of the span. No allocation after construction.
 */
const SLICES = 10;

export class SlidingSums {
  readonly #sliceMs: number;
  readonly #columns: number;
  readonly #slices: Float64Array;
  readonly #sums: Float64Array;
  #slice = 0;
  #sliceEnd: number;

  /** @param columns how many sums are kept side by side */
  constructor(columns: number, spanMs: number, now: number) {
    this.#sliceMs = spanMs / SLICES;
    this.#columns = columns;
    this.#slices = new Float64Array(columns * SLICES);
    this.#sums = new Float64Array(columns);
    this.#sliceEnd = now + this.#sliceMs;
  }

  add(column: number, amount: number, now: number): void {
    if (now >= this.#sliceEnd) this.#advance(now);
    this.#slices[this.#slice * this.#columns + column]! += amount;
    this.#sums[column]! += amount;
  }

  sum(column: number, now: number): number {
    if (now >= this.#sliceEnd) this.#advance(now);
    return this.#sums[column] as number;
  }

  clear(): void {
    this.#slices.fill(0);
    this.#sums.fill(0);
  }

  #advance(now: number): void {
    const steps = Math.floor((now - this.#sliceEnd) / this.#sliceMs) + 1;
    this.#sliceEnd += steps * this.#sliceMs;
    if (steps >= SLICES) {
      this.clear();
      return;
    }
    for (let step = 0; step < steps; step++) {
      this.#slice = (this.#slice + 1) % SLICES;
      this.#slices.fill(0, this.#slice * this.#columns, (this.#slice + 1) * this.#columns);
    }
    // Summed afresh, so that fractions taken off again and again leave no dirt behind.
    this.#sums.fill(0);
    for (let i = 0; i < this.#slices.length; i++) this.#sums[i % this.#columns]! += this.#slices[i] as number;
  }
}
