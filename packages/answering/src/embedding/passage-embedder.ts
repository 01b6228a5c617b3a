/**
 * Passages embedded by an endpoint in the background: what is new or has changed, a batch at a time, kept beside the
 * store. At a question it says which passages are nearest. Whatever the endpoint does, questions are answered: without
 * it the word vectors are what there is.
 */
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import type { BreakerState } from '@vortexflow/resilience';
import type { EmbeddingClient } from '../models/embeddings.ts';
import { type FailureReason, ModelFailure } from '../models/failure.ts';
import { KeptVectors, type VectorStore } from './kept-vectors.ts';
import { type NearPassage, NearPassages, quantise } from './near-passages.ts';

export interface PassageEmbedderOptions {
  readonly knowledge: KnowledgeBase;
  readonly client: Pick<EmbeddingClient, 'embed' | 'close' | 'breaker'>;
  readonly store: VectorStore;
  /** What tells this model's vectors from those of others. */
  readonly model: string;
  readonly clock: Clock;
  /** Least time between two requests for passages, ms. */
  readonly intervalMs: number;
  /** Told when the endpoint begins to fail and when it works again. */
  readonly onNotice: (text: string) => void;
}

/** How far it is. */
export interface EmbeddingStatus {
  /** Passages with a vector, and those that wait for theirs. */
  readonly embedded: number;
  readonly waiting: number;
  /** Passages that the endpoint refuses, until they change. */
  readonly refused: number;
  /** Why the last request for passages failed; null after one that worked. */
  readonly failure: FailureReason | 'store' | null;
  readonly breaker: BreakerState;
}

/** What a question found, and why nothing when the endpoint failed. */
export interface Nearness {
  readonly passages: readonly NearPassage[];
  readonly failure: FailureReason | null;
}

/** Passages of one request, and characters of each: about 500 tokens, what small models read. */
const BATCH = 32;
const MOST_CHARACTERS = 2_000;
const BATCH_TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** How many nearest passages a question brings. */
const NEAREST = 16;
const NONE: Nearness = { passages: [], failure: null };

/** Says which passages are nearest to a question, wherever the vectors are. */
export interface Embedder {
  /** Never rejects. @param timeoutMs how long it may take */
  nearest(question: string, timeoutMs: number): Promise<Nearness>;
  /** Takes in what has changed in the knowledge, which has applied it already. */
  change(change: KnowledgeChange): void;
  /** null where another process knows. */
  status(): EmbeddingStatus | null;
  stop(): Promise<void>;
}

export class PassageEmbedder implements Embedder {
  readonly #options: PassageEmbedderOptions;
  readonly #kept: KeptVectors;
  readonly #near = new NearPassages();
  /** Key of each passage's text, whether it has its vector or waits for it. */
  readonly #keys = new Map<number, string>();
  /** How many passages have a key. */
  readonly #uses = new Map<string, number>();
  readonly #waiting = new Set<number>();
  readonly #refused = new Set<number>();
  readonly #ended = new AbortController();
  #failure: EmbeddingStatus['failure'] = null;
  /** Length of the endpoint's vectors; 0 before the first one. */
  #length = 0;
  #batch = BATCH;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;

  constructor(options: PassageEmbedderOptions) {
    this.#options = options;
    this.#kept = new KeptVectors(options.store, options.model);
  }

