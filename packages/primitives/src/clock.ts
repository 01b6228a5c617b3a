/**
 * Time handed in, never taken: logic asks a {@link Clock}, so every test is repeatable.
 */

/** A cancellable timer. Cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Source of time. All durations and instants are in milliseconds. */
export interface Clock {
  /** Wall-clock time, ms since the Unix epoch. For people and files, never for durations. */
  now(): number;
  /** Monotonic time in ms with a fraction. For durations; its zero is arbitrary. */
  elapsed(): number;
  /** Calls `run` once, no earlier than `ms` from now. */
  after(ms: number, run: () => void): Timer;
}

/** The machine's own clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const handle: unknown = setTimeout(run, ms);
    // Node returns an object with unref(); a browser returns a number.
    if (typeof handle === 'object' && handle !== null && 'unref' in handle) (handle as { unref(): void }).unref();
    return { cancel: () => clearTimeout(handle as ReturnType<typeof setTimeout>) };
  },
};

interface Pending {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until {@link VirtualClock.advance} is called. For tests. */
export class VirtualClock implements Clock {
  #time: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  /** @param start wall-clock time at the beginning, ms since the Unix epoch */
  constructor(start = 0) {
    this.#time = start;
  }

  now(): number {
    return this.#time;
  }

  elapsed(): number {
    return this.#time;
  }

  after(ms: number, run: () => void): Timer {
    const timer: Pending = { due: this.#time + Math.max(0, ms), order: this.#order++, run };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Moves time forward by `ms` and runs every timer that falls due, in order, at its own instant. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (let next = this.#earliest(end); next; next = this.#earliest(end)) {
      this.#pending.delete(next);
      this.#time = Math.max(this.#time, next.due);
      next.run();
    }
    // A timer may have advanced the clock itself, beyond this end.
    this.#time = Math.max(this.#time, end);
  }

  #earliest(end: number): Pending | undefined {
    let best: Pending | undefined;
    for (const timer of this.#pending) {
      if (timer.due > end) continue;
      if (!best || timer.due < best.due || (timer.due === best.due && timer.order < best.order)) best = timer;
    }
    return best;
  }
}
