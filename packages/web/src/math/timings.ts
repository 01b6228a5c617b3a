/** What pictures cost, measured: the last ones in rings. */

const REMEMBERED = 240;

/** The latest of a series of durations, ms. */
export class Durations {
  readonly #values: Float64Array;
  #count = 0;

  /** @param capacity how many are remembered */
  constructor(capacity = REMEMBERED) {
    this.#values = new Float64Array(capacity);
  }

  add(ms: number): void {
    this.#values[this.#count++ % this.#values.length] = ms;
  }

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** Mean of those remembered; 0 when there are none. */
  get mean(): number {
    const known = this.#known();
    return known.length > 0 ? known.reduce((sum, ms) => sum + ms, 0) / known.length : 0;
  }

  /** What a share of those remembered did not exceed; 0 when there are none. @param share 0.5 is the median */
  quantile(share: number): number {
    const known = this.#known().slice().sort();
    return known[Math.min(known.length - 1, Math.floor(known.length * share))] ?? 0;
  }

  #known(): Float64Array {
    return this.#values.subarray(0, Math.min(this.#count, this.#values.length));
  }
}

export class Timings {
  /** Inside the call that draws: commands recorded and handed over. */
  readonly draw = new Durations();
  /**
   * All own work on the main thread for a picture: that call, names, and what came in since the frame before. Frames in
   * which only names change, while the picture rests, are not among them.
   */
  readonly own = new Durations();
  /** Between two pictures of one movement. */
  readonly gaps = new Durations();

  /** Since the last frame: positions taken, nodes picked, names asked for; ms. The next picture answers for it. */
  #charged = 0;

  /** Counts work done for a picture outside of its frame. */
  charge(ms: number): void {
    this.#charged += ms;
  }

  /** A frame is done. @param drawn whether the picture was drawn in it, not names alone */
  frame(ms: number, drawn: boolean): void {
    if (drawn) this.own.add(this.#charged + ms);
    this.#charged = 0;
  }

  /** Pictures drawn so far. */
  get frames(): number {
    return this.draw.count;
  }

  /** Pictures a second while they moved; 0 before they ever did. */
  get fps(): number {
    const { mean } = this.gaps;
    return mean > 0 ? 1000 / mean : 0;
  }
}
