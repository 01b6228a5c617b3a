/** Names in running text: who is meant by a stretch of words, and how sure that is. */
import type { AliasTrie, Bearer } from './alias-trie.ts';
import { BREAK, CAPITAL, SENTENCE, type WordRow } from './passage.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A name found in a text. */
export interface Mention {
  /** Index of its first word. */
  readonly at: number;
  readonly length: number;
  readonly bearers: readonly Bearer[];
  /** How sure the words are meant as this name, 0 to 1. */
  readonly trust: number;
}

export interface MentionOptions {
  /** False when capitals tell nothing, as in a question typed in lower case. */
  readonly cased: boolean;
  /** Passage that the text belongs to: its own names do not count, those within them do. */
  readonly self?: number;
}

/** Names that are common words, or written as no name is written, count this much. */
const LOWER = { one: 0.12, many: 0.6 } as const;
const NUMBER = 0.3;
/** A part of a longer name. */
const PART = 0.3;
/** Mentions below this are left out. */
const LEAST = 0.05;
/** Longest name, in words. */
const LONGEST = 12;

/**
 * All names in a text, left to right, the longest at each place; they do not overlap.
 *
 */
export function findMentions(
  row: WordRow,
  trie: AliasTrie,
  vocabulary: Vocabulary,
  options: MentionOptions,
): Mention[] {
  const { words } = row;
  const forms = formsOf(words, vocabulary);
  const found: Mention[] = [];
  for (let at = 0; at < words.length;) {
    const longest = words[at]! < 0 ? null : trie.longest(forms, at, endOfSentence(row, at));
    const match = longest?.bearers.every(({ passage }) => passage === options.self) ? null : longest;
    const trust = match ? trustOf(row, at, match.length, vocabulary, options.cased) : 0;
    if (match && trust >= LEAST) found.push({ at, length: match.length, bearers: match.bearers, trust });
    at += match && trust >= LEAST ? match.length : 1;
  }
  return found;
}

/** Words as the trie knows them; -1 for unknown ones. */
export const formsOf = (words: Int32Array, vocabulary: Vocabulary): Int32Array =>
  words.map((word) => (word < 0 ? -1 : vocabulary.formOf(word)));

function endOfSentence({ marks }: WordRow, at: number): number {
  let end = at + 1;
  while (end < marks.length && end - at < LONGEST && (marks[end]! & SENTENCE) === 0) end++;
  return end;
}

function trustOf(row: WordRow, at: number, length: number, vocabulary: Vocabulary, cased: boolean): number {
  const trust = trustOfWords(row, at, length, vocabulary, cased);
  return cased && isPartOfName(row, at, length) ? PART * trust : trust;
}

/** "United" in "United States", when nobody bears the whole name. */
function isPartOfName({ marks }: WordRow, at: number, length: number): boolean {
  if ((marks[at]! & CAPITAL) === 0) return false;
  const next = marks[at + length] ?? BREAK;
  const before = (marks[at]! & (BREAK | SENTENCE)) === 0 ? marks[at - 1]! : 0;
  return (next & (CAPITAL | BREAK)) === CAPITAL || (before & (CAPITAL | SENTENCE)) === CAPITAL;
}

function trustOfWords(
  { words, marks }: WordRow,
  at: number,
  length: number,
  vocabulary: Vocabulary,
  cased: boolean,
): number {
  if (length === 1) return trustOfOne(words[at]!, marks[at]!, vocabulary, cased);
  let topical = 0;
  let capitals = 0;
  for (let i = at; i < at + length; i++) {
    if (vocabulary.stemOf(words[i]!) >= 0) topical++;
    if ((marks[i]! & (CAPITAL | SENTENCE)) === CAPITAL) capitals++;
  }
  if (capitals > 0) return 1;
  if (topical === 0) return 0;
  if (!cased || marks[at]! & CAPITAL) return topical > 1 ? 1 : trustOfName(words, at, length, vocabulary);
  return LOWER.many;
}

/** Of several words that are hardly more than one: "the prestige". */
function trustOfName(words: Int32Array, at: number, length: number, vocabulary: Vocabulary): number {
  let best = 0;
  for (let i = at; i < at + length; i++)
    if (vocabulary.stemOf(words[i]!) >= 0) best = Math.max(best, vocabulary.capitalShare(words[i]!));
  return best;
}

function trustOfOne(word: number, marks: number, vocabulary: Vocabulary, cased: boolean): number {
  const share = vocabulary.capitalShare(word);
  if (/^\d+$/.test(vocabulary.word(word))) return NUMBER;
  if (vocabulary.stemOf(word) < 0) return cased && (marks & (CAPITAL | SENTENCE)) === CAPITAL ? share : 0;
  if (!cased) return Math.max(share ** 2, LOWER.one * (1 - share));
  if ((marks & CAPITAL) === 0) return LOWER.one * (1 - share);
  return (marks & SENTENCE) !== 0 ? share : 1;
}

/** How much more likely a bearer is for all words that tell it from others when they stand in the text. */
const QUALIFIED = 3;

/** How likely each bearer of a name is meant, given the words around. Shares sum to 1 at most. */
export function sharesOf(mention: Mention, around: ReadonlySet<number>): { bearer: Bearer; share: number }[] {
  const { bearers } = mention;
  if (bearers.length === 1) return [{ bearer: bearers[0]!, share: bearers[0]!.trust }];
  const weights = bearers.map(({ trust, qualifier }) => {
    let found = 0;
    for (const word of qualifier) if (around.has(word)) found++;
    return trust * (1 + (QUALIFIED * found) / (qualifier.length || 1));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const most = Math.max(...bearers.map(({ trust }) => trust));
  return bearers.map((bearer, i) => ({ bearer, share: (weights[i]! / total) * most }));
}
