/** A follower's connection to the leader. When it breaks, it is made again: to the same leader or to its successor. */
import { connect, type Socket } from 'node:net';
import type { Embedder, FeedbackEffect, FeedbackOrder, Learned, LearnerPort, Nearness } from '@vortexflow/answering';
import type { KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { readFrames, writeFrame } from './frames.ts';
import type { FromFollower, FromLeader } from './messages.ts';

/** How soon it is tried again, ms. */
const RETRY_MS = 50;
/** Longest that learning may take, ms. */
const LEARN_MS = 30_000;
/** Paths of answers are told this often at most, ms: viewers see only the latest. */
const HIGHLIGHT_MS = 50;

export type Snapshot = Extract<FromLeader, { type: 'snapshot' }>;

export interface LinkOptions {
  /** The leader's local socket. */
  readonly path: string;
  readonly clock: Clock;
  /** Called at each connection, first of all. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onChange: (change: KnowledgeChange) => void;
  readonly onLearned: (learned: Learned) => void;
  /** Every later change waits for this follower. */
  readonly onLive: () => void;
  /** The connection is lost. */
  readonly onLost: () => void;
}

type Answer = Extract<FromLeader, { type: 'answer' }>['answer'];

export class LeaderLink implements LearnerPort {
  readonly #options: LinkOptions;
  /** Questions to the leader that wait for their answers; null: it failed, or is gone. */
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #socket: Socket | null = null;
  #retry: Timer | null = null;
  #highlight: Timer | null = null;
  #path: readonly string[] = [];
  #next = 0;
  #stopped = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Connects, and from then on stays connected. */
  open(): Promise<void> {
    if (this.#socket === null && this.#retry === null) this.#connect();
    return Promise.resolve();
  }

  get connected(): boolean {
    return this.#socket?.readyState === 'open';
  }

  /** Questions are answered by this revision. */
  applied(revision: number): void {
    this.#tell({ type: 'applied', revision });
  }

  /** Shows the path of an answer to all viewers. */
  highlight(path: readonly string[]): void {
    if (path.length === 0) return;
    this.#path = path;
    this.#highlight ??= this.#options.clock.after(HIGHLIGHT_MS, () => {
      this.#highlight = null;
      this.#tell({ type: 'highlight', path: this.#path });
    });
  }

  async learn(order: FeedbackOrder): Promise<FeedbackEffect> {
    const effect = await this.#ask(LEARN_MS, (id) => ({ type: 'learn', id, order }));
    if (!effect) throw wireError('learning_failed');
    return effect as FeedbackEffect;
  }

  /** The leader's endpoint for embeddings. */
  get embedder(): Embedder {
    const gone: Nearness = { passages: [], failure: 'connection' };
    return {
      nearest: async (question, timeoutMs) =>
        ((await this.#ask(timeoutMs, (id) => ({ type: 'nearest', id, question, timeoutMs }))) as Nearness | null) ??
        gone,
      change: () => undefined,
      status: () => null,
      stop: () => Promise.resolve(),
    };
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#highlight?.cancel();
    this.#socket?.destroy();
    return Promise.resolve();
  }

  #connect(): void {
    const socket = connect(this.#options.path);
    this.#socket = socket;
    this.#retry = null;
    readFrames(socket, (value) => this.#hear(value as FromLeader));
    // What happened is told by the end.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#socket = null;
      for (const resolve of this.#waiting.values()) resolve(null);
      this.#waiting.clear();
      this.#options.onLost();
      if (!this.#stopped) this.#retry = this.#options.clock.after(RETRY_MS, () => this.#connect());
    });
  }

  #hear(message: FromLeader): void {
    const { onSnapshot, onChange, onLearned } = this.#options;
    if (message.type === 'snapshot') return onSnapshot(message);
    if (message.type === 'change') return onChange(message.change);
    if (message.type === 'learned') return onLearned(message.learned);
    if (message.type === 'live') return this.#options.onLive();
    this.#waiting.get(message.id)?.(message.answer);
  }

  /** A leader that stands still answers nothing, and its connection does not tell. */
  #ask(timeoutMs: number, question: (id: number) => FromFollower): Promise<Answer> {
    if (!this.connected) return Promise.resolve(null);
    const id = ++this.#next;
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(timeoutMs, () => end(null));
      const end = (answer: Answer): void => {
        timer.cancel();
        this.#waiting.delete(id);
        resolve(answer);
      };
      this.#waiting.set(id, end);
      this.#tell(question(id));
    });
  }

  #tell(message: FromFollower): void {
    if (this.#socket?.readyState === 'open') writeFrame(this.#socket, message);
  }
}
