/** Stretches of capitalised words: names that no passage bears, but several may share. */
import { BREAK, CAPITAL, SENTENCE, type WordRow } from './passage.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Words that may stand between the capitals of one name. */
const CONNECTORS: ReadonlySet<string> = new Set(
  'of the de di da du del van von der la le los las el al bin ibn and y'.split(' '),
);
const LONGEST = 7;
/** A sentence may begin with any word; from this share of capitals on it is taken for a name. */
const NAME_SHARE = 0.6;

/** A stretch of words. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** All such stretches of a text. Linear. */
export function findSpans(row: WordRow, vocabulary: Vocabulary): Span[] {
  const { words, marks } = row;
  const spans: Span[] = [];
  for (let at = 0; at < words.length; at++) {
    if (!opensName(row, at, vocabulary)) continue;
    let end = at + 1;
    for (let i = at + 1; i < words.length && i - at < LONGEST && (marks[i]! & (BREAK | SENTENCE)) === 0; i++) {
      if (marks[i]! & CAPITAL) end = i + 1;
      else if (!isConnector(words[i]!, vocabulary)) break;
    }
    spans.push({ at, length: end - at });
    at = end - 1;
  }
  return spans;
}

const isConnector = (word: number, vocabulary: Vocabulary): boolean =>
  word >= 0 && CONNECTORS.has(vocabulary.word(word));

function opensName({ words, marks }: WordRow, at: number, vocabulary: Vocabulary): boolean {
  const word = words[at]!;
  if ((marks[at]! & CAPITAL) === 0 || word < 0) return false;
  if (vocabulary.stemOf(word) < 0) return false;
  return (marks[at]! & SENTENCE) === 0 || vocabulary.capitalShare(word) >= NAME_SHARE;
}

/** The words of a stretch as a key. */
export function keyOfSpan({ words }: WordRow, { at, length }: Span): string {
  return words.subarray(at, at + length).join(' ');
}
