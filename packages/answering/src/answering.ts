/** From a question to an answer: reasoners in parallel, fusion, explanation. */
import { fuse, type FusedOpinion, type FusionState, type SourceOpinion } from '@vortexflow/fusion';
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock } from '@vortexflow/primitives';
import {
  type Evidence,
  type OpinionSummary,
  type ProcessRequest,
  type ProcessResponse,
  wireError,
} from '@vortexflow/protocol';
import type { BreakerState } from '@vortexflow/resilience';
import { hearAll, type Outcome, summarise } from './ask.ts';
import { type AnswerDefaults, withDefaults } from './defaults.ts';
import { compose, round } from './compose.ts';
import type { Heard } from './explain.ts';
import type { Embedder, EmbeddingStatus, Nearness } from './embedding/passage-embedder.ts';
import { Hearing } from './hearing.ts';
import { AnswerMemory } from './memory.ts';
import { involveModels, localTime, MODEL_PASSAGES } from './models/involve.ts';
import type { EndpointCounters } from './models/endpoint.ts';
import type { ModelPanel } from './models/panel.ts';
import { ReasonerPool } from './pool/reasoner-pool.ts';
import type { ReasonerId } from './reasoners/catalogue.ts';
import type { ThreadState } from './pool/reasoning-thread.ts';
import type { FullRequest } from './trace/answered.ts';

export interface AnsweringOptions {
  /** The main thread's view; threads start from its image and its additions. */
  readonly knowledge: KnowledgeBase;
  readonly clock: Clock;
  /** Read anew for each question: its values may change. */
  readonly defaults: AnswerDefaults;
  /** Threads that reason, at least 1; with two or more, one may die without a question lost. Default 2. */
  readonly threads?: number;
  /** The module of those threads, for tests. */
  readonly threadModule?: URL;
  /** Told of every death of a reasoning thread, from 1. */
  readonly onThreadFailure: (thread: number, reason: string) => void;
  /** What it remembers and learns, opened by whoever hands it in, stopped with this. Default: nothing outlives the process. */
  readonly memory?: AnswerMemory;
  /** The configured language models; stopped with the service. */
  readonly models?: ModelPanel;
  /** Finds passages by a configured endpoint; opened by whoever hands it in, stopped with the service. */
  readonly embedder?: Embedder | undefined;
}

