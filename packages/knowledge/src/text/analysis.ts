/** From text to index terms. Query and index must use the same functions. */
import { stemmer } from 'stemmer';
import { KeptWords } from './kept-words.ts';

/** A word as it is written. Marks belong to their word: text in NFD has its diacritics as marks of their own. */
export const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)?/gu;

/** A word of a text with its place, for quoting it later. */
export interface Token {
  /** Normal form: lower case, no diacritics, no possessive. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Lower case without diacritics; NFKD as in UAX #15, so "Café" and "cafe" meet. */
export function normalise(text: string): string {
  return isPlainAscii(text) ? text.toLowerCase() : text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function isPlainAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the whole ASCII range is meant
  return /^[\x00-\x7f]*$/.test(text);
}

/** Normal form of a word: {@link normalise}, without possessive and apostrophes; may be empty. */
export const normaliseWord = (written: string): string =>
  normalise(written)
    .replace(/['’]s$/, '')
    .replace(/['’]/g, '');

const [APOSTROPHE, ZERO, NINE, UPPER_A, UPPER_Z, LOWER_A, LOWER_Z, LAST_ASCII] = [
  39, 48, 57, 65, 90, 97, 122, 127,
] as const;
const isUpper = (code: number): boolean => code >= UPPER_A && code <= UPPER_Z;
const isLetter = (code: number): boolean => (code >= LOWER_A && code <= LOWER_Z) || isUpper(code);
const isWordCode = (code: number): boolean => isLetter(code) || (code >= ZERO && code <= NINE);

const WORD_HERE = new RegExp(WORD.source, 'uy');

/** Words of a text in order, as {@link WORD} finds them. Linear in the length of the text. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const { length } = text;
  let at = 0;
  // By character codes as far as a word is plain ASCII, which takes a third of the time: most words are that.
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code <= LAST_ASCII && !isWordCode(code)) {
      at++;
      continue;
    }
    const start = at;
    while (at < length && isWordCode(text.charCodeAt(at))) at++;
    let isBare = true;
    if (text.charCodeAt(at) === APOSTROPHE && isLetter(text.charCodeAt(at + 1))) {
      isBare = false;
      at += 2;
      while (at < length && isLetter(text.charCodeAt(at))) at++;
    }
    if (isAsciiAround(text, at)) {
      const written = text.slice(start, at);
      tokens.push({ word: isBare ? written.toLowerCase() : normaliseWord(written), start, end: at });
      continue;
    }
    WORD_HERE.lastIndex = start;
    const written = WORD_HERE.exec(text)?.[0];
    // A sign that is no word may take two places.
    at = start + (written?.length ?? String.fromCodePoint(text.codePointAt(start)!).length);
    const word = written === undefined ? '' : normaliseWord(written);
    if (word) tokens.push({ word, start, end: at });
  }
  return tokens;
}

/** Whether what comes next, behind an apostrophe if there is one, leaves a word that ended here as it is. */
function isAsciiAround(text: string, end: number): boolean {
  const next = text.charCodeAt(end);
  return !(next > LAST_ASCII || (next === APOSTROPHE && text.charCodeAt(end + 1) > LAST_ASCII));
}

/** Words that carry no topic: left out of the index and of the coverage of a question. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and or but nor of in on at by for with from to into onto upon as is are was were be been being am do does did ' +
    'done doing has have had having it its this that these those there here he she they them his her their we us our you ' +
    'your i me my mine what which who whom whose when where why how can could will would shall should may might must not ' +
    'no so than then such some any each every all both if else about between through during before after over under ' +
    'again also too very just only own same other s t'
  ).split(' '),
);

/** Most of what texts say is said with so many words; 2 MB for each thread. */
const stems = new KeptWords<string>(12_000);
/** A longer word may be a view of its whole text, which would stay in memory with it. */
export const LONGEST_KEPT = 12;

/** The same word for keeping: by itself, not as a view of its text. */
export const ownWord = (word: string): string => (word.length > LONGEST_KEPT ? Buffer.from(word).toString() : word);

/** Stem of a normal-form word (Porter 1980). Remembers its results, in bounded memory. */
export function stem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const result = stemmer(word);
  if (word.length > LONGEST_KEPT) return result;
  stems.add(word, result);
  return result;
}

/** Index terms of a text: stems of its words without stop words, in order, repetitions kept. */
export function terms(text: string): string[] {
  const result: string[] = [];
  for (const { word } of tokenise(text)) if (!STOP_WORDS.has(word)) result.push(stem(word));
  return result;
}
