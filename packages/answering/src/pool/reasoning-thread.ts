/**
 * A worker thread with all reasoners, seen from the main thread: ask it, keep its knowledge current, bring it back when
 * it dies. What it leaves undone when it dies, or for being stuck, goes back to whoever gave it.
 */
import { Worker } from 'node:worker_threads';
import type { KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import type { ReasonerId } from '../reasoners/catalogue.ts';
import { type Job, ReasonerFailure } from './job.ts';
import type { FromThread, Said, ThreadKnowledge, ThreadSetup, ToThread } from './messages.ts';
import { type Doing, Progress } from './progress.ts';

/** State of a reasoning thread. */
export interface ThreadState {
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped';
  readonly restarts: number;
  /** Questions under way. */
  readonly pending: number;
}

/** What a thread needs. */
export interface ThreadOptions {
  /** For messages, e.g. `thread 1`. */
  readonly name: string;
  /** Everything the thread must know, asked anew at each start. */
  readonly knowledge: () => ThreadKnowledge;
  readonly clock: Clock;
  /** Told of every death of the thread, with the reason. */
  readonly onFailure: (reason: string) => void;
  /** Takes back what others may still answer: of a thread that died, or is stuck. */
  readonly onLeft: (job: Job, reasoners: readonly ReasonerId[]) => void;
  /** Told how long a reasoner has thought about a question, ms. */
  readonly onThought: (ms: number) => void;
  /** There are other threads. */
  readonly isOneOfMany: boolean;
  /** Whether one of them could take over now what waits behind a question that this one is stuck in. */
  readonly hasHelp: () => boolean;
  /** One reasoner at one question for so long: what else the thread was given goes back. Default 500 ms. */
  readonly stuckMs?: number;
  /** For so long: it hangs, and is ended and started again. Default 30,000 ms. */
  readonly hangMs?: number;
  /** The module of the thread; it calls `serve`. */
  readonly module?: URL;
}

interface Taken {
  readonly job: Job;
  /** Still expected from this thread. */
  readonly reasoners: Set<ReasonerId>;
}

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;
const DEFAULT_STUCK_MS = 500;
const DEFAULT_HANG_MS = 30_000;
const MODULE = new URL('./reasoning.worker.ts', import.meta.url);

export class ReasoningThread {
  readonly #options: ThreadOptions;
  readonly #taken = new Map<number, Taken>();
  readonly #changes = new Map<number, { readonly resolve: () => void; readonly since: number }>();
  #progress = new Progress();
  #worker: Worker | null = null;
  #ready = Promise.withResolvers<void>();
  #state: ThreadState['state'] = 'starting';
  #restarts = 0;
  #backoff = FIRST_BACKOFF_MS;
  #timer: Timer | null = null;
  #watch: Timer | null = null;
  /** What it was busy with when looked at last, and since when it has been so. */
  #seen: (Doing & { readonly since: number }) | null = null;
  #isStuck = false;
  /** When the thread was heard last. */
  #heard = 0;
  #next = 1;

  constructor(options: ThreadOptions) {
    this.#options = options;
    // Who waits hears of it; that nobody waits is no error.
    this.#ready.promise.catch(() => undefined);
  }

  /** Starts it for the first time. */
  start(): void {
    if (this.#state !== 'stopped' && !this.#worker) this.#start();
  }

  /** Resolves when the thread takes questions for the first time, or again after a failure. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get status(): ThreadState {
    return { state: this.#state, restarts: this.#restarts, pending: this.#taken.size };
  }

  /** True when one reasoner has been at one question for so long that others should not wait behind it. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Only for a thread that runs. */
  take(job: Job, reasoners: readonly ReasonerId[]): void {
    const id = this.#number();
    this.#taken.set(id, { job, reasoners: new Set(reasoners) });
    this.#watchOver();
    const progress = this.#progress;
    job.onAbandoned(() => progress.abandon(id));
    this.#send({ type: 'ask', id, question: job.question, reasoners: [...reasoners] });
  }

  /** Passes a change on. Resolves when no question can be answered without it: a thread that starts again will know it. */
  change(change: KnowledgeChange): Promise<void> {
    if (this.#state === 'stopped' || !this.#worker) return Promise.resolve();
    const id = this.#number();
    if (this.#state !== 'running') {
      // It comes before every question that the thread will get; nobody need wait for the start.
      this.#send({ type: 'change', id, change });
      return Promise.resolve();
    }
    this.#watchOver();
    return new Promise((resolve) => {
      this.#changes.set(id, { resolve, since: this.#options.clock.elapsed() });
      this.#send({ type: 'change', id, change });
    });
  }

  /** Ends the thread as a crash would. For tests and for operators. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** Ends the thread for good. Questions under way fail. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#timer?.cancel();
    this.#watch?.cancel();
    this.#ready.reject(new ReasonerFailure(`${this.#options.name} was stopped`));
    await this.#worker?.terminate();
    for (const { job, reasoners } of this.#taken.values())
      for (const reasoner of reasoners) job.reject(reasoner, 'the server is stopping');
    this.#forget();
  }

  /** 32 bits, as in {@link Progress}. */
  #number(): number {
    const id = this.#next;
    this.#next = (this.#next + 1) | 0;
    return id;
  }

  #send(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  #start(): void {
    // A new one each time: what the last thread died over stays readable.
    this.#progress = new Progress();
    this.#progress.void((this.#next - 1) | 0);
    const setup: ThreadSetup = {
      ...this.#options.knowledge(),
      progress: this.#progress.buffer,
      hasHelp: this.#options.isOneOfMany,
    };
    const worker = new Worker(this.#options.module ?? MODULE, { workerData: setup });
    this.#worker = worker;
    let reason = 'ended';
    worker.on('message', (message: FromThread) => this.#receive(message));
    worker.on('error', (failure) => {
      reason = failure instanceof Error ? failure.message : String(failure);
    });
    worker.on('exit', () => this.#onExit(worker, reason));
  }

  #receive(message: FromThread): void {
    this.#heard = this.#options.clock.elapsed();
    if (message.type === 'ready') {
      // Its word may still be on the way while it is being stopped.
      if (this.#state === 'stopped') return;
      this.#state = 'running';
      this.#backoff = FIRST_BACKOFF_MS;
      this.#ready.resolve();
    } else if (message.type === 'changed') {
      this.#changes.get(message.id)?.resolve();
      this.#changes.delete(message.id);
    } else if (message.type === 'said') {
      this.#isStuck = false;
      for (const one of message.said) this.#hear(message.id, one);
    }
    this.#rest();
  }

  #hear(id: number, { reasoner, ...said }: Said): void {
    const taken = this.#taken.get(id);
    // What has been given back meanwhile is answered by somebody else.
    if (!taken?.reasoners.delete(reasoner)) return;
    if (taken.reasoners.size === 0) this.#taken.delete(id);
    if ('failure' in said) taken.job.reject(reasoner, `${reasoner}: ${said.failure}`);
    else {
      this.#options.onThought(said.thinkingMs);
      taken.job.resolve(reasoner, said);
    }
  }

  /** An idle thread has no timer. */
  #rest(): void {
    if (this.#taken.size > 0 || this.#changes.size > 0) return;
    this.#watch?.cancel();
    this.#watch = this.#seen = null;
  }

  #onExit(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    if (this.#state === 'stopped') return;
    // Who waits for the first start goes on waiting for the one that works.
    if (this.#state === 'running') {
      this.#ready = Promise.withResolvers();
      this.#ready.promise.catch(() => undefined);
    }
    this.#state = 'restarting';
    this.#restarts++;
    const { doing } = this.#progress;
    const left = [...this.#taken];
    this.#forget();
    for (const [id, taken] of left) this.#giveBack(taken, doing?.id === id ? doing.reasoner : null, reason);
    this.#startLater();
    this.#options.onFailure(reason);
  }

  #startLater(): void {
    this.#timer = this.#options.clock.after(this.#backoff, () => {
      try {
        this.#start();
      } catch (failure) {
        // No thread to be had, or no memory for one: perhaps later.
        this.#startLater();
        this.#options.onFailure(String(failure));
      }
    });
    this.#backoff = Math.min(LONGEST_BACKOFF_MS, this.#backoff * 2);
  }

  /** What the thread died over is not tried again: it would end the next thread as well. */
  #giveBack({ job, reasoners }: Taken, fatal: ReasonerId | null, reason: string): void {
    if (fatal && reasoners.delete(fatal)) job.reject(fatal, `${fatal}: its thread died: ${reason}`);
    if (reasoners.size > 0) this.#options.onLeft(job, [...reasoners]);
  }

  #forget(): void {
    this.#taken.clear();
    for (const { resolve } of this.#changes.values()) resolve();
    this.#changes.clear();
    this.#isStuck = false;
    this.#rest();
  }

  /** While anything is under way, looks from time to time whether the thread gets on. */
  #watchOver(): void {
    const { clock } = this.#options;
    this.#watch ??= clock.after(this.#stuckMs / 2, () => {
      this.#watch = null;
      this.#look(clock.elapsed());
      if (this.#taken.size > 0 || this.#changes.size > 0) this.#watchOver();
    });
  }

  #look(now: number): void {
    // What waits for a thread that is still starting does not show that it hangs.
    if (this.#state !== 'running') return;
    const { doing } = this.#progress;
    const isSame = doing !== null && this.#seen?.id === doing.id && this.#seen.reasoner === doing.reasoner;
    this.#seen = isSame ? this.#seen : doing && { ...doing, since: now };
    const stuckFor = this.#seen ? now - this.#seen.since : 0;
    this.#isStuck = stuckFor >= this.#stuckMs;
    const [change] = this.#changes.values();
    const hangMs = this.#options.hangMs ?? DEFAULT_HANG_MS;
    // A change may stand behind many questions: as long as the thread is heard, it gets on.
    const waited = change ? now - Math.max(change.since, this.#heard) : 0;
    if (stuckFor >= hangMs || waited >= hangMs) return void this.#worker?.terminate();
    if (this.#isStuck && doing && this.#options.hasHelp()) this.#handOver(doing);
  }

  /** All but what it is stuck in: that may still come. */
  #handOver({ id: stuckIn, reasoner }: Doing): void {
    this.#progress.void((this.#next - 1) | 0);
    for (const [id, { job, reasoners }] of this.#taken) {
      const others = [...reasoners].filter((one) => id !== stuckIn || one !== reasoner);
      for (const one of others) reasoners.delete(one);
      if (reasoners.size === 0) this.#taken.delete(id);
      if (others.length > 0) this.#options.onLeft(job, others);
    }
  }

  get #stuckMs(): number {
    return this.#options.stuckMs ?? DEFAULT_STUCK_MS;
  }
}
