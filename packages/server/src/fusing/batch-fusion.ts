/** One batch at a time on a thread that stays for the next one, and goes when none comes for a while. */
import type { Clock, Timer } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import type { Fuser } from './fuse-thread.ts';
import type { FuseJob, FuseReply } from './messages.ts';

export interface BatchFusionOptions {
  readonly clock: Clock;
  readonly start: () => Fuser;
  /** Longest computation, ms; waiting for its turn does not count. */
  readonly timeoutMs: number;
  /** How long the thread waits for another batch, ms. */
  readonly idleMs: number;
}

/** Batches that may wait for their turn. */
const MAX_WAITING = 8;

export class BatchFusion {
  readonly #options: BatchFusionOptions;
  #fuser: Fuser | null = null;
  #idle: Timer | null = null;
  #stopped = false;
  /** Batches waiting and under way. */
  #pending = 0;
  /** Settles when all batches so far have. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BatchFusionOptions) {
    this.#options = options;
  }

  /**
   * The body of the response.
   * @throws CodedError of the request's own faults, `fuse_busy`, `fuse_late`; what the thread died of
   */
  async fuse(job: FuseJob): Promise<Uint8Array> {
    if (this.#pending > MAX_WAITING) throw wireError('fuse_busy', { waiting: this.#pending - 1 });
    this.#pending++;
    const turn = this.#last.then(() => this.#run(job));
    this.#last = turn.then(
      () => this.#pending--,
      () => this.#pending--,
    );
    const reply = await turn;
    if (reply.type === 'fused') return reply.body;
    throw wireError(reply.code, reply.details);
  }

  /** Ends the batch under way; it and those waiting are told that they came too late. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
    await this.#last;
  }

  async #run(job: FuseJob): Promise<FuseReply> {
    const { clock, start, timeoutMs, idleMs } = this.#options;
    if (this.#stopped) throw wireError('fuse_late', { timeout_ms: timeoutMs });
    this.#idle?.cancel();
    if (this.#fuser?.isAlive === false) this.#fuser = null;
    const fuser = (this.#fuser ??= start());
    let late = false;
    const timer = clock.after(timeoutMs, () => {
      late = true;
      void this.#end();
    });
    try {
      const reply = await fuser.fuse(job);
      this.#idle = clock.after(idleMs, () => void this.#end());
      return reply;
    } catch (failure) {
      // A thread that has failed is not used again.
      void this.#end();
      if (late || this.#stopped) throw wireError('fuse_late', { timeout_ms: timeoutMs }, failure);
      throw failure;
    } finally {
      timer.cancel();
    }
  }

  async #end(): Promise<void> {
    this.#idle?.cancel();
    const fuser = this.#fuser;
    this.#fuser = null;
    await fuser?.end();
  }
}
