import type { Strategy } from '@vortexflow/protocol';

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
