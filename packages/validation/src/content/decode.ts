/**
 * Encodings taken off: `%41`, `%u0041`, `&#65;`, `&#x41;`, `&lt;`, `\x41`, `\u0041`, and overlong UTF-8 behind `%`. One
 * pass a layer, O(characters).
 */
import { hexValue } from '../json-string.ts';

/** Layers taken off: who encodes more often than that is known by what is left. */
const MAX_LAYERS = 3;
/** Longest name or number of an entity, characters. */
const MAX_ENTITY = 10;

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  lbrace: '{',
  rbrace: '}',
  lcub: '{',
  rcub: '}',
  lpar: '(',
  rpar: ')',
  sol: '/',
  bsol: '\\',
  colon: ':',
  semi: ';',
  dollar: '$',
  percnt: '%',
  equals: '=',
  grave: '`',
  newline: '\n',
  tab: '\t',
  nbsp: ' ',
};

/** What a text says when its encodings are taken off; itself when it has none. */
export function decode(text: string): string {
  let decoded = text;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const before = decoded;
    decoded = decodeOnce(before);
    if (decoded === before) break;
  }
  return decoded;
}

function decodeOnce(text: string): string {
  let decoded = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign !== 0x25 && sign !== 0x26 && sign !== 0x5c) continue;
    const found = sign === 0x25 ? percent(text, i) : sign === 0x26 ? entity(text, i) : escape(text, i);
    if (!found) continue;
    decoded += text.slice(start, i) + found.text;
    i += found.length - 1;
    start = i + 1;
  }
  return start === 0 ? text : decoded + text.slice(start);
}

/** A piece of text that stands for another one. */
interface Encoded {
  readonly length: number;
  readonly text: string;
}

function percent(text: string, at: number): Encoded | null {
  if ((text.charCodeAt(at + 1) | 0x20) === 0x75) {
    const unit = hexNumber(text, at + 2, 4);
    return unit < 0 ? null : { length: 6, text: String.fromCharCode(unit) };
  }
  const byte = hexNumber(text, at + 1, 2);
  if (byte < 0) return null;
  if (byte < 0x80) return { length: 3, text: String.fromCharCode(byte) };
  return sequence(text, at, byte) ?? { length: 3, text: String.fromCharCode(byte) };
}

/** UTF-8 behind percent signs; overlong forms too, for that is what they are written for. */
function sequence(text: string, at: number, first: number): Encoded | null {
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
  if (size === 0) return null;
  let value = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = text.charCodeAt(at + 3 * i) === 0x25 ? hexNumber(text, at + 3 * i + 1, 2) : -1;
    if (next < 0x80 || next > 0xbf) return null;
    value = value * 64 + (next & 0x3f);
  }
  return value > 0x10ffff ? null : { length: 3 * size, text: String.fromCodePoint(value) };
}

function entity(text: string, at: number): Encoded | null {
  if (text.charCodeAt(at + 1) === 0x23) return numericEntity(text, at);
  let end = at + 1;
  while (end - at <= MAX_ENTITY && isLetter(text.charCodeAt(end))) end++;
  const name = text.slice(at + 1, end).toLowerCase();
  if (!Object.hasOwn(ENTITIES, name)) return null;
  return { length: end - at + Number(text[end] === ';'), text: ENTITIES[name] as string };
}

function numericEntity(text: string, at: number): Encoded | null {
  const isHex = (text.charCodeAt(at + 2) | 0x20) === 0x78;
  const base = isHex ? 16 : 10;
  const start = at + (isHex ? 3 : 2);
  let [end, value] = [start, 0];
  for (; end - start < MAX_ENTITY; end++) {
    const digit = hexValue(text.charCodeAt(end));
    if (digit < 0 || digit >= base) break;
    value = value * base + digit;
  }
  if (end === start || value > 0x10ffff) return null;
  return { length: end - at + Number(text[end] === ';'), text: String.fromCodePoint(value) };
}

function escape(text: string, at: number): Encoded | null {
  const kind = text.charCodeAt(at + 1) | 0x20;
  const digits = kind === 0x78 ? 2 : kind === 0x75 ? 4 : 0;
  const unit = digits === 0 ? -1 : hexNumber(text, at + 2, digits);
  return unit < 0 ? null : { length: digits + 2, text: String.fromCharCode(unit) };
}

/** Value of so many hexadecimal digits; -1 when they are none. */
function hexNumber(text: string, at: number, digits: number): number {
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = hexValue(text.charCodeAt(at + i));
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
