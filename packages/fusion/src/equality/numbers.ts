/** Numbers as people write them: "1,000", "1 000", "-2.5e3", "1.2 million", "twenty-one", "three hundred and five". */

const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 };
const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Digits in groups of three, by comma, apostrophe or space, or without groups; then decimals and an exponent. */
const DIGITS = /^[+-]?(?:\d{1,3}(?:([,' ])\d{3})(?:\1\d{3})*|\d+)?(?:\.\d+)?(?:e[+-]?\d{1,3})?(?![\d.,]*\d)/;

/** A number at the beginning of a text, and what follows it. */
export interface Leading {
  readonly value: number;
  /** Without blank space around it. */
  readonly rest: string;
}

/** @param text in lower case, with plain spaces and hyphens */
export function leadingNumber(text: string): Leading | null {
  const digits = DIGITS.exec(text)?.[0] ?? '';
  if (/\d/.test(digits)) {
    const value = Number(digits.replaceAll(/[,' ]/g, ''));
    return scaled(value, text.slice(digits.length).trim());
  }
  return inWords(text);
}

/** "1.2 million": the scale belongs to the number. */
function scaled(value: number, rest: string): Leading | null {
  const word = /^[a-z]+/.exec(rest)?.[0] ?? '';
  const scale = Object.hasOwn(SCALES, word) ? SCALES[word]! : 1;
  const scaledValue = value * scale;
  if (!Number.isFinite(scaledValue)) return null;
  return { value: scaledValue, rest: scale === 1 ? rest : rest.slice(word.length).trim() };
}

interface Spelled {
  total: number;
  group: number;
  /** What the last word was, so that "twenty five" is one number and "five twenty" is none. */
  last: 'none' | 'small' | 'tens' | 'hundred' | 'scale';
}

function inWords(text: string): Leading | null {
  const state: Spelled = { total: 0, group: 0, last: 'none' };
  let end = 0;
  for (const match of text.matchAll(/(?:^|(?<=[a-z])[ -]+)(?:and )?([a-z]+)/g)) {
    if (/ and /.test(match[0]) && state.last !== 'hundred' && state.last !== 'scale') break;
    if (match.index !== end || !takeWord(state, match[1]!)) break;
    end += match[0].length;
  }
  if (state.last === 'none' || /^[a-z]/.test(text.slice(end))) return null;
  return { value: state.total + state.group, rest: text.slice(end).trim() };
}

function takeWord(state: Spelled, word: string): boolean {
  const small = SMALL.indexOf(word);
  const tens = TENS.indexOf(word);
  if (small >= 0) {
    if (state.last === 'small' || (state.last === 'tens' && (small === 0 || small > 9))) return false;
    state.group += small;
    state.last = 'small';
  } else if (tens >= 0) {
    if (state.last === 'small' || state.last === 'tens') return false;
    state.group += 10 * (tens + 2);
    state.last = 'tens';
  } else if (word === 'hundred') {
    if (state.last !== 'small' && state.last !== 'none') return false;
    state.group = 100 * Math.max(1, state.group);
    state.last = 'hundred';
  } else if (Object.hasOwn(SCALES, word)) {
    if (state.last === 'none' || state.last === 'scale') return false;
    state.total += state.group * SCALES[word]!;
    state.group = 0;
    state.last = 'scale';
  } else {
    return false;
  }
  return true;
}
