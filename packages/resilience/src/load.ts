/**
 * How busy an endpoint is, for the choice between two: Finagle's peak EWMA. The latency rises at once with a slow
 * answer, falls slowly with fast ones and while nobody asks, and counts once for each call under way.
 */

/** Load of an endpoint of which nothing is known but that it has not answered yet. */
const UNKNOWN = 1e6;

export class PeakEwma {
  readonly #decayMs: number;
  readonly #staleMs: number;
  #costMs = 0;
  #at = 0;
  #pending = 0;

  /**
   * @param decayMs time in which an old latency loses 63 % of its weight
   * @param staleMs after so long without any call the latency is forgotten, so that an endpoint that was slow once is
   * looked at again, with a single call
   */
  constructor(decayMs: number, staleMs: number) {
    this.#decayMs = decayMs;
    this.#staleMs = staleMs;
  }

  get pending(): number {
    return this.#pending;
  }

  begin(now: number): void {
    if (this.#isStale(now)) this.#costMs = 0;
    this.#pending++;
  }

  /** A call ended that took `ms`. */
  end(ms: number, now: number): void {
    this.#pending--;
    this.#observe(ms, now);
  }

  /** A call ended without an answer after `ms`: an answer would have taken longer. */
  endUnanswered(ms: number, now: number): void {
    this.#pending--;
    if (ms > this.#decayed(now)) this.#observe(ms, now);
  }

  /** Latency times calls under way and one more, ms; comparable between endpoints. */
  load(now: number): number {
    const cost = this.#isStale(now) ? 0 : this.#decayed(now);
    if (cost === 0 && this.#pending > 0) return UNKNOWN + this.#pending;
    return cost * (this.#pending + 1);
  }

  /** Forgets the latency, so that an endpoint that is back is looked at again. */
  forget(): void {
    this.#costMs = 0;
  }

  #isStale(now: number): boolean {
    return this.#pending === 0 && now - this.#at > this.#staleMs;
  }

  #observe(ms: number, now: number): void {
    if (ms > this.#decayed(now)) this.#costMs = ms;
    else {
      const kept = Math.exp((this.#at - now) / this.#decayMs);
      this.#costMs = this.#costMs * kept + ms * (1 - kept);
    }
    this.#at = now;
  }

  #decayed(now: number): number {
    return this.#costMs === 0 ? 0 : this.#costMs * Math.exp((this.#at - now) / this.#decayMs);
  }
}
