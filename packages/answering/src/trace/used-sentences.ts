/** Which sentences of a piece of evidence speak for the answer. Pure. */
import { termsHeld } from '../reasoners/terms.ts';
import { splitSentences } from '../reasoners/evidence.ts';

/** Most sentences named of one piece. */
const MOST = 3;

/**
 * Sentences that hold the answer, else those that share most of its content words (all that share as many as the best
 * one), in the order of the text. Empty when none shares any.
 */
export function usedSentences(snippet: string, answer: string, answerTerms: ReadonlySet<string>): string[] {
  if (answerTerms.size === 0) return [];
  const sentences = splitSentences(snippet);
  const whole = sentences.filter((sentence) => sentence.includes(answer));
  if (whole.length > 0) return whole.slice(0, MOST);
  const shared = sentences.map((sentence) => termsHeld(sentence, answerTerms).size);
  const best = Math.max(0, ...shared);
  return best === 0 ? [] : sentences.filter((_, i) => shared[i] === best).slice(0, MOST);
}
