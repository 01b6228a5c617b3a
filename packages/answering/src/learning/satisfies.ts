/**
 * When a given answer and an answer of ours count as the same. Used for feedback that names the right answer, and so by
 * `vortexflow calibrate`. The rule, on normal forms (no case, marks, punctuation, articles; words by their stems):
 *
 * 0. Where both are dates or numbers with units, what they say decides: "12 May 1990" is "May 12, 1990".
 * 1. "Yes" or "no" is expected: the first word decides.
 * 2. Else numbers and negations must be the same on both sides, save in a list of which one entry fits.
 * 3. Same words in the same order: same. So is one entry of a list ("paw, tail, ear"), but not of numbers: "1995 or
 *    1996" does not answer a question.
 * 4. Up to 4 expected words: the same when they stand in that order, side by side, in an answer of up to 12 words.
 * 5. More: the same when the answer has 4 of 5 of the expected words, or when both share 3 of 5 (F1 >= .6).
 */
import { readAnswer, sameAnswer } from '@vortexflow/fusion';
import { normalise, stem, tokenise } from '@vortexflow/knowledge';

const ARTICLES = new Set(['a', 'an', 'the']);
const NEGATIONS = new Set(
  (
    'no not non never none nobody nothing without cannot isnt arent wasnt werent dont doesnt didnt cant couldnt wont ' +
    'wouldnt'
  )
    .split(' ')
    .map(stem),
);
const TYPED: ReadonlySet<string> = new Set(['date', 'number']);
const PHRASE_WORDS = 4;
const SHORT_ANSWER_WORDS = 12;
const RECALL = 0.8;
const F1 = 0.6;

/** Texts beyond this many characters are compared by their beginnings. */
const MAX_LENGTH = 2000;

/** @param expected what is right  @param given what was answered */
export function satisfies(expected: string, given: string): boolean {
  const [right, said] = [readAnswer(expected), readAnswer(given)];
  if (TYPED.has(right.kind) && TYPED.has(said.kind)) return sameAnswer(right, said);
  const wanted = wordsOf(expected);
  const words = wordsOf(given);
  if (wanted.length === 0 || words.length === 0) return false;
  if (wanted.length === 1 && (wanted[0] === 'yes' || wanted[0] === 'no')) return words[0] === wanted[0];
  if (same(wanted, words)) return true;
  if (!wanted.some(hasDigit) && entriesOf(given).some((entry) => same(wanted, wordsOf(entry)))) return true;
  if (!same(hardWords(wanted), hardWords(words))) return false;
  if (wanted.length <= PHRASE_WORDS) return words.length <= SHORT_ANSWER_WORDS && holds(words, wanted);
  const { recall, f1 } = sharedWords(wanted, words);
  return recall >= RECALL || f1 >= F1;
}

function wordsOf(text: string): string[] {
  const plain = normalise(text.slice(0, MAX_LENGTH)).replace(/(?<=\d)[,\u202f\u00a0](?=\d{3}\b)/gu, '');
  return tokenise(plain).flatMap(({ word }) => (ARTICLES.has(word) ? [] : [stem(word)]));
}

const entriesOf = (text: string): string[] => {
  const entries = text.slice(0, MAX_LENGTH).split(/\s*[,;]\s*|\s+(?:and|or)\s+/);
  return entries.length > 1 ? entries : [];
};

const hasDigit = (word: string): boolean => /\d/.test(word);

/** Words whose difference always matters. */
const hardWords = (words: readonly string[]): string[] =>
  words.filter((word) => hasDigit(word) || NEGATIONS.has(word)).sort();

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

function holds(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, i) => phrase.every((word, j) => words[i + j] === word));
}

function sharedWords(wanted: readonly string[], words: readonly string[]): { recall: number; f1: number } {
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    shared++;
  }
  return { recall: shared / wanted.length, f1: (2 * shared) / (wanted.length + words.length) };
}
