/**
 * Group commit: writers that arrive together share one transaction, and so one fsync (DeWitt et al., "Implementation
 * techniques for main memory database systems", SIGMOD 1984, section 5.2). An fsync costs milliseconds, an insert
 * microseconds.
 */
import type { Clock } from '@vortexflow/primitives';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Runs `apply` inside one transaction; resolves when it is durable, rejects when nothing of it happened. */
export type Transact<Session> = (apply: (session: Session) => Promise<void>) => Promise<void>;

interface PendingWrite<Session> {
  /** Applies the write and keeps its result for {@link settle}; a retry overwrites that result. */
  readonly apply: (session: Session) => Promise<void>;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
}

/** Queues writes, in order, and commits those that are waiting together. */
export class GroupCommit<Session> {
  readonly #transact: Transact<Session>;
  readonly #clock: Clock;
  readonly #isOwnFault: (error: unknown) => boolean;
  #queue: PendingWrite<Session>[] = [];
  #draining: Promise<void> | null = null;
  /** Transactions committed. */
  commits = 0;
  /** Writes committed. */
  writes = 0;
  /** Of the last commit, in ms; null before the first. */
  lastCommitMs: number | null = null;
  /** Message of the last failure; null again after a success. */
  lastError: string | null = null;

  /**
   * @param isOwnFault whether an error may come from one write alone, so that the others are worth another try, and
   * {@link lastError} keeps it; always by default
   */
  constructor(transact: Transact<Session>, clock: Clock, isOwnFault: (error: unknown) => boolean = () => true) {
    this.#transact = transact;
    this.#clock = clock;
    this.#isOwnFault = isOwnFault;
  }

  /** Resolves with what `apply` returned, once the transaction that holds it is committed. */
  submit<Result>(apply: (session: Session) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      let result: Result;
      this.#queue.push({
        apply: async (session) => {
          result = await apply(session);
        },
        settle: () => resolve(result),
        fail: reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when no write is waiting. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // One turn of the event loop: every request that is ready now joins. It also keeps the process alive till the commit.
      await nextTurn();
      const batch = this.#queue;
      this.#queue = [];
      await this.#commit(batch);
    }
    this.#draining = null;
  }

  async #commit(batch: readonly PendingWrite<Session>[]): Promise<void> {
    const started = this.#clock.elapsed();
    try {
      await this.#transact(async (session) => {
        for (const write of batch) await write.apply(session);
      });
    } catch (error) {
      return this.#separate(batch, error);
    }
    this.lastCommitMs = this.#clock.elapsed() - started;
    this.commits++;
    this.writes += batch.length;
    this.lastError = null;
    for (const write of batch) write.settle();
  }

  /** One bad write must not fail its neighbours: everyone gets a transaction of their own, unless that is in vain. */
  async #separate(batch: readonly PendingWrite<Session>[], error: unknown): Promise<void> {
    if (batch.length > 1 && this.#isOwnFault(error)) {
      for (const write of batch) await this.#commit([write]);
      return;
    }
    if (this.#isOwnFault(error)) this.lastError = error instanceof Error ? error.message : String(error);
    for (const write of batch) write.fail(error);
  }
}
