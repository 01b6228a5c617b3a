import type { Random } from '@vortexflow/primitives';
import { Ring } from './ring.ts';

/** Something with messages to handle. */
export interface Runnable {
  /** Handles up to `budget` messages, queues itself again if more wait, and says how many it handled. Never throws. */
  run(budget: number): number;
}

/** Messages of one actor before the next has its turn. */
const BATCH = 64;
/** Messages before timers and I/O have their turn. */
const BUDGET = 4_096;

/**
 * Who runs next: first come, first served, in batches; or, with `random`, anyone by chance and one message at a time, so
 * that seeds explore interleavings and repeat them.
 */
export class RunQueue {
  private readonly queue = new Ring<Runnable>();
  private readonly random: Random | undefined;
  private armed = false;
  private spent = 0;

  constructor(random: Random | undefined) {
    this.random = random;
  }

  push(runnable: Runnable): void {
    this.queue.push(runnable);
    if (this.armed) return;
    this.armed = true;
    queueMicrotask(this.drain);
  }

  private readonly resume = (): void => {
    this.spent = 0;
    this.drain();
  };

  private readonly drain = (): void => {
    const { queue, random } = this;
    while (queue.size > 0) {
      // Chains of microtasks starve the event loop just as one long drain does, so the budget counts over all of them.
      if (this.spent >= BUDGET) {
        setImmediate(this.resume);
        return;
      }
      const next = random === undefined ? queue.shift() : queue.takeAt(Math.floor(random() * queue.size));
      this.spent += Math.max(1, next.run(random === undefined ? BATCH : 1));
    }
    this.armed = false;
  };
}
