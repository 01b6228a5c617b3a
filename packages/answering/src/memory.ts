/**
 * What the service remembers of its answers: the cache, the latest answers for feedback, their traces, and what was
 * learned. `Answering` tells it of every answer and asks it before it reasons.
 */
import { hash, randomUUID } from 'node:crypto';
import type { FusionState } from '@vortexflow/fusion';
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Clock } from '@vortexflow/primitives';
import { type FeedbackResponse, type ProcessResponse, type TraceResponse, wireError } from '@vortexflow/protocol';
import { BoundedMap, sizeOf } from './bounded-map.ts';
import type { AnswerCache, CacheFigures } from './cache/answer-cache.ts';
import { createMemoryCache } from './cache/memory-cache.ts';
import { capitalised } from './cache/capitalised.ts';
import { type AnswerKeys, answerKeys, plainQuestion } from './cache/question-key.ts';
import { packItem, type Verdict } from './learning/item.ts';
import type { FeedbackEffect, FeedbackOrder } from './learning/learner.ts';
import { LearnerThread, NOTHING_LEARNED } from './learning/learner-thread.ts';
import type { Learned } from './learning/messages.ts';
import { RecentAnswers } from './learning/recent-answers.ts';
import { RecentLog } from './learning/recent-log.ts';
import type { CalibrationReport } from './learning/report.ts';
import {
  type Answered,
  type FullRequest,
  itemOf,
  packAnswered,
  type PackedAnswered,
  unpackAnswered,
} from './trace/answered.ts';
import { traceOf } from './trace/trace.ts';

export interface AnswerMemoryOptions {
  readonly knowledge: KnowledgeBase;
  readonly clock: Clock;
  /** Default: in this process. */
  readonly cache?: AnswerCache;
  /** Files for what outlives the process; absent: nothing does. */
  readonly files?: { readonly learned: string; readonly recent: string };
  /** 0..1, default .01: how fast the record of `Adaptive` fades with each feedback. */
  readonly learningRate?: number;
  /** Who learns in place of a thread of this process: another process that is told of all feedback. */
  readonly learner?: LearnerPort;
  /** Told whenever something was learned here, and at the start when something had been. */
  readonly onLearned?: (learned: Learned) => void;
  /** For the log. */
  readonly onNotice?: (text: string) => void;
}

/** Learns from feedback, wherever it does. */
export interface LearnerPort {
  /** Reads what had been learned. @throws Error when it cannot be read */
  open(): Promise<void>;
  /** Learns one feedback; resolves when it is learned and on disk. @throws CodedError `learning_failed` */
  learn(order: FeedbackOrder): Promise<FeedbackEffect>;
  stop(): Promise<void>;
}

/** For metrics. */
export interface MemoryFigures {
  readonly cache: CacheFigures;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly traces: number;
  readonly report: CalibrationReport;
}

/** Where an answer that is being made belongs in the cache; null where it does not. */
export interface CachePlace {
  readonly key: string;
  /** The question by itself. */
  readonly plain: string;
  readonly generation: number;
}

const TRACES = { entries: 1000, bytes: 48 * 1024 * 1024 };
/** Sizes at which a log of the latest answers, and of requests served from the cache, turns over; bytes. */
const ANSWER_LOG = 16 * 1024 * 1024;
const ALIAS_LOG = 2 * 1024 * 1024;
const DEFAULT_LEARNING_RATE = 0.01;

export class AnswerMemory {
  readonly #options: AnswerMemoryOptions;
  readonly #cache: AnswerCache;
  readonly #recent = new RecentAnswers();
  readonly #log: RecentLog | null;
  /** Apart from the answers, which many cache hits must not push out. */
  readonly #aliasLog: RecentLog | null;
  readonly #traces = new BoundedMap<PackedAnswered>(TRACES);
  readonly #learner: LearnerPort;
  /** The same, where it is of this process. */
  readonly #thread: LearnerThread | null;
  readonly #caseMatters: (word: string) => boolean;
  /** Keys of another process, or of an earlier one, are never ours. */
  readonly #process = randomUUID();
  /** Of the latest request: it is looked up, and what is not found gets its place at once. */
  #latest: { readonly request: FullRequest; readonly generation: number; readonly keys: AnswerKeys } | null = null;
  #learned = NOTHING_LEARNED;
  /** Grows with everything that answers depend on. */
  #generation = 0;
  #changing = 0;
  #cacheFailing = false;
  #hits = 0;
  #misses = 0;

