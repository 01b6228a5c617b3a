/**
 * How many threads are worth waking. Where cores are busy with other things a helper is taken off its core in the middle
 * of a task, and everybody waits for it: two threads are then slower than one. Only time is spent or saved by this, the
 * result does not depend on who computes what.
 */
import type { Clock } from '@vortexflow/primitives';

/** Phases that are looked at together. */
const WINDOW = 16;
/** Share of the time spent waiting for helpers above which one helper fewer is woken. */
const TOO_MUCH_WAITING = 0.35;
/** Windows until one helper more is tried again, doubled after each failure. */
const FIRST_PATIENCE = 4;
const LONGEST_PATIENCE = 128;

export class ThreadTuner {
  readonly #most: number;
  readonly #clock: Clock;
  #active: number;
  #begun = 0;
  #waitBegun = 0;
  #phases = 0;
  #total = 0;
  #waited = 0;
  #patience = FIRST_PATIENCE;
  #windows = 0;

  constructor(most: number, clock: Clock) {
    this.#most = most;
    this.#active = most;
    this.#clock = clock;
  }

  get active(): number {
    return this.#active;
  }

  /** A phase begins. */
  begin(): void {
    this.#begun = this.#clock.elapsed();
  }

  /** The leading thread has no task left. */
  waiting(): void {
    this.#waitBegun = this.#clock.elapsed();
  }

  /** The last task of the phase is done. */
  end(): void {
    const now = this.#clock.elapsed();
    this.#total += now - this.#begun;
    this.#waited += now - this.#waitBegun;
    if (++this.#phases === WINDOW) this.#decide();
  }

  #decide(): void {
    const share = this.#total > 0 ? this.#waited / this.#total : 0;
    this.#phases = 0;
    this.#total = 0;
    this.#waited = 0;
    if (this.#active > 1 && share > TOO_MUCH_WAITING) {
      this.#active--;
      this.#windows = 0;
      this.#patience = Math.min(LONGEST_PATIENCE, this.#patience * 2);
    } else if (this.#active < this.#most && ++this.#windows >= this.#patience) {
      this.#active++;
      this.#windows = 0;
    }
  }
}
