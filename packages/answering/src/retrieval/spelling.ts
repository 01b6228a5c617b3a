/** Words that no passage has, taken for the nearest that one has: at most one letter away (Damerau 1964). */
import { formsOf, type PassageIndex, type WordRow } from '@vortexflow/knowledge';
import { isOneEdit } from '../understanding/one-edit.ts';

/** Shorter words are too near to too many others. */
const SHORTEST = 4;
/** Every repair looks through all words of nearly the same length: more unknown ones are no slips. */
const MOST_REPAIRS = 4;
/** Longest name, in words, that a candidate may make with its neighbours, and where it may begin. */
const WINDOW = { before: 4, behind: 8 } as const;

export interface Repaired {
  readonly row: WordRow;
  /** Places of the words that were replaced. */
  readonly repaired: ReadonlySet<number>;
}

/** Replaces words without a number. @param spelt the words as the question has them */
export function repairWords(index: PassageIndex, row: WordRow, spelt: readonly string[]): Repaired {
  const words = row.words.slice();
  const repaired = new Set<number>();
  let tried = 0;
  for (let at = 0; at < words.length; at++) {
    if (words[at]! >= 0 || spelt[at]!.length < SHORTEST) continue;
    if (tried++ === MOST_REPAIRS) break;
    const candidates = nearest(index, spelt[at]!);
    if (candidates.length === 0) continue;
    words[at] = choose(index, words, at, candidates);
    repaired.add(at);
  }
  return { row: { ...row, words }, repaired };
}

function nearest({ vocabulary }: PassageIndex, word: string): number[] {
  return [word.length + 1, word.length, word.length - 1].flatMap((length) => {
    const found: number[] = [];
    for (const number of vocabulary.ofLength(length)) if (isOneEdit(word, vocabulary.word(number))) found.push(number);
    // Not by number: threads with other histories have other ones, and must take the same word.
    return found.sort((a, b) => (vocabulary.word(a) < vocabulary.word(b) ? -1 : 1));
  });
}

/** The one that makes a name with its neighbours, else the one written like a name, else the most frequent. */
function choose(index: PassageIndex, words: Int32Array, at: number, candidates: readonly number[]): number {
  let best = candidates[0]!;
  let bestScore = -1;
  const first = Math.max(0, at - WINDOW.before);
  const around = words.slice(first, at + WINDOW.behind);
  for (const candidate of candidates) {
    around[at - first] = candidate;
    const forms = formsOf(around, index.vocabulary);
    let name = 0;
    for (let from = 0; from <= at - first; from++) {
      const match = index.trie.longest(forms, from, forms.length);
      if (match && from + match.length > at - first) name = Math.max(name, match.length);
    }
    const { vocabulary, postings } = index;
    const stem = vocabulary.stemOf(candidate);
    const score =
      name * 4 +
      vocabulary.capitalShare(candidate) +
      Math.min(1, Math.log1p(stem < 0 ? 0 : postings.holding(stem)) / 8);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}
