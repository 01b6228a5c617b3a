/** One job at a time on a thread that stays for the next one, and goes when none comes for a while. */
import type { Clock, Timer } from '@vortexflow/primitives';
import type { JobThread } from './job-thread.ts';

export interface OneByOneOptions<Job, Reply> {
  readonly clock: Clock;
  readonly start: () => JobThread<Job, Reply>;
  /** Longest work on one job, ms; waiting for its turn does not count. */
  readonly timeoutMs: number;
  /** How long the thread waits for another job, ms. */
  readonly idleMs: number;
  /** Jobs that may wait for their turn. */
  readonly mostWaiting: number;
  /** What is thrown when so many wait already. */
  readonly busy: (waiting: number) => Error;
  /** What is thrown at a job that took too long, or that an end cut off. */
  readonly late: (cause?: unknown) => Error;
}

export class OneByOne<Job, Reply> {
  readonly #options: OneByOneOptions<Job, Reply>;
  #thread: JobThread<Job, Reply> | null = null;
  #idle: Timer | null = null;
  #stopped = false;
  /** Jobs waiting and under way. */
  #pending = 0;
  /** Settles when all jobs so far have. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: OneByOneOptions<Job, Reply>) {
    this.#options = options;
  }

  /**
   * @param hasLeft whether nobody waits for the reply any more: then it is not begun
   * @throws `busy` and `late` of the options; what the thread died of
   */
  async work(job: Job, hasLeft: () => boolean = () => false): Promise<Reply> {
    const { mostWaiting, busy } = this.#options;
    if (this.#pending > mostWaiting) throw busy(this.#pending - 1);
    this.#pending++;
    const turn = this.#last.then(() => this.#run(job, hasLeft));
    this.#last = turn.then(
      () => this.#pending--,
      () => this.#pending--,
    );
    return turn;
  }

  /** Ends the job under way; it and those waiting are told that they came too late. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
    await this.#last;
  }

  async #run(job: Job, hasLeft: () => boolean): Promise<Reply> {
    const { clock, start, timeoutMs, idleMs, late } = this.#options;
    if (this.#stopped || hasLeft()) throw late();
    this.#idle?.cancel();
    if (this.#thread?.isAlive === false) this.#thread = null;
    const thread = (this.#thread ??= start());
    let isLate = false;
    const timer = clock.after(timeoutMs, () => {
      isLate = true;
      void this.#end();
    });
    try {
      const reply = await thread.work(job);
      this.#idle = clock.after(idleMs, () => void this.#end());
      return reply;
    } catch (failure) {
      // A thread that has failed is not used again.
      void this.#end();
      if (isLate || this.#stopped) throw late(failure);
      throw failure;
    } finally {
      timer.cancel();
    }
  }

  async #end(): Promise<void> {
    this.#idle?.cancel();
    const thread = this.#thread;
    this.#thread = null;
    await thread?.end();
  }
}
