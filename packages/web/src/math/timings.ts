/** What drawing costs, measured: the last frames in a ring. */

/** Frames further apart than this belong to two movements, with rest in between. */
const PAUSE_MS = 250;

export class Timings {
  readonly #spent: Float64Array;
  readonly #gaps: Float64Array;
  #frames = 0;
  #moves = 0;
  #last = -Infinity;

  /** @param capacity how many frames are remembered */
  constructor(capacity = 240) {
    this.#spent = new Float64Array(capacity);
    this.#gaps = new Float64Array(capacity);
  }

  /**
   * @param now when the frame began, monotonic ms
   * @param spent ms spent on the main thread for it
   */
  record(now: number, spent: number): void {
    this.#spent[this.#frames++ % this.#spent.length] = spent;
    const gap = now - this.#last;
    this.#last = now;
    if (gap < PAUSE_MS) this.#gaps[this.#moves++ % this.#gaps.length] = gap;
  }

  /** Frames drawn so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Frames a second while the picture moved; 0 before it ever did. */
  get fps(): number {
    const gaps = this.#gaps.subarray(0, Math.min(this.#moves, this.#gaps.length));
    const total = gaps.reduce((sum, gap) => sum + gap, 0);
    return total > 0 ? (gaps.length * 1000) / total : 0;
  }

  /** Time on the main thread that a share of the remembered frames did not exceed, ms. @param share 0.5 is the median */
  quantile(share: number): number {
    const known = this.#spent.slice(0, Math.min(this.#frames, this.#spent.length)).sort();
    return known[Math.min(known.length - 1, Math.floor(known.length * share))] ?? 0;
  }
}
