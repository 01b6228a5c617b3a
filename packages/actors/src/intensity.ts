/** Counts restarts as OTP's supervisor does: too many are more than `intensity` within the last `periodMs`, this one included. */
export class RestartIntensity {
  readonly #intensity: number;
  readonly #periodMs: number;
  #instants: number[] = [];

  constructor(intensity: number, periodMs: number) {
    this.#intensity = intensity;
    this.#periodMs = periodMs;
  }

  /** Counts a restart at `now` (monotonic ms). False: this one is too many. */
  allow(now: number): boolean {
    this.#instants = this.#instants.filter((instant) => now - instant <= this.#periodMs);
    this.#instants.push(now);
    return this.#instants.length <= this.#intensity;
  }

  reset(): void {
    this.#instants = [];
  }
}
