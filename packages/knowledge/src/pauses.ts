/** Gives others a turn now and then. */
import type { Steps } from '@vortexflow/graph';
import type { Clock } from '@vortexflow/primitives';

/** Longest the main thread works without letting others have a turn, ms. */
const SLICE_MS = 8;

export class Pauses {
  readonly #clock: Clock;
  #sliceEnd: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sliceEnd = clock.elapsed() + SLICE_MS;
  }

  async whenDue(): Promise<void> {
    if (this.#clock.elapsed() < this.#sliceEnd) return;
    await new Promise(setImmediate);
    this.#sliceEnd = this.#clock.elapsed() + SLICE_MS;
  }

  /** Goes through the steps of some work. @throws what a step throws */
  async run<Result>(steps: Steps<Result>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.whenDue();
    }
  }
}
