/** A text as numbered words with what its writing tells: capitals, sentences, breaks. */
import { type Token, tokenise } from '../text/analysis.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The word begins with a capital letter. */
export const CAPITAL = 1;
/** The first word of a sentence. */
export const SENTENCE = 2;
/** Punctuation stands before the word. */
export const BREAK = 4;

export interface WordRow {
  /** Numbers in the vocabulary; -1 for words it does not have. */
  readonly words: Int32Array;
  /** Bits {@link CAPITAL}, {@link SENTENCE}, {@link BREAK} of each word. */
  readonly marks: Uint8Array;
  /** Where each word begins in the text. */
  readonly starts: Uint32Array;
}

/** One text of the index. */
export interface Passage {
  readonly node: number;
  readonly title: WordRow;
  /** What the text is about by its own words, where the title does not say it; else empty. See `ownLead`. */
  readonly ownName: string;
  /** Its words. */
  readonly ownTitle: WordRow;
  readonly text: WordRow;
  /** Its stems, each once. */
  readonly stems: Int32Array;
  /** Names as the forms of their words. */
  readonly names: readonly Int32Array[];
  /** Words of its names, each as often as they use it; see {@link Vocabulary.release}. */
  readonly wordsOfNames: Int32Array;
  /** Vectors of the whole and of each sentence, see {@link TextVectors.of}; empty without word vectors. */
  readonly vectors: Int8Array;
}

const UPPER = /^\p{Lu}/u;
const SENTENCE_END = /[.!?\n]["'”’)\]]*\s|[\n]/;
const PLAIN_GAP = /^[\s\-–']*$/;
/** "St. Maurice", "J. R. R. Tolkien", "Dr. No": a full stop that ends no sentence. */
const ABBREVIATION = /^(?:\p{L}|st|dr|mr|mrs|ms|jr|sr|vs|no|mt|ft|prof|rev|gen|col|capt|lt|sgt|inc|ltd|co|etc|c|ca)$/u;

/**
 * Reads a text. Linear in its length.
 *
 * @param numberOf gives a normal-form word its number, or -1 to leave it unknown
 */
export function readWords(text: string, numberOf: (word: string) => number): WordRow {
  const tokens = tokenise(text);
  const words = new Int32Array(tokens.length);
  const marks = new Uint8Array(tokens.length);
  const starts = new Uint32Array(tokens.length);
  let end = 0;
  let before = '';
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    words[at] = numberOf(token.word);
    starts[at] = token.start;
    marks[at] =
      (isCapital(text, token.start) ? CAPITAL : 0) | (at === 0 ? SENTENCE : marksBetween(text, end, token, before));
    end = token.end;
    before = token.word;
  }
  return { words, marks, starts };
}

const LAST_ASCII = 127;
const BLANK = 32;

function isCapital(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code <= LAST_ASCII ? code >= 65 && code <= 90 : UPPER.test(String.fromCodePoint(text.codePointAt(at)!));
}

/** Between most words there is one blank. */
function marksBetween(text: string, end: number, { start }: Token, before: string): number {
  if (start === end + 1 && text.charCodeAt(end) === BLANK) return 0;
  return gapMarks(text.slice(end, start), before);
}

function gapMarks(gap: string, before: string): number {
  if (PLAIN_GAP.test(gap)) return gap.includes('\n') ? BREAK | SENTENCE : 0;
  if (gap === '. ' && ABBREVIATION.test(before)) return 0;
  return SENTENCE_END.test(gap) ? BREAK | SENTENCE : BREAK;
}

/** Counts what a passage teaches about its words. @param times -1 when it goes */
export function learnCapitals({ words, marks }: WordRow, vocabulary: Vocabulary, times: 1 | -1 = 1): void {
  for (let at = 0; at < words.length; at++)
    if ((marks[at]! & SENTENCE) === 0) vocabulary.see(words[at]!, (marks[at]! & CAPITAL) !== 0, times);
}

/** Index of the first word of the sentence that a word is in, and of the first one behind it. */
export function sentenceBounds({ marks }: WordRow, at: number): { first: number; next: number } {
  let first = at;
  while (first > 0 && (marks[first]! & SENTENCE) === 0) first--;
  let next = at + 1;
  while (next < marks.length && (marks[next]! & SENTENCE) === 0) next++;
  return { first, next };
}

/**
 * Where the sentence begins that holds most of some stems, of several the first. O(words).
 * @param stems numbers in the vocabulary
 * @returns place in the text
 */
export function fullestSentence(
  { words, marks, starts }: WordRow,
  vocabulary: Vocabulary,
  stems: ReadonlySet<number>,
): number {
  const held = new Set<number>();
  let [first, best, most] = [0, 0, 0];
  for (let at = 0; at < words.length && most < stems.size; at++) {
    if ((marks[at]! & SENTENCE) !== 0) {
      first = at;
      held.clear();
    }
    const stem = vocabulary.stemOf(words[at]!);
    if (stem < 0 || !stems.has(stem)) continue;
    held.add(stem);
    if (held.size > most) [best, most] = [first, held.size];
  }
  return starts[best] ?? 0;
}

/** The sentence around a word. @param at index of the word */
export function sentenceAt(text: string, row: WordRow, at: number): string {
  const { first, next } = sentenceBounds(row, at);
  return text.slice(row.starts[first], next < row.starts.length ? row.starts[next] : undefined).trim();
}
