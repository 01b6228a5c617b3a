/** The response to a question, made of what the reasoners said. */
import type { FusedOpinion } from '@vortexflow/fusion';
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { ProcessResponse } from '@vortexflow/protocol';
import { type Outcome, summarise } from './ask.ts';
import { appealsOf } from './elp.ts';
import {
  dissent,
  fluxPosition,
  type Heard,
  independent,
  mergeEvidence,
  pathOf,
  supporters,
  withSentences,
} from './explain.ts';
import { sumOfUsage } from './models/cost.ts';
import type { FullRequest } from './trace/answered.ts';
import { pathSteps } from './trace/path-steps.ts';

export interface Parts {
  readonly request: FullRequest;
  readonly outcomes: readonly Outcome[];
  /** What was lost besides opinions. */
  readonly remarks: readonly string[];
  readonly heard: readonly Heard[];
  readonly fused: FusedOpinion;
  readonly requestId: string;
  readonly knowledge: KnowledgeBase;
  /** How many language models are configured. */
  readonly models: number;
}

export interface Timings {
  readonly duration_ms: () => number;
  readonly inference_ms: number;
  readonly fusion_ms: number;
}

export function compose(parts: Parts, timings: Timings): ProcessResponse {
  const { request, outcomes, heard, fused, requestId, knowledge, models } = parts;
  const text = textOf(heard, fused.answer);
  const evidence = mergeEvidence(heard, fused.answer, request.top_k);
  const position = fluxPosition(heard, fused.answer, text, evidence);
  const sacred = position !== 0 && position % 3 === 0;
  const answered = text !== null && fused.confidence >= request.min_confidence && (sacred || !request.sacred_only);
  const lost = outcomes.filter(({ opinion }) => opinion === null);
  const { path, mentions } = pathOf(heard, fused.answer);
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
    evidence: withSentences(evidence, text),
    path: [...path],
    path_steps: pathSteps(knowledge, path, mentions),
    opinions: outcomes.map(summarise),
    disagreement: dissent(heard, fused.answer),
    metadata: {
      mode: request.mode,
      strategy: request.strategy,
      weight_strategy: request.weight_strategy,
      orchestrators_used: !lostLocally ? 'Fusion' : heard[0]?.source === 'asi' ? 'ASI' : 'Runtime',
      consensus_achieved: independent(supporters(heard, fused.answer)).length >= 2,
      fallback_used: lost.length > 0 || parts.remarks.length > 0,
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
    remarks: [
      ...lost.map(({ source, outcome }) => `${source}:${outcome}`),
      ...outcomes.flatMap(({ source, remarks = [] }) => remarks.map((remark) => `${source}:${remark}`)),
      ...fused.remarks,
      ...parts.remarks,
      // Without a model the mode must not pass for more than Thorough.
      ...(request.mode === 'Reasoning' && models === 0 ? ['reasoning:no_language_model'] : []),
      ...notes(parts, text, answered, sacred),
    ],
    // Of the question, from whoever looked at it before it came here.
    flags: [],
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
export function round(ms: number): number;
export function round(ms: number | null): number | null;
export function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
