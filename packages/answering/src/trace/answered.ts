/** All that is known of an answer the moment it is there: what learning and the trace are made from. */
import type { FusedOpinion, FusionState, SourceOpinion } from '@vortexflow/fusion';
import type { ProcessRequest, ProcessResponse } from '@vortexflow/protocol';
import type { Outcome } from '../ask.ts';
import type { AnsweredItem } from '../learning/item.ts';

/** A request with all defaults filled in. */
export type FullRequest = Required<Omit<ProcessRequest, 'input'>> & { readonly input: string };

export interface Answered {
  readonly request: FullRequest;
  readonly outcomes: readonly Outcome[];
  /** What went into fusion. */
  readonly opinions: readonly SourceOpinion[];
  readonly fused: FusedOpinion;
  readonly response: ProcessResponse;
  /** What had been learned by then. */
  readonly learned: FusionState;
  readonly learnedItems: number;
  readonly revision: number;
  /** ms since the epoch. */
  readonly at: number;
}

/** The same as one text, but for what all answers share: thousands of small objects for each would be too many. */
export interface PackedAnswered {
  readonly json: string;
  readonly learned: FusionState;
}

export function packAnswered({ learned, ...rest }: Answered): PackedAnswered {
  return { json: JSON.stringify(rest), learned };
}

export function unpackAnswered({ json, learned }: PackedAnswered): Answered {
  return { ...(JSON.parse(json) as Omit<Answered, 'learned'>), learned };
}

/** Longest wording of an answer kept for comparing feedback with, characters. */
const MAX_TEXT = 600;

/** @param id of the answer  @param question digest of the question's plain form */
export function itemOf(
  { response, request, opinions, outcomes, fused }: Answered,
  id: string,
  question: string,
): AnsweredItem {
  const texts = new Map<string, readonly [string, string]>();
  for (const { opinion } of outcomes) {
    if (!opinion?.best) continue;
    const { key, answer } = opinion.best;
    texts.set(`${key}\n${answer}`, [key, answer.slice(0, MAX_TEXT)]);
  }
  return {
    id,
    request: response.request_id,
    question,
    opinions: opinions.filter(({ candidate }) => candidate !== null),
    texts: [...texts.values()],
    answer: fused.answer,
    answered: response.answered,
    strategy: request.strategy,
    weightStrategy: request.weight_strategy,
  };
}