  constructor(options: AnswerMemoryOptions) {
    this.#options = options;
    const { files, clock, knowledge, onNotice = () => undefined, learningRate = DEFAULT_LEARNING_RATE } = options;
    this.#cache = options.cache ?? createMemoryCache();
    this.#caseMatters = capitalised(knowledge);
    const logTo = (file: string, limit: number) => new RecentLog({ file, limit, clock, onNotice });
    this.#log = files ? logTo(files.recent, ANSWER_LOG) : null;
    this.#aliasLog = files ? logTo(`${files.recent}.hits`, ALIAS_LOG) : null;
    const file = files?.learned ?? null;
    const onLearned = this.useLearned.bind(this);
    this.#thread = options.learner ? null : new LearnerThread({ file, learningRate, onNotice, onLearned });
    this.#learner = options.learner ?? (this.#thread as LearnerThread);
  }

  /** Reads what outlived the last process. What cannot be read is told as a notice: questions are answered without it. */
  async open(): Promise<void> {
    await this.#log?.load(this.#recent);
    await this.#aliasLog?.load(this.#recent);
    try {
      await this.#learner.open();
    } catch (failure) {
      this.#options.onNotice?.(`what was learned cannot be read: ${String(failure)}`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#learner.stop(), this.#log?.flush(), this.#aliasLog?.flush()]);
  }

  /** 0..1, for what is learned from now on. Without effect where another process learns. */
  setLearningRate(rate: number): void {
    this.#thread?.setLearningRate(rate);
  }

  /** Answers by what was learned from now on; kept answers that were not are forgotten. */
  useLearned(learned: Learned): void {
    this.#learned = learned;
    this.#options.onLearned?.(learned);
    void this.#invalidate();
  }

  /** All that was learned, for another process to answer by. */
  get allLearned(): Learned {
    return this.#learned;
  }

  /** Learns what another process heard of its own answers. @throws CodedError `learning_failed` */
  learn(order: FeedbackOrder): Promise<FeedbackEffect> {
    return this.#learner.learn(order);
  }

  /** What to fuse with. */
  get learned(): FusionState {
    return this.#learned.state;
  }

  get report(): CalibrationReport {
    return this.#learned.report;
  }

  /** Whether answers by default are calibrated now. */
  get calibrated(): boolean {
    return this.#learned.state.finals.Ensemble?.ConfidenceBased !== undefined;
  }

  get figures(): MemoryFigures {
    const cache = this.#cache.figures();
    return {
      cache,
      cacheHits: this.#hits,
      cacheMisses: this.#misses,
      traces: this.#traces.size,
      report: this.report,
    };
  }

  /**
   * The answer to the same question under the same conditions, as it was kept: with its own id for one of a request, and
   * no times. From now on the new request id stands for that answer.
   */
  async recall(request: FullRequest, requestId: string): Promise<ProcessResponse | null> {
    if (!request.cache) return null;
    const { own, bare } = this.#keysOf(request);
    const kept = (await this.#lookUp(own)) ?? (bare === null ? null : await this.#lookUp(bare));
    if (!kept) {
      this.#misses++;
      return null;
    }
    this.#hits++;
    this.#recent.addAlias(requestId, kept.request_id);
    this.#aliasLog?.addAlias(requestId, kept.request_id);
    return kept;
  }

  /** To be called before reasoning: an answer is kept only if nothing that it depends on changed on the way. */
  placeFor(request: FullRequest): CachePlace | null {
    if (!request.cache || this.#changing > 0) return null;
    const { own: key, plain } = this.#keysOf(request);
    return { key, plain, generation: this.#generation };
  }

  /** Remembers an answer. */
  keep(answered: Omit<Answered, 'learnedItems' | 'at'>, place: CachePlace | null): void {
    const whole: Answered = { ...answered, learnedItems: this.report.total, at: this.#options.clock.now() };
    const { response, request } = whole;
    const item = packItem(
      itemOf(whole, randomUUID(), this.#digestOf(place?.plain ?? plainQuestion(request.input, this.#caseMatters))),
    );
    this.#recent.add(item);
    this.#log?.add(item);
    const packed = packAnswered(whole);
    this.#traces.set(item.id, packed, sizeOf(packed.json));
    const complete = response.metadata.kind !== 'degraded' && !response.metadata.fallback_used;
    if (!place || !complete || place.generation !== this.#generation) return;
    this.#cache.set(place.key, asKept(response, item.id)).then(
      () => (this.#cacheFailing = false),
      (failure: unknown) => this.#tellCacheFailure(failure),
    );
  }

  /** Runs a change of the knowledge; answers that overlap with it are not kept. */
  async during<T>(change: () => Promise<T>): Promise<T> {
    this.#changing++;
    const cleared = this.#invalidate();
    try {
      return await change();
    } finally {
      this.#changing--;
      await Promise.all([cleared, this.#invalidate()]);
    }
  }

  /** Whether {@link feedback} on the answer to this request can be taken. */
  knows(requestId: string): boolean {
    return this.#recent.has(requestId);
  }

  /**
   * Learns what somebody says of an answer.
   * @throws CodedError `answer_not_found`, `learning_failed`
   */
  async feedback(requestId: string, verdict: Verdict): Promise<FeedbackResponse> {
    const item = this.#recent.find(requestId);
    if (!item) throw wireError('answer_not_found', { id: requestId });
    const effect = await this.learn({ item, verdict, at: this.#options.clock.now() });
    return { request_id: requestId, ...effect, items: this.report.items };
  }

  /** @throws CodedError `trace_not_found` */
  trace(requestId: string): Omit<TraceResponse, 'request_id'> {
    const packed = this.#traces.get(this.#recent.answerOf(requestId) ?? '');
    if (!packed) throw wireError('trace_not_found', { id: requestId });
    const answered = unpackAnswered(packed);
    const original = answered.response.request_id;
    const cachedFrom = original === requestId ? null : original;
    return { answer_id: requestId, cached_from: cachedFrom, ...traceOf(answered, this.#options.knowledge) };
  }

  /** A cache that fails costs time, never an answer. */
  async #lookUp(key: string): Promise<ProcessResponse | null> {
    try {
      return await this.#cache.get(key);
    } catch (failure) {
      this.#tellCacheFailure(failure);
      return null;
    }
  }

  #tellCacheFailure(failure: unknown): void {
    if (!this.#cacheFailing) this.#options.onNotice?.(`the answer cache failed: ${String(failure)}`);
    this.#cacheFailing = true;
  }

  #keysOf(request: FullRequest): AnswerKeys {
    const generation = this.#generation;
    if (this.#latest?.request === request && this.#latest.generation === generation) return this.#latest.keys;
    const keys = answerKeys(request, `${this.#process} ${generation}`, this.#caseMatters);
    this.#latest = { request, generation, keys };
    return keys;
  }

  /** Equal for equal questions, and tells nobody what was asked who does not ask the same. */
  #digestOf(plain: string): string {
    return hash('sha256', plain, 'base64url').slice(0, 22);
  }

  /** The generation is part of every key, so that a cache that cannot forget does no harm. */
  async #invalidate(): Promise<void> {
    this.#generation++;
    try {
      await this.#cache.invalidate();
    } catch (failure) {
      this.#tellCacheFailure(failure);
    }
  }
}

/** An answer as those get it who ask later: no reasoner works for them, and its id is the answer's own. */
function asKept(response: ProcessResponse, id: string): ProcessResponse {
  return {
    ...response,
    request_id: id,
    metadata: { ...response.metadata, cache_hit: true },
    metrics: { duration_ms: 0, inference_ms: 0, asi_ms: null, runtime_ms: null, fusion_ms: 0 },
  };
}
