/**
 * Worker threads that all hold every reasoner. A question goes to the thread with the least to do, which reads it once
 * for all reasoners; when a thread dies or is stuck, the others take over what it had not begun.
 */
import type { KnowledgeChange } from '@vortexflow/knowledge';
import { REASONER_IDS, type ReasonerId } from '../reasoners/catalogue.ts';
import type { Question } from '../reasoners/contract.ts';
import { Job } from './job.ts';
import { ReasoningThread, type ThreadOptions, type ThreadState } from './reasoning-thread.ts';

/** What the threads of a pool need. */
export interface PoolOptions extends Omit<
  ThreadOptions,
  'name' | 'onFailure' | 'onLeft' | 'onThought' | 'isOneOfMany' | 'hasHelp'
> {
  /** At least 1. */
  readonly threads: number;
  /** Told of every death of a thread, from 1, with the reason. */
  readonly onFailure: (thread: number, reason: string) => void;
}

export class ReasonerPool {
  readonly #threads: readonly ReasoningThread[];
  /** How long a reasoner thinks about a question, a running mean, ms. */
  #thoughtMs = 0;

  /** The first thread starts at once, the others when it is ready: so the first question can come soonest. */
  constructor({ threads, onFailure, ...options }: PoolOptions) {
    this.#threads = Array.from({ length: threads }, (_, i) => {
      const name = `thread ${i + 1}`;
      return new ReasoningThread({
        ...options,
        name,
        onFailure: (reason) => onFailure(i + 1, reason),
        onThought: (ms) => (this.#thoughtMs += RECENT * (ms - this.#thoughtMs)),
        onLeft: (job, reasoners) => this.#place(job, reasoners, name),
        isOneOfMany: threads > 1,
        hasHelp: () => this.#threads.some(({ status, isStuck }) => status.state === 'running' && !isStuck),
      });
    });
    const [first, ...others] = this.#threads;
    first?.start();
    const startOthers = (): void => others.forEach((thread) => thread.start());
    first?.ready.then(startOthers, () => undefined);
  }

  /** Resolves when questions can be asked. */
  get ready(): Promise<void> {
    return Promise.any(this.#threads.map((thread) => thread.ready));
  }

  /** Resolves when every thread takes questions. */
  async whole(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready));
  }

  status(): ThreadState[] {
    return this.#threads.map((thread) => thread.status);
  }

  /** How long a question would wait for those before it, by what the last ones took, ms. */
  get expectedWaitMs(): number {
    let least = Infinity;
    for (const { status } of this.#threads) if (status.state === 'running') least = Math.min(least, status.pending);
    return Number.isFinite(least) ? least * this.#thoughtMs * REASONER_IDS.length : 0;
  }

  /** Asks every reasoner. */
  ask(question: Question): Job {
    const job = new Job(question, REASONER_IDS);
    this.#place(job, REASONER_IDS, null);
    return job;
  }

  /** Resolves when every thread knows the change. Call in the order of the revisions. */
  async change(change: KnowledgeChange): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.change(change)));
  }

  /** Ends a thread, from 1, as a crash would; it comes back by itself. */
  async kill(thread: number): Promise<void> {
    await this.#threads[thread - 1]?.kill();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  /** Gives what is open to the running thread with the least to do; one that is stuck comes last. */
  #place(job: Job, reasoners: readonly ReasonerId[], from: string | null): void {
    const { open } = job;
    const wanted = reasoners.filter((reasoner) => open.includes(reasoner));
    if (wanted.length === 0) return;
    let best: ReasoningThread | null = null;
    for (const thread of this.#threads) {
      if (thread.status.state !== 'running') continue;
      if (!best || cost(thread) < cost(best)) best = thread;
    }
    if (best) return best.take(job, wanted);
    const why = from === null ? 'no thread is running' : `${from} is gone, and no other thread is running`;
    for (const reasoner of wanted) job.reject(reasoner, `${reasoner}: ${why}`);
  }
}

/** Share that the last thought has in the mean. */
const RECENT = 0.02;

/** More than any thread is ever given. */
const STUCK = 1e9;

const cost = (thread: ReasoningThread): number => thread.status.pending + (thread.isStuck ? STUCK : 0);
