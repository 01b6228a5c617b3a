/** A clock whose wall time jumps, as it does when a machine is corrected, suspended or wrongly set. */
import type { Clock, Timer } from '@vortexflow/primitives';

/**
 * Goes with another clock, from which its wall time can be moved away. Durations and timers go on undisturbed, as the
 * monotonic clock of an operating system does: who measures a duration by the wall clock is found out.
 */
export class JumpingClock implements Clock {
  readonly #base: Clock;
  #offset = 0;

  constructor(base: Clock) {
    this.#base = base;
  }

  /** @param ms forwards, or backwards when negative */
  jump(ms: number): void {
    this.#offset += ms;
  }

  now(): number {
    return this.#base.now() + this.#offset;
  }

  elapsed(): number {
    return this.#base.elapsed();
  }

  after(ms: number, run: () => void): Timer {
    return this.#base.after(ms, run);
  }
}