/** Hears of an answer's parts as they come. */
export interface AnswerObserver {
  sources?(source: string, evidence: readonly Evidence[]): void;
  opinion?(opinion: OpinionSummary): void;
  /** Asks language models to stream, and hears their wording. Round 2 replaces what round 1 said. */
  token?(source: string, text: string, round: 1 | 2): void;
  /** Ends what costs money when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** Share of the deadline that the embedding of a question may take. */
const EMBEDDING_SHARE = 0.3;

/** Share of the deadline that a question may be expected to wait: a mean says little about the next few. */
const WAIT_SHARE = 0.5;

const DEFAULT_THREADS = 2;
/** Longest that a question asked for warming up may take, ms. */
const WARM_UP_MS = 2_000;

/** The answering service. One per process; it owns the reasoning threads. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #pool: ReasonerPool;
  readonly #hearing = new Hearing();
  /** The latest request with its defaults. */
  #completed: { readonly request: ProcessRequest; readonly full: FullRequest } | null = null;
  /** The cache, feedback and traces. */
  readonly memory: AnswerMemory;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    const { knowledge, clock, threads = DEFAULT_THREADS, threadModule, onThreadFailure } = options;
    this.memory = options.memory ?? new AnswerMemory({ knowledge, clock });
    this.#pool = new ReasonerPool({
      threads,
      ...(threadModule && { module: threadModule }),
      knowledge: () => ({ image: knowledge.image, vectors: knowledge.vectors.data, additions: knowledge.additions() }),
      clock,
      onFailure: onThreadFailure,
    });
  }

  /** Resolves when questions can be asked. */
  async ready(): Promise<void> {
    await this.#pool.ready;
  }

  /** Resolves when every thread takes questions. */
  async whole(): Promise<void> {
    await this.#pool.whole();
  }

  /** State of each reasoning thread. */
  status(): readonly ThreadState[] {
    return this.#pool.status();
  }

  /** False when a reasoner has failed at, or been too late for, every one of its latest questions. */
  hears(reasoner: ReasonerId): boolean {
    return this.#hearing.hears(reasoner);
  }

  /** State of each language model's circuit breaker by the model's name. */
  models(): Record<string, BreakerState> {
    return this.#options.models?.status() ?? {};
  }

  /** What has happened at each language model's endpoint by the model's name. */
  modelCounters(): Record<string, EndpointCounters> {
    return this.#options.models?.counters() ?? {};
  }

  /** How far the embedding of the passages is; null without an endpoint, and where another process has it. */
  embeddings(): EmbeddingStatus | null {
    return this.#options.embedder?.status() ?? null;
  }

  /** The passages nearest to a question by the endpoint for embeddings; null without one. For other processes. */
  async nearest(question: string, timeoutMs: number): Promise<Nearness | null> {
    return (await this.#options.embedder?.nearest(question, timeoutMs)) ?? null;
  }

  /** Resolves when every thread knows the change. Call in the order of the revisions. */
  async change(change: KnowledgeChange): Promise<void> {
    this.#options.embedder?.change(change);
    await this.memory.during(() => this.#pool.change(change));
  }

  /** Ends a reasoning thread, from 1, as a crash would; it comes back by itself. For operators and tests. */
  async kill(thread: number): Promise<void> {
    await this.#pool.kill(thread);
  }

  async stop(): Promise<void> {
    await Promise.all([
      this.#pool.stop(),
      this.memory.stop(),
      this.#options.models?.close(),
      this.#options.embedder?.stop(),
    ]);
  }

  /**
   * Answers a valid request, from the cache when the same was asked before.
   *
   * @throws CodedError `input_blank`; `overloaded`; `reasoners_failed` or `reasoners_late` when not one reasoner was heard
   */
  async ask(request: ProcessRequest, requestId: string, observer: AnswerObserver = {}): Promise<ProcessResponse> {
    const start = this.#options.clock.elapsed();
    const kept = request.cache === false ? null : await this.recall(request, requestId);
    if (!kept) return this.reason(request, requestId, observer, start);
    const duration = round(this.#options.clock.elapsed() - start);
    return { ...kept, request_id: requestId, metrics: { ...kept.metrics, duration_ms: duration } };
  }

  /**
   * The kept answer to the same question, or null. It is the same object each time: `request_id` and the duration in it
   * are not those of this request.
   */
  async recall(request: ProcessRequest, requestId: string): Promise<ProcessResponse | null> {
    return this.memory.recall(this.#complete(request), requestId);
  }

  /**
   * Answers without looking into the cache.
   *
   * @param start from when on the deadline and the duration count, on the clock of {@link AnsweringOptions}
   * @throws CodedError as {@link ask}
   */
  async reason(
    request: ProcessRequest,
    requestId: string,
    observer: AnswerObserver = {},
    start = this.#options.clock.elapsed(),
  ): Promise<ProcessResponse> {
    const { clock, knowledge } = this.#options;
    if (request.input.trim() === '') throw wireError('input_blank', { pointer: '/input', expected: 'a question' });
    const full = this.#complete(request);
    const place = this.memory.placeFor(full);
    const { revision } = knowledge;
    const left = full.timeout_ms - (clock.elapsed() - start);
    if (left <= 0) throw wireError('reasoners_late', { timeout_ms: full.timeout_ms });
    // Whoever would be too late is told at once, and does not make others late.
    const wait = this.#pool.expectedWaitMs;
    if (wait > left * WAIT_SHARE)
      throw wireError('overloaded', { wait_ms: Math.round(wait), left_ms: Math.round(left) });
    const asked = clock.elapsed();
    const { outcomes, remarks } = await this.#askAll(full, left, observer);
    const heard = heardOf(outcomes);
    if (heard.length === 0) throw lossOf(outcomes, full.timeout_ms);
    const thought = clock.elapsed();
    const { learned } = this.memory;
    const opinions = heard.map(toSourceOpinion);
    const fused = fuseFor(full, opinions, learned);
    const fusionMs = clock.elapsed() - thought;
    const models = this.#options.models?.size ?? 0;
    const response = compose(
      { request: full, outcomes, remarks, heard, fused, requestId, knowledge, models },
      {
        duration_ms: () => clock.elapsed() - start,
        inference_ms: thought - asked,
        fusion_ms: fusionMs,
      },
    );
    this.memory.keep({ request: full, outcomes, opinions, fused, response, learned, revision }, place);
    return response;
  }

  /**
   * Answers these questions for nobody, so that what compiles itself in use is compiled: the first hundred cost twenty
   * times what they cost later. Nothing is remembered, no language model and no endpoint asked.
   */
  async warmUp(questions: readonly string[]): Promise<void> {
    const { clock, knowledge } = this.#options;
    for (const input of questions) {
      const request = withDefaults({ input }, this.#options.defaults);
      const question = { text: input, mode: request.mode, topK: request.top_k, near: [] };
      const outcomes = await hearAll(this.#pool.ask(question), WARM_UP_MS, clock, () => undefined);
      const heard = heardOf(outcomes);
      if (heard.length === 0) continue;
      const fused = fuseFor(request, heard.map(toSourceOpinion), this.memory.learned);
      const given = { request, outcomes, remarks: [], heard, fused, requestId: '', knowledge, models: 0 };
      compose(given, { duration_ms: () => 0, inference_ms: 0, fusion_ms: 0 });
    }
  }

  /** The same object each time, as it is looked for in the cache first. */
  #complete(request: ProcessRequest): FullRequest {
    if (this.#completed?.request === request) return this.#completed.full;
    const full = withDefaults(request, this.#options.defaults);
    this.#completed = { request, full };
    return full;
  }

  /** The local reasoners first; then, if they are wanted, the language models on what those found. */
  async #askAll(
    request: FullRequest,
    timeoutMs: number,
    observer: AnswerObserver,
  ): Promise<{ outcomes: Outcome[]; remarks: string[] }> {
    const { clock, knowledge, models, embedder } = this.#options;
    const { input, mode, top_k } = request;
    const start = clock.elapsed();
    const onOutcome = (outcome: Outcome): void => {
      this.#hearing.note(outcome, timeoutMs);
      tell(observer, outcome);
    };
    const near = embedder && mode !== 'Fast' ? await embedder.nearest(input, timeoutMs * EMBEDDING_SHARE) : null;
    const topK = models ? Math.max(top_k, MODEL_PASSAGES) : top_k;
    const question = { text: input, mode, topK, near: near?.passages ?? [] };
    const localMs = localTime(models, mode, timeoutMs - (clock.elapsed() - start));
    const local = await hearAll(this.#pool.ask(question), localMs, clock, onOutcome);
    const asked = await involveModels(models, {
      question: input,
      mode,
      local,
      knowledge,
      timeoutMs: timeoutMs - (clock.elapsed() - start),
      signal: observer.signal,
      onToken: observer.token?.bind(observer),
      onOutcome,
      confidence: () => fuseFor(request, heardOf(local).map(toSourceOpinion), this.memory.learned).confidence,
    });
    return { outcomes: [...local, ...asked], remarks: near?.failure ? [`embeddings:${near.failure}`] : [] };
  }
}

const heardOf = (outcomes: readonly Outcome[]): Heard[] =>
  outcomes.flatMap(({ source, opinion }): Heard[] => (opinion ? [{ source, opinion }] : []));

function fuseFor(
  { strategy, weight_strategy }: FullRequest,
  opinions: readonly SourceOpinion[],
  learned: FusionState,
): FusedOpinion {
  return fuse(opinions, { strategy, weightStrategy: weight_strategy, learned });
}

function tell(observer: AnswerObserver, outcome: Outcome): void {
  if (outcome.opinion) observer.sources?.(outcome.source, outcome.opinion.evidence);
  observer.opinion?.(summarise(outcome));
}

function lossOf(outcomes: readonly Outcome[], timeoutMs: number) {
  if (outcomes.every(({ outcome }) => outcome === 'timeout'))
    return wireError('reasoners_late', { timeout_ms: timeoutMs });
  return wireError('reasoners_failed', {
    outcomes: outcomes.map(({ source, outcome }) => `${source} ${outcome}`).join(', '),
  });
}

function toSourceOpinion({ source, opinion }: Heard): SourceOpinion {
  const { best, alternatives, position } = opinion;
  // Who only repeats what another one said must not count as a second witness.
  if (!best || opinion.adopted) return { source, candidate: null, position };
  const rest = alternatives.map(({ key, confidence }) => ({ answer: key, confidence }));
  return { source, candidate: { answer: best.key, confidence: best.confidence, alternatives: rest }, position };
}
