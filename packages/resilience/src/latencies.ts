/**
 * Quantiles of recent latencies in buckets that grow by a twelfth power of two (6 %), of the last one to two spans. For
 * the delay of hedges, so read often: a quantile is computed anew only after a number of further latencies.
 */
const PER_OCTAVE = 12;
const LEAST_MS = 1 / 64;
/** Up to about two minutes. */
const BUCKETS = 23 * PER_OCTAVE;
const REFRESH_AFTER = 64;

export class Latencies {
  readonly #spanMs: number;
  #current = new Uint32Array(BUCKETS);
  #previous = new Uint32Array(BUCKETS);
  #currentCount = 0;
  #previousCount = 0;
  #spanEnd: number;
  #sinceComputed = REFRESH_AFTER;
  #computedFor = Number.NaN;
  #computed = 0;

  constructor(spanMs: number, now: number) {
    this.#spanMs = spanMs;
    this.#spanEnd = now + spanMs;
  }

  add(ms: number, now: number): void {
    if (now >= this.#spanEnd) this.#rotate(now);
    const bucket = Math.floor(Math.log2(Math.max(ms, LEAST_MS) / LEAST_MS) * PER_OCTAVE);
    this.#current[Math.min(BUCKETS - 1, bucket)]!++;
    this.#currentCount++;
    this.#sinceComputed++;
  }

  get count(): number {
    return this.#currentCount + this.#previousCount;
  }

  /** Upper bound of the bucket that holds the quantile, ms; 0 without any latency. */
  quantile(share: number): number {
    if (this.#sinceComputed < REFRESH_AFTER && share === this.#computedFor) return this.#computed;
    const wanted = share * this.count;
    let seen = 0;
    let bucket = 0;
    while (bucket < BUCKETS && seen < wanted) {
      seen += (this.#current[bucket] as number) + (this.#previous[bucket] as number);
      bucket++;
    }
    this.#computed = seen === 0 ? 0 : LEAST_MS * 2 ** (bucket / PER_OCTAVE);
    this.#computedFor = share;
    this.#sinceComputed = 0;
    return this.#computed;
  }

  #rotate(now: number): void {
    const isStale = now >= this.#spanEnd + this.#spanMs;
    [this.#current, this.#previous] = [this.#previous, this.#current];
    this.#previousCount = isStale ? 0 : this.#currentCount;
    if (isStale) this.#previous.fill(0);
    this.#current.fill(0);
    this.#currentCount = 0;
    this.#spanEnd = now + this.#spanMs;
    this.#sinceComputed = REFRESH_AFTER;
  }
}
