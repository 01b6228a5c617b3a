/** The learner on a thread of its own, started when it is first needed. Feedback that comes while it works is taken together. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { emptyFusionState } from '@vortexflow/fusion';
import { wireError } from '@vortexflow/protocol';
import type { FeedbackEffect, FeedbackOrder } from './learner.ts';
import type { FromLearner, Learned, LearnerSetup, LearnOrder } from './messages.ts';

export interface LearnerThreadOptions extends LearnerSetup {
  /** Told whenever something was learned, and at the start when something had been. */
  readonly onLearned: (learned: Learned) => void;
  /** For the log. */
  readonly onNotice: (text: string) => void;
}

interface Waiting {
  readonly order: FeedbackOrder;
  readonly resolve: (effect: FeedbackEffect) => void;
  readonly reject: (failure: Error) => void;
}

/** Nothing learned yet. */
export const NOTHING_LEARNED: Learned = {
  state: emptyFusionState(),
  report: { items: 0, total: 0, sources: {}, strategies: {} },
};

/** Most feedbacks that are taken together; they wait for one another. */
const MOST_TOGETHER = 256;

export class LearnerThread {
  readonly #options: LearnerThreadOptions;
  #learningRate: number;
  #worker: Worker | null = null;
  #starting: Promise<void> | null = null;
  #queue: Waiting[] = [];
  #underWay: readonly Waiting[] = [];
  #newest: Promise<void> = Promise.resolve();
  #orders = 0;
  #stopped = false;

  constructor(options: LearnerThreadOptions) {
    this.#options = options;
    this.#learningRate = options.learningRate;
  }

  /** 0..1, for what is learned from now on. */
  setLearningRate(rate: number): void {
    this.#learningRate = rate;
  }

  /** Reads what had been learned; resolves when it is known. @throws Error when it cannot be read */
  async open(): Promise<void> {
    const { file } = this.#options;
    if (file !== null && existsSync(file)) await this.#start();
  }

  /** Learns one feedback; resolves when it is learned and on disk. @throws CodedError `learning_failed` */
  learn(order: FeedbackOrder): Promise<FeedbackEffect> {
    const { promise, resolve, reject } = Promise.withResolvers<FeedbackEffect>();
    this.#newest = promise.then(
      () => undefined,
      () => undefined,
    );
    this.#queue.push({ order, resolve, reject });
    void this.#pump();
    return promise;
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    // They are taken in order, so that the newest is the last to be done.
    await this.#newest;
    await this.#worker?.terminate();
  }

  async #pump(): Promise<void> {
    if (this.#underWay.length > 0 || this.#queue.length === 0) return;
    const batch = this.#queue.splice(0, MOST_TOGETHER);
    this.#underWay = batch;
    try {
      await this.#start();
    } catch (failure) {
      return this.#fail(batch, String(failure));
    }
    // The thread may have died between: then the batch has been refused already.
    if (this.#underWay !== batch) return;
    const learningRate = this.#learningRate;
    const order: LearnOrder = { id: ++this.#orders, orders: batch.map(({ order: one }) => one), learningRate };
    this.#worker?.postMessage(order);
  }

  #start(): Promise<void> {
    return (this.#starting ??= this.#spawn());
  }

  #spawn(): Promise<void> {
    const setup: LearnerSetup = { file: this.#options.file, learningRate: this.#learningRate };
    const worker = new Worker(new URL('./learner.worker.ts', import.meta.url), { workerData: setup });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromLearner) => {
        if (message.type === 'ready') resolve();
        this.#hear(message);
      });
      worker.on('error', (failure) => {
        reject(failure);
        this.#lost(worker, String(failure));
      });
      worker.on('exit', () => {
        reject(new Error('the learner ended'));
        this.#lost(worker, 'the learner ended');
      });
    });
  }

  #hear(message: FromLearner): void {
    if (message.type === 'failed') return this.#fail(this.#underWay, message.message);
    if (message.type === 'ready') {
      this.#options.onLearned(message.learned);
      if (message.notice !== null) this.#options.onNotice(message.notice);
      return;
    }
    // What changes nothing must not empty the cache.
    if (message.effects.some(({ effect }) => effect === 'learned' || effect === 'replaced'))
      this.#options.onLearned(message.learned);
    const done = this.#underWay;
    this.#underWay = [];
    done.forEach(({ resolve }, i) => resolve(message.effects[i] as FeedbackEffect));
    void this.#pump();
  }

  /** The next feedback starts a new thread, which reads what is on disk. */
  #lost(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#starting = null;
    if (!this.#stopped || this.#underWay.length > 0) this.#fail(this.#underWay, reason);
  }

  #fail(lost: readonly Waiting[], reason: string): void {
    // Of a failed start both the start and the thread's end tell.
    if (this.#underWay !== lost) return;
    this.#options.onNotice(`feedback was not learned: ${reason}`);
    this.#underWay = [];
    for (const { reject } of lost) reject(wireError('learning_failed'));
    void this.#pump();
  }
}
