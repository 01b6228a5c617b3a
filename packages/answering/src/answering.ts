/** From a question to an answer: reasoners in parallel, fusion, explanation. */
import { emptyFusionState, fuse, type FusedOpinion, type FusionState, type SourceOpinion } from '@vortexflow/fusion';
import type { KnowledgeBase, KnowledgeChange } from '@vortexflow/knowledge';
import type { Clock } from '@vortexflow/primitives';
import {
  type Evidence,
  type OpinionSummary,
  type ProcessRequest,
  type ProcessResponse,
  type Strategy,
  wireError,
} from '@vortexflow/protocol';
import { askAll, type Outcome, summarise } from './ask.ts';
import { appealsOf } from './elp.ts';
import { fluxPosition, type Heard, mergeEvidence, pathOf, supporters } from './explain.ts';
import { sumOfUsage } from './models/cost.ts';
import type { BreakerState } from './models/endpoint.ts';
import { involveModels, localTime, MODEL_PASSAGES } from './models/involve.ts';
import type { ModelPanel } from './models/panel.ts';
import { ReasonerThread, type ThreadState } from './pool/reasoner-thread.ts';
import { REASONER_IDS, type ReasonerId } from './reasoners/catalogue.ts';

/** What applies when a request does not say. */
export interface AnswerDefaults {
  readonly strategy: Strategy;
  /** Deadline of a question, ms. */
  readonly timeoutMs: number;
}

/** Confidence under which an answer is withheld when the request does not say. */
export const DEFAULT_MIN_CONFIDENCE = 0.6;
/** Pieces of evidence when the request does not say. */
export const DEFAULT_TOP_K = 8;

