/**
 * One reasoner on a worker thread, seen from the main thread: ask it, keep its knowledge current, bring it back when it
 * dies. Questions under way when the thread dies fail at once; nobody waits for a dead thread.
 */
import { Worker } from 'node:worker_threads';
import type { KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import type { ReasonerId } from '../reasoners/catalogue.ts';
import type { Opinion, Question } from '../reasoners/contract.ts';
import type { FromReasoner, ReasonerSetup, ToReasoner } from './messages.ts';

/** An opinion with the time its thread thought about it, ms. */
export interface ThreadAnswer {
  readonly opinion: Opinion;
  readonly thinkingMs: number;
}

/** Thrown into every question that a thread cannot answer because it failed, died or is being started again. */
export class ReasonerFailure extends Error {
  override readonly name = 'ReasonerFailure';
}

/** State of a reasoner's thread. */
export interface ThreadState {
  readonly state: 'starting' | 'running' | 'restarting' | 'stopped';
  readonly restarts: number;
  /** Questions under way. */
  readonly pending: number;
}

interface Waiting {
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (failure: Error) => void;
  readonly since: number;
}

/** What a thread needs. */
export interface ThreadOptions {
  readonly reasoner: ReasonerId;
  /** Everything the thread must know, asked anew at each start. */
  readonly setup: () => Omit<ReasonerSetup, 'reasoner'>;
  readonly clock: Clock;
  /** Told of every death of the thread, with the reason. */
  readonly onFailure: (reason: string) => void;
  /** A question older than this means that the thread hangs: it is ended and started again. Default 30,000 ms. */
  readonly hangMs?: number;
}

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;
const DEFAULT_HANG_MS = 30_000;

export class ReasonerThread {
  readonly id: ReasonerId;
  readonly #options: ThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #changes = new Map<number, { readonly resolve: () => void; readonly since: number }>();
  #worker: Worker | null = null;
  #ready = Promise.withResolvers<void>();
  #state: ThreadState['state'] = 'starting';
  #restarts = 0;
  #backoff = FIRST_BACKOFF_MS;
  #timer: Timer | null = null;
  #watch: Timer | null = null;
  #next = 1;

  constructor(options: ThreadOptions) {
    this.id = options.reasoner;
    this.#options = options;
    this.#start();
  }

  /** Resolves when the thread takes questions for the first time, or again after a failure. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get status(): ThreadState {
    return { state: this.#state, restarts: this.#restarts, pending: this.#waiting.size };
  }

  /**
   * Asks the reasoner.
   * @throws ReasonerFailure at once when the thread is not running, or when it dies over the question
   */
  ask(question: Question): Promise<ThreadAnswer> {
    if (this.#state !== 'running') return Promise.reject(new ReasonerFailure(`${this.id} is ${this.#state}`));
    const id = this.#next++;
    this.#watchForHanging();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, since: this.#options.clock.elapsed() });
      this.#send({ type: 'ask', id, question });
    });
  }

  /** Passes a change on. Resolves when the thread has applied it, or has died: then its next start will know it. */
  change(change: KnowledgeChange): Promise<void> {
    if (this.#state === 'stopped' || !this.#worker) return Promise.resolve();
    const id = this.#next++;
    this.#watchForHanging();
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
    this.#ready.promise.catch(() => undefined);
    this.#ready.reject(new ReasonerFailure(`${this.id} was stopped`));
    await this.#worker?.terminate();
    this.#failAll('the server is stopping');
  }

  #send(message: ToReasoner): void {
    this.#worker?.postMessage(message);
  }

  #start(): void {
    const setup: ReasonerSetup = { reasoner: this.id, ...this.#options.setup() };
    const worker = new Worker(new URL('./reasoner.worker.ts', import.meta.url), { workerData: setup });
    this.#worker = worker;
    let reason = 'ended';
    worker.on('message', (message: FromReasoner) => this.#receive(message));
    worker.on('error', (failure) => {
      reason = failure instanceof Error ? failure.message : String(failure);
    });
    worker.on('exit', () => this.#onExit(worker, reason));
  }

  #receive(message: FromReasoner): void {
    if (message.type === 'ready') {
      // Its word may still be on the way while it is being stopped.
      if (this.#state === 'stopped') return;
      this.#state = 'running';
      this.#backoff = FIRST_BACKOFF_MS;
      this.#ready.resolve();
    } else if (message.type === 'changed') {
      this.#changes.get(message.id)?.resolve();
      this.#changes.delete(message.id);
    } else {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.type === 'opinion') waiting?.resolve({ opinion: message.opinion, thinkingMs: message.thinkingMs });
      else waiting?.reject(new ReasonerFailure(`${this.id}: ${message.message}`));
    }
    this.#rest();
  }

  /** An idle thread has no timer. */
  #rest(): void {
    if (this.#waiting.size > 0 || this.#changes.size > 0) return;
    this.#watch?.cancel();
    this.#watch = null;
  }

  #onExit(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    if (this.#state === 'stopped') return;
    // Who waits for the first start goes on waiting for the one that works.
    if (this.#state === 'running') this.#ready = Promise.withResolvers();
    this.#state = 'restarting';
    this.#restarts++;
    this.#failAll(`${this.id} died: ${reason}`);
    this.#options.onFailure(reason);
    this.#timer = this.#options.clock.after(this.#backoff, () => this.#start());
    this.#backoff = Math.min(LONGEST_BACKOFF_MS, this.#backoff * 2);
  }

  #failAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new ReasonerFailure(message));
    this.#waiting.clear();
    for (const { resolve } of this.#changes.values()) resolve();
    this.#changes.clear();
    this.#rest();
  }

  /** While anything is under way, looks from time to time whether the oldest of it has been so for too long. */
  #watchForHanging(): void {
    this.#watch ??= this.#options.clock.after(this.#hangMs, () => {
      this.#watch = null;
      const [question] = this.#waiting.values();
      const [change] = this.#changes.values();
      const oldest = Math.min(question?.since ?? Infinity, change?.since ?? Infinity);
      if (oldest === Infinity) return;
      // What waits for a thread that is still starting does not show that it hangs.
      if (this.#state === 'running' && this.#options.clock.elapsed() - oldest >= this.#hangMs)
        void this.#worker?.terminate();
      this.#watchForHanging();
    });
  }

  get #hangMs(): number {
    return this.#options.hangMs ?? DEFAULT_HANG_MS;
  }
}
