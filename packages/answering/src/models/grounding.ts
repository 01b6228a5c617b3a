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
import { stem, tokenise } from '@vortexflow/knowledge';
import { claimTerms } from '../explain.ts';
import type { Passage } from './passages.ts';
import type { ModelReply } from './reply.ts';

/** Why an answer counts for less than the model thinks. */
type GroundingRemark = 'uncited' | 'unsupported' | 'partly_supported';

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
  const support = supportOf(answer, cited, question);
  if (support < LEAST_SUPPORT) return { answer: null, confidence: 0, cited, remark: 'unsupported' };
  const stated = Math.min(0.95, Math.max(0.05, confidence ?? UNSTATED));
  return { answer, confidence: stated * support, cited, remark: support < 1 ? 'partly_supported' : null };
}

/** Share of the answer's own content words that the passages hold, 0 to 1; 0 when a number is not found. */
function supportOf(answer: string, cited: readonly Passage[], question: string): number {
  const shown = new Set<string>();
  for (const { evidence, text } of cited) addWords(shown, evidence.title, text);
  const asked = addWords(new Set(), question);
  for (const number of wordsOf(answer).filter((word) => /\d/.test(word)))
    if (!shown.has(number) && !asked.has(number)) return 0;
  const askedStems = stemsOf(asked);
  const own = claimTerms(answer).difference(askedStems);
  if (own.size === 0) return 1;
  return own.intersection(stemsOf(shown)).size / own.size;
}

const wordsOf = (text: string): string[] => tokenise(text).map(({ word }) => word);

function addWords(words: Set<string>, ...texts: readonly string[]): Set<string> {
  for (const text of texts) for (const word of wordsOf(text)) words.add(word);
  return words;
}

const stemsOf = (words: ReadonlySet<string>): Set<string> => new Set([...words].map(stem));