  /** Takes over what is kept; the rest is embedded from here on. @throws CodedError of the store */
  async open(): Promise<void> {
    for (const { index } of this.#options.knowledge.addedNodes) this.#note(index);
    const found = await this.#kept.read((key) => this.#uses.has(key));
    for (const [node, key] of this.#keys) {
      const row = found.get(key);
      if (!row) continue;
      this.#length = row.length;
      this.#near.put(node, row);
      this.#waiting.delete(node);
    }
    this.#go(0);
  }

  /** Takes in what has changed in the knowledge, which has applied it already. */
  change({ nodes, removedNodes }: KnowledgeChange): void {
    for (const node of removedNodes) this.#forget(node);
    for (const { index } of nodes) this.#note(index);
    this.#go(0);
  }

  /** The passages nearest to a question. Never rejects. @param timeoutMs how long the endpoint may take */
  async nearest(question: string, timeoutMs: number): Promise<Nearness> {
    if (this.#near.size === 0) return NONE;
    try {
      const [vector] = await this.#options.client.embed([question], { timeoutMs, signal: this.#ended.signal });
      this.#fit(vector!.length);
      return { passages: await this.#near.nearest(quantise(vector!), NEAREST), failure: null };
    } catch (failure) {
      return { passages: [], failure: failure instanceof ModelFailure ? failure.reason : 'connection' };
    }
  }

  status(): EmbeddingStatus {
    return {
      embedded: this.#near.size,
      waiting: this.#waiting.size,
      refused: this.#refused.size,
      failure: this.#failure,
      breaker: this.#options.client.breaker,
    };
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#timer?.cancel();
    await this.#options.client.close();
    await this.#running;
  }

  #textOf(node: number): string {
    const { knowledge } = this.#options;
    if (!knowledge.isAdded(node)) return '';
    const text = knowledge.textOf(node).trim();
    return text === '' ? '' : `${knowledge.labelOf(node)}\n${text}`.slice(0, MOST_CHARACTERS).toWellFormed();
  }

  /** A passage whose text is another one now waits for a vector. */
  #note(node: number): void {
    const text = this.#textOf(node);
    const key = text === '' ? null : this.#kept.keyOf(text);
    if (key !== null && this.#keys.get(node) === key) return;
    this.#forget(node);
    if (key === null) return;
    this.#keys.set(node, key);
    this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
    this.#waiting.add(node);
  }

  #forget(node: number): void {
    const key = this.#keys.get(node);
    if (key === undefined) return;
    this.#keys.delete(node);
    this.#near.remove(node);
    this.#waiting.delete(node);
    this.#refused.delete(node);
    const others = (this.#uses.get(key) ?? 1) - 1;
    if (others > 0) return void this.#uses.set(key, others);
    this.#uses.delete(key);
    // A vector that stays behind is removed at the next start.
    this.#kept.remove(key).catch(() => undefined);
  }

  #go(afterMs: number): void {
    if (this.#running || this.#timer || this.#waiting.size === 0 || this.#ended.signal.aborted) return;
    this.#timer = this.#options.clock.after(afterMs, () => {
      this.#timer = null;
      this.#running = this.#run();
    });
  }

  async #run(): Promise<void> {
    const pauseMs = await this.#embedSome();
    this.#running = null;
    this.#go(pauseMs);
  }

  /** One batch. @returns how long to wait before the next one, ms */
  async #embedSome(): Promise<number> {
    const nodes = firstOf(this.#waiting, this.#batch);
    const asked = nodes.map((node) => ({ node, key: this.#keys.get(node) as string, text: this.#textOf(node) }));
    const limits = { timeoutMs: BATCH_TIMEOUT_MS, signal: this.#ended.signal };
    try {
      const vectors = await this.#options.client.embed(
        asked.map(({ text }) => text),
        limits,
      );
      this.#fit(vectors[0]!.length);
      await Promise.all(asked.map(({ node, key }, i) => this.#take(node, key, quantise(vectors[i]!))));
    } catch (failure) {
      return this.#fail(failure, nodes);
    }
    if (this.#failure !== null) this.#options.onNotice('the endpoint for embeddings works again');
    this.#failure = null;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#batch = Math.min(BATCH, this.#batch * 2);
    return this.#options.intervalMs;
  }

  /** An endpoint that has come to give vectors of another length is another model under the old name: all is done again. */
  #fit(length: number): void {
    if (this.#length !== 0 && this.#length !== length) {
      this.#near.clear();
      for (const node of this.#keys.keys()) this.#waiting.add(node);
      this.#options.onNotice(`embeddings have ${length} numbers now, not ${this.#length}: all passages are done again`);
      this.#go(0);
    }
    this.#length = length;
  }

  /** @throws CodedError of the store; then the passage waits on */
  async #take(node: number, key: string, row: Int8Array): Promise<void> {
    if (this.#keys.get(node) !== key) return;
    await this.#kept.put(key, row);
    // While it was written the passage may have changed or gone.
    if (this.#keys.get(node) !== key) return void (this.#uses.has(key) || (await this.#kept.remove(key)));
    this.#near.put(node, row);
    this.#waiting.delete(node);
  }

  #fail(failure: unknown, nodes: readonly number[]): number {
    if (this.#ended.signal.aborted) return 0;
    const reason = failure instanceof ModelFailure ? failure.reason : 'store';
    if (isRefusal(reason)) {
      // One text may be what the endpoint does not take, too long for instance: the others must not wait for it.
      if (nodes.length > 1) this.#batch = nodes.length >> 1;
      else for (const node of nodes) if (this.#waiting.delete(node)) this.#refused.add(node);
      return this.#options.intervalMs;
    }
    if (this.#failure === null) this.#options.onNotice(`the endpoint for embeddings fails: ${reason}`);
    this.#failure = reason;
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pause * 2);
    return pause;
  }
}

/** The endpoint works, but does not take these texts. */
const isRefusal = (reason: string): boolean => ['http_400', 'http_413', 'http_422'].includes(reason);

/** Without a copy of all of them, which may be very many. */
function firstOf(waiting: ReadonlySet<number>, most: number): number[] {
  const first: number[] = [];
  for (const node of waiting) {
    if (first.length === most) break;
    first.push(node);
  }
  return first;
}
