/** What applies when a request does not say. */
import type { ProcessRequest, Strategy } from '@vortexflow/protocol';
import type { FullRequest } from './trace/answered.ts';

/** Defaults that are configured. */
export interface AnswerDefaults {
  readonly strategy: Strategy;
  /** Deadline of a question, ms. */
  readonly timeoutMs: number;
  /** Confidence under which an answer is withheld, 0 to 1. Default {@link DEFAULT_MIN_CONFIDENCE}. */
  readonly minConfidence?: number;
}

/** Confidence under which an answer is withheld when the request does not say. */
export const DEFAULT_MIN_CONFIDENCE = 0.6;
/** Pieces of evidence when the request does not say. */
export const DEFAULT_TOP_K = 8;

export function withDefaults(request: ProcessRequest, defaults: AnswerDefaults): FullRequest {
  const { strategy, timeoutMs, minConfidence = DEFAULT_MIN_CONFIDENCE } = defaults;
  return {
    input: request.input,
    mode: request.mode ?? 'Balanced',
    sacred_only: request.sacred_only ?? false,
    min_confidence: request.min_confidence ?? minConfidence,
    strategy: request.strategy ?? strategy,
    weight_strategy: request.weight_strategy ?? 'ConfidenceBased',
    timeout_ms: request.timeout_ms ?? timeoutMs,
    top_k: request.top_k ?? DEFAULT_TOP_K,
    cache: request.cache ?? true,
  };
}
