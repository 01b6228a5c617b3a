import type { Clock } from '@vortexflow/primitives';

/**
 * The instant at which nobody waits for an answer any more, as a value that is handed down: whoever makes a further
 * call gives it what is left, never a time of its own. Holds no timer.
 */
export class Deadline {
  readonly clock: Clock;
  /** Instant on the clock's monotonic time, ms. */
  readonly at: number;

  constructor(clock: Clock, at: number) {
    this.clock = clock;
    this.at = at;
  }

  /** A deadline `ms` from now; below zero is now. */
  static in(clock: Clock, ms: number): Deadline {
    return new Deadline(clock, clock.elapsed() + Math.max(0, ms));
  }

  /** ms that are left, not below 0. To go over a wire: the other side makes a deadline of its own clock from it. */
  get remaining(): number {
    return Math.max(0, this.at - this.clock.elapsed());
  }

  get isOver(): boolean {
    return this.at <= this.clock.elapsed();
  }

  /** The earlier of this and `ms` from now. */
  within(ms: number): Deadline {
    const at = this.clock.elapsed() + ms;
    return at < this.at ? new Deadline(this.clock, at) : this;
  }
}
