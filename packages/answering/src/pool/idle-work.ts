/** Work that waits until nothing has happened for a while, and gives way to whatever comes meanwhile. */
import type { Steps } from '@vortexflow/graph';
import type { Clock, Timer } from '@vortexflow/primitives';

/** Longest that it keeps others waiting, ms; one step may take longer. */
const SLICE_MS = 5;

export interface IdleWorkOptions {
  readonly clock: Clock;
  /** How long after the last {@link IdleWork.restart} it begins, ms. */
  readonly idleMs: number;
  readonly begin: () => Steps<unknown>;
  /** Told after every slice of what somebody waits for. */
  readonly onSlice: () => void;
}

export class IdleWork {
  readonly #options: IdleWorkOptions;
  #timer: Timer | null = null;
  #next: NodeJS.Immediate | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: IdleWorkOptions) {
    this.#options = options;
  }

  /** Begins later, and anew: what is under way is given up. At once when somebody waits for it. */
  restart(): void {
    const { clock, idleMs, begin } = this.#options;
    this.#timer?.cancel();
    clearImmediate(this.#next);
    if (this.#waiting.length > 0) this.#next = setImmediate(() => this.#slice(begin()));
    else this.#timer = clock.after(idleMs, () => this.#slice(begin()));
  }

  /** Begins anew and at once. @param done called at the end */
  whenDone(done: () => void): void {
    this.#waiting.push(done);
    this.restart();
  }

  #slice(steps: Steps<unknown>): void {
    const { clock, onSlice } = this.#options;
    const end = clock.elapsed() + SLICE_MS;
    do if (steps.next().done === true) return this.#end();
    while (clock.elapsed() < end);
    if (this.#waiting.length > 0) onSlice();
    this.#next = setImmediate(() => this.#slice(steps));
  }

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }
}
