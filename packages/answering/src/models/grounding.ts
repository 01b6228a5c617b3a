/**
 * The citation rule: what a model's answer counts for, by what the passages say that it cites.
 *
 * 1. No valid citation: an abstention (`uncited`).
 * 2. A number of the answer stands neither in the cited passages nor in the question: an abstention (`unsupported`).
 * 3. The share of the answer's content words (stems, without those of the question) that the cited passages hold is
 *    below {@link LEAST_SUPPORT}: an abstention (`unsupported`). From there to 1 it is a factor on the confidence
 *    (`partly_supported`). An answer without own content words, such as "Yes", stands by its citation alone.
 * 4. The confidence is what the model states, {@link UNSTATED} when it states none, within .05 and .95.
 *
 * It finds invention, not misreading: a passage that is cited for the opposite of what it says passes.
 */
import { tokenise } from '@vortexflow/knowledge';
import { claimTerms } from '../explain.ts';
import { contentTerms } from '../reasoners/terms.ts';
import type { Passage } from './passages.ts';
import type { ModelReply } from './reply.ts';

/** Why an answer counts for less than the model thinks. */
export type GroundingRemark = 'uncited' | 'unsupported' | 'partly_supported';

/** A reply after the rule. */
export interface Grounded {
  /** null: it counts as an abstention. */
  readonly answer: string | null;
  readonly confidence: number;
  /** What it validly cites, in the order of citing. */
  readonly cited: readonly Passage[];
  readonly remark: GroundingRemark | null;
}

const LEAST_SUPPORT = 0.5;
const UNSTATED = 0.7;

/** Applies the rule. `passages` are those that the model was shown. */
export function ground(
  { answer, citations, confidence }: ModelReply,
  passages: readonly Passage[],
  question: string,
): Grounded {
  const cited = citations.flatMap((number) => passages[number - 1] ?? []);
  if (answer === null) return { answer: null, confidence: 0, cited, remark: null };
  if (cited.length === 0) return { answer: null, confidence: 0, cited, remark: 'uncited' };
  const source = cited.map(({ evidence, text }) => `${evidence.title} ${text}`).join('\n');
  const support = numbersFound(answer, `${source} ${question}`) ? supportOf(answer, source, question) : 0;
  if (support < LEAST_SUPPORT) return { answer: null, confidence: 0, cited, remark: 'unsupported' };
  const stated = Math.min(0.95, Math.max(0.05, confidence ?? UNSTATED));
  return { answer, confidence: stated * support, cited, remark: support < 1 ? 'partly_supported' : null };
}

/** Share of the answer's own content words that the source holds, 0 to 1. */
function supportOf(answer: string, source: string, question: string): number {
  const own = claimTerms(answer).difference(contentTerms(question));
  if (own.size === 0) return 1;
  return own.intersection(contentTerms(source)).size / own.size;
}

/** True when every number of the answer, written in digits, stands in the source. */
function numbersFound(answer: string, source: string): boolean {
  const known = new Set(numbersIn(source));
  return numbersIn(answer).every((number) => known.has(number));
}

const numbersIn = (text: string): string[] =>
  tokenise(text)
    .map(({ word }) => word)
    .filter((word) => /\d/.test(word));
