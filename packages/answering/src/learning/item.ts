/** An answered question as learning needs it: who said what, and what came of it. Plain data, no text of the question. */
import type { SourceOpinion } from '@vortexflow/fusion';
import type { Strategy, WeightStrategy } from '@vortexflow/protocol';

export interface AnsweredItem {
  /** Of the answer itself: the id of a request is the caller's to choose, and may come again. */
  readonly id: string;
  /** Id of the request that was answered. */
  readonly request: string;
  /** Digest of the question in its plain form; equal for equal questions. */
  readonly question: string;
  readonly opinions: readonly SourceOpinion[];
  /** What each key reads like: `[key, text]`, a key once for every wording. */
  readonly texts: readonly (readonly [key: string, text: string])[];
  /** Key of the fused answer, shown or withheld; null when nobody gave any. */
  readonly answer: string | null;
  /** Whether the answer was shown. */
  readonly answered: boolean;
  readonly strategy: Strategy;
  readonly weightStrategy: WeightStrategy;
}

/** An item as one text: thousands are kept, and as objects they would keep the garbage collector busy. */
export interface PackedItem {
  readonly id: string;
  readonly request: string;
  readonly json: string;
}

export const packItem = (item: AnsweredItem): PackedItem => {
  return { id: item.id, request: item.request, json: JSON.stringify(item) };
};

export const unpackItem = (json: string): AnsweredItem => JSON.parse(json) as AnsweredItem;

/** What the caller says of an answer. */
export type Verdict =
  /** Whether the response was right. Of an abstention: whether none of the answers at hand was right. */
  | { readonly correct: boolean }
  /** What is right: any of these texts; none: the question has no answer. */
  | { readonly answers: readonly string[] };
