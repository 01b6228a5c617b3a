/** Batches of opinions, fused one at a time on a thread of their own. */
import type { Clock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import type { JobThread } from '../threads/job-thread.ts';
import { OneByOne } from '../threads/one-by-one.ts';
import type { FuseJob, FuseReply } from './messages.ts';

export interface BatchFusionOptions {
  readonly clock: Clock;
  readonly start: () => JobThread<FuseJob, FuseReply>;
  /** Longest computation, ms; waiting for its turn does not count. */
  readonly timeoutMs: number;
  /** How long the thread waits for another batch, ms. */
  readonly idleMs: number;
}

/** Batches that may wait for their turn. */
const MAX_WAITING = 8;

export class BatchFusion {
  readonly #batches: OneByOne<FuseJob, FuseReply>;

  constructor(options: BatchFusionOptions) {
    this.#batches = new OneByOne({
      ...options,
      mostWaiting: MAX_WAITING,
      busy: (waiting) => wireError('fuse_busy', { waiting }),
      late: (cause) => wireError('fuse_late', { timeout_ms: options.timeoutMs }, cause),
    });
  }

  /**
   * The body of the response.
   * @param hasLeft whether nobody waits for it any more: then it is not begun
   * @throws CodedError of the request's own faults, `fuse_busy`, `fuse_late`; what the thread died of
   */
  async fuse(job: FuseJob, hasLeft?: () => boolean): Promise<Uint8Array> {
    const reply = await this.#batches.work(job, hasLeft);
    if (reply.type === 'fused') return reply.body;
    throw wireError(reply.code, reply.details);
  }

  /** Ends the batch under way; it and those waiting are told that they came too late. */
  stop(): Promise<void> {
    return this.#batches.stop();
  }
}