export interface AnsweringOptions {
  /** The main thread's view; threads start from its image and its additions. */
  readonly knowledge: KnowledgeBase;
  readonly clock: Clock;
  readonly defaults: AnswerDefaults;
  /** Told of every death of a reasoner's thread. */
  readonly onReasonerFailure: (reasoner: ReasonerId, reason: string) => void;
  /** The configured language models; stopped with the service. */
  readonly models?: ModelPanel;
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

type Request = Required<Omit<ProcessRequest, 'input'>> & { readonly input: string };

/** The answering service. One per process; it owns the reasoners' threads. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #threads: readonly ReasonerThread[];
  readonly #learned: FusionState = emptyFusionState();

  constructor(options: AnsweringOptions) {
    this.#options = options;
    const { knowledge, clock, onReasonerFailure } = options;
    const setup = () => ({ image: knowledge.image, additions: knowledge.additions() });
    this.#threads = REASONER_IDS.map(
      (reasoner) =>
        new ReasonerThread({ reasoner, setup, clock, onFailure: (reason) => onReasonerFailure(reasoner, reason) }),
    );
  }

  /** Resolves when every reasoner takes questions. */
  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready));
  }

  /** State of each reasoner's thread. */
  status(): Record<ReasonerId, ThreadState> {
    return Object.fromEntries(this.#threads.map((thread) => [thread.id, thread.status])) as Record<
      ReasonerId,
      ThreadState
    >;
  }

  /** State of each language model's circuit breaker by the model's name. */
  models(): Record<string, BreakerState> {
    return this.#options.models?.status() ?? {};
  }

  /** Resolves when every reasoner knows the change. Call in the order of the revisions. */
  async change(change: KnowledgeChange): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.change(change)));
  }

  /** Ends one reasoner's thread as a crash would; it comes back by itself. For operators and tests. */
  async kill(reasoner: ReasonerId): Promise<void> {
    await this.#threads.find(({ id }) => id === reasoner)?.kill();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#threads.map((thread) => thread.stop()), this.#options.models?.close()]);
  }

  /**
   * Answers a valid request.
   *
   * @throws CodedError `input_blank`; `reasoners_failed` or `reasoners_late` when not one reasoner was heard
   */
  async ask(request: ProcessRequest, requestId: string, observer: AnswerObserver = {}): Promise<ProcessResponse> {
    const { clock, defaults, knowledge } = this.#options;
    if (request.input.trim() === '') throw wireError('input_blank');
    const start = clock.elapsed();
    const full = withDefaults(request, defaults);
    const outcomes = await this.#askAll(full, observer);
    const heard = heardOf(outcomes);
    if (heard.length === 0) throw lossOf(outcomes, full.timeout_ms);
    const thought = clock.elapsed();
    const fused = this.#fuse(full, heard);
    const fusionMs = clock.elapsed() - thought;
    return compose(
      { request: full, outcomes, heard, fused, requestId, knowledge, models: this.#options.models?.size ?? 0 },
      {
        duration_ms: () => clock.elapsed() - start,
        inference_ms: thought - start,
        fusion_ms: fusionMs,
      },
    );
  }

  /** The local reasoners first; then, if they are wanted, the language models on what those found. */
  async #askAll(request: Request, observer: AnswerObserver): Promise<Outcome[]> {
    const { clock, knowledge, models } = this.#options;
    const { input, mode, top_k, timeout_ms } = request;
    const start = clock.elapsed();
    const onOutcome = (outcome: Outcome): void => tell(observer, outcome);
    const question = { text: input, mode, topK: models ? Math.max(top_k, MODEL_PASSAGES) : top_k };
    const local = await askAll(this.#threads, question, localTime(models, mode, timeout_ms), clock, onOutcome);
    const asked = await involveModels(models, {
      question: input,
      mode,
      local,
      knowledge,
      timeoutMs: timeout_ms - (clock.elapsed() - start),
      signal: observer.signal,
      onToken: observer.token?.bind(observer),
      onOutcome,
      confidence: () => this.#fuse(request, heardOf(local)).confidence,
    });
    return [...local, ...asked];
  }

  #fuse({ strategy, weight_strategy }: Request, heard: readonly Heard[]): FusedOpinion {
    return fuse(heard.map(toSourceOpinion), { strategy, weightStrategy: weight_strategy, learned: this.#learned });
  }
}

const heardOf = (outcomes: readonly Outcome[]): Heard[] =>
  outcomes.flatMap(({ source, opinion }): Heard[] => (opinion ? [{ source, opinion }] : []));

function withDefaults(request: ProcessRequest, { strategy, timeoutMs }: AnswerDefaults): Request {
  return {
    input: request.input,
    mode: request.mode ?? 'Balanced',
    sacred_only: request.sacred_only ?? false,
    min_confidence: request.min_confidence ?? DEFAULT_MIN_CONFIDENCE,
    strategy: request.strategy ?? strategy,
    weight_strategy: request.weight_strategy ?? 'ConfidenceBased',
    timeout_ms: request.timeout_ms ?? timeoutMs,
    top_k: request.top_k ?? DEFAULT_TOP_K,
  };
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
  if (!best) return { source, candidate: null, position };
  const rest = alternatives.map(({ key, confidence }) => ({ answer: key, confidence }));
  return { source, candidate: { answer: best.key, confidence: best.confidence, alternatives: rest }, position };
}

interface Parts {
  readonly request: Request;
  readonly outcomes: readonly Outcome[];
  readonly heard: readonly Heard[];
  readonly fused: FusedOpinion;
  readonly requestId: string;
  readonly knowledge: KnowledgeBase;
  /** How many language models are configured. */
  readonly models: number;
}

interface Timings {
  readonly duration_ms: () => number;
  readonly inference_ms: number;
  readonly fusion_ms: number;
}

function compose(parts: Parts, timings: Timings): ProcessResponse {
  const { request, outcomes, heard, fused, requestId, knowledge, models } = parts;
  const text = textOf(heard, fused.answer);
  const evidence = mergeEvidence(heard, fused.answer, request.top_k);
  const position = fluxPosition(heard, fused.answer, text, evidence);
  const sacred = position !== 0 && position % 3 === 0;
  const answered = text !== null && fused.confidence >= request.min_confidence && (sacred || !request.sacred_only);
  const lost = outcomes.filter(({ opinion }) => opinion === null);
  const lostLocally = lost.some(({ source }) => source === 'asi' || source === 'flux');
  const usages = outcomes.flatMap(({ usage }) => usage ?? []);
  const msOf = (id: string): number | null => round(outcomes.find(({ source }) => source === id)?.ms ?? null);
  return {
    result: answered ? text : null,
    answered,
    confidence: fused.confidence,
    calibrated: fused.calibrated,
    signal_strength: fused.signalStrength,
    flux_position: position,
    sacred_boost: position === 6 || position === 9,
    elp: appealsOf(knowledge, answered ? text : ''),
    evidence,
    path: [...pathOf(heard, fused.answer)],
    opinions: outcomes.map(summarise),
    metadata: {
      mode: request.mode,
      strategy: request.strategy,
      weight_strategy: request.weight_strategy,
      orchestrators_used: !lostLocally ? 'Fusion' : heard[0]?.source === 'asi' ? 'ASI' : 'Runtime',
      consensus_achieved: supporters(heard, fused.answer).length >= 2,
      fallback_used: lost.length > 0,
      cache_hit: false,
      kind: !answered ? 'abstained' : lost.length > 0 ? 'degraded' : 'answered',
    },
    metrics: {
      duration_ms: round(timings.duration_ms()),
      inference_ms: round(timings.inference_ms),
      asi_ms: msOf('asi'),
      runtime_ms: msOf('flux'),
      fusion_ms: round(timings.fusion_ms),
      ...(usages.length > 0 ? { models: sumOfUsage(usages) } : {}),
    },
    flags: [
      ...lost.map(({ source, outcome }) => `${source}:${outcome}`),
      ...outcomes.flatMap(({ source, remarks = [] }) => remarks.map((remark) => `${source}:${remark}`)),
      ...fused.remarks,
      // Without a model the mode must not pass for more than Thorough.
      ...(request.mode === 'Reasoning' && models === 0 ? ['reasoning:no_language_model'] : []),
      ...notes(parts, text, answered, sacred),
    ],
    request_id: requestId,
    api_version: 'v1',
  };
}

/** Why an answer that was found is withheld. */
function notes({ request, fused }: Parts, text: string | null, answered: boolean, sacred: boolean): string[] {
  if (answered) return [];
  if (text === null) return ['withheld:no_answer'];
  return fused.confidence < request.min_confidence
    ? ['withheld:below_min_confidence']
    : sacred
      ? []
      : ['withheld:no_checkpoint'];
}

/** The wording of the surest reasoner that gave this answer, as its best or among its alternatives. */
function textOf(heard: readonly Heard[], key: string | null): string | null {
  if (key === null) return null;
  const all = heard.flatMap(({ opinion }) => (opinion.best ? [opinion.best, ...opinion.alternatives] : []));
  const matching = all.filter((candidate) => candidate.key === key);
  matching.sort((a, b) => b.confidence - a.confidence);
  return matching[0]?.answer ?? null;
}

/** Microseconds are as fine as a timer here is true. */
function round(ms: number): number;
function round(ms: number | null): number | null;
function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
