/** Words that no passage has, taken for the nearest that one has: at most one letter away (Damerau 1964). */
import { formsOf, type PassageIndex, type WordRow } from '@vortexflow/knowledge';

/** Shorter words are too near to too many others. */
const SHORTEST = 4;

export interface Repaired {
  readonly row: WordRow;
  /** Places of the words that were replaced. */
  readonly repaired: ReadonlySet<number>;
}

/** Replaces words without a number. @param spelt the words as the question has them */
export function repairWords(index: PassageIndex, row: WordRow, spelt: readonly string[]): Repaired {
  const words = row.words.slice();
  const repaired = new Set<number>();
  for (let at = 0; at < words.length; at++) {
    if (words[at]! >= 0 || spelt[at]!.length < SHORTEST) continue;
    const candidates = nearest(index, spelt[at]!);
    if (candidates.length === 0) continue;
    words[at] = choose(index, words, at, candidates);
    repaired.add(at);
  }
  return { row: { ...row, words }, repaired };
}

function nearest({ vocabulary }: PassageIndex, word: string): number[] {
  const found: number[] = [];
  for (const length of [word.length + 1, word.length, word.length - 1])
    for (const number of vocabulary.ofLength(length)) if (isNear(word, vocabulary.word(number))) found.push(number);
  return found;
}

/** The one that makes a name with its neighbours, else the one written like a name, else the most frequent. */
function choose(index: PassageIndex, words: Int32Array, at: number, candidates: readonly number[]): number {
  let best = candidates[0]!;
  let bestScore = -1;
  for (const candidate of candidates) {
    const tried = words.slice();
    tried[at] = candidate;
    const forms = formsOf(tried, index.vocabulary);
    let name = 0;
    for (let from = Math.max(0, at - 4); from <= at; from++) {
      const match = index.trie.longest(forms, from, Math.min(tried.length, from + 8));
      if (match && from + match.length > at) name = Math.max(name, match.length);
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

/** True when one letter more, less, other, or two changed places make the words the same. */
export function isNear(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  const [left, right] = [a.length - start - end, b.length - start - end];
  if (left <= 1 && right <= 1) return true;
  return left === 2 && right === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
