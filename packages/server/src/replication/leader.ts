/**
 * The leader's side of replication: followers get all that is known, then every change, in order, and a change counts as
 * done when each of them answers by it. A follower that does not keep up is cut off; it comes back with a new snapshot.
 */
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Answering, FeedbackEffect, Learned, Nearness } from '@vortexflow/answering';
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock } from '@vortexflow/primitives';
import { digestOf } from './digest.ts';
import { readFrames, writeFrame } from './frames.ts';
import type { FromFollower, FromLeader } from './messages.ts';

/** Longest that a change waits for a follower, ms, and how much longer for each part of it that came before. */
const [APPLY_MS, PART_MS] = [10_000, 250];

export interface LeadingOptions {
  readonly base: KnowledgeBase;
  readonly answering: Answering;
  readonly clock: Clock;
  /** A follower's answer lights up. */
  readonly highlight: (path: readonly string[]) => void;
  /** For the log. */
  readonly onNotice: (text: string) => void;
}

/** One follower, as the leader sees it. */
interface Follower {
  readonly socket: Socket;
  /** It has said that it takes part. */
  isLive: boolean;
  /** Who waits for it, by the revision that it has to reach. */
  readonly waiting: Map<number, () => void>;
}

export class Leading {
  readonly #options: LeadingOptions;
  readonly #followers = new Set<Follower>();
  readonly #server: Server;
  /** Of the change under way, those that have been sent: what they brought is put in order behind the last. */
  #parts = 0;

  constructor(options: LeadingOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#welcome(socket));
  }

  /** @param path of a local socket, in a folder that only this user can enter */
  async listen(path: string): Promise<void> {
    // A predecessor that was killed leaves its socket behind.
    await rm(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
    if (process.platform !== 'win32') await chmod(path, 0o600);
  }

  /** Resolves when every follower that takes part answers by the change, or has been cut off. Call in order. */
  async change(change: KnowledgeChange): Promise<void> {
    const applyMs = APPLY_MS + this.#parts * PART_MS;
    this.#parts = change.hasMore === true ? this.#parts + 1 : 0;
    await Promise.all([...this.#followers].map((follower) => this.#send(follower, change, applyMs)));
  }

  /** Tells all followers what was learned. */
  learned(learned: Learned): void {
    for (const { socket } of this.#followers) tell(socket, { type: 'learned', learned });
  }

  async close(): Promise<void> {
    for (const { socket } of this.#followers) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #welcome(socket: Socket): void {
    const { base, answering } = this.#options;
    const follower: Follower = { socket, isLive: false, waiting: new Map() };
    this.#followers.add(follower);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#followers.delete(follower);
      for (const done of follower.waiting.values()) done();
    });
    readFrames(socket, (value) => this.#hear(follower, value as FromFollower));
    // Nothing can change between the two: what comes later is told as a change.
    tell(socket, {
      type: 'snapshot',
      additions: base.additions(),
      learned: answering.memory.allLearned,
      digest: digestOf(base),
    });
  }

  async #send(follower: Follower, change: KnowledgeChange, applyMs: number): Promise<void> {
    tell(follower.socket, { type: 'change', change });
    if (!follower.isLive) return;
    const { clock, onNotice } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    follower.waiting.set(change.revision, resolve);
    const timer = clock.after(applyMs, () => {
      onNotice('a serving process did not keep up with a change and is cut off');
      follower.socket.destroy();
    });
    await promise;
    timer.cancel();
  }

  #hear(follower: Follower, message: FromFollower): void {
    if (message.type === 'highlight') return this.#options.highlight(message.path);
    const { answering } = this.#options;
    if (message.type === 'learn') return this.#answer(follower, message.id, answering.memory.learn(message.order));
    if (message.type === 'nearest') {
      const { id, question, timeoutMs } = message;
      return this.#answer(follower, id, answering.nearest(question, timeoutMs));
    }
    if (!follower.isLive) tell(follower.socket, { type: 'live' });
    follower.isLive = true;
    for (const [revision, done] of follower.waiting) {
      if (revision > message.revision) continue;
      follower.waiting.delete(revision);
      done();
    }
  }

  #answer({ socket }: Follower, id: number, answer: Promise<FeedbackEffect | Nearness | null>): void {
    const send = (value: FeedbackEffect | Nearness | null): void => tell(socket, { type: 'answer', id, answer: value });
    answer.then(send, () => send(null));
  }
}

function tell(socket: Socket, message: FromLeader): void {
  if (!socket.destroyed) writeFrame(socket, message);
}
