/** The inside of a JSON string: well-formed UTF-8 (Unicode, table 3-7), whole surrogate pairs, no control characters. */

/** What is wrong with a string. */
export interface StringFault {
  readonly problem: string;
  readonly expected: string;
  readonly suggestion: string;
}

const fault = (problem: string, expected: string, suggestion: string): StringFault => ({
  problem,
  expected,
  suggestion,
});

const FAULTS = {
  open: fault('A text is not closed.', 'a double quote', 'Close the text, or send all of the body.'),
  nul: fault('A text holds NUL.', 'characters other than U+0000', 'Leave the NUL out.'),
  control: fault(
    'A text holds a control character.',
    'control characters as escapes',
    'Write a line break as \\n, a tab as \\t.',
  ),
  escape: fault(
    'An escape is malformed.',
    '\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits',
    'Write a backslash as \\\\.',
  ),
  surrogate: fault(
    'A text holds half of a surrogate pair.',
    'both halves, as in \\ud83d\\ude00',
    'Send the whole character.',
  ),
  utf8: fault('The body is not well-formed UTF-8.', 'UTF-8', 'Encode the body as UTF-8.'),
} as const;

const [QUOTE, BACKSLASH, LETTER_U] = [0x22, 0x5c, 0x75];
const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/**
 * @param at behind the opening quote
 * @param refuse makes the error of a fault at a byte; it is thrown here
 * @returns behind the closing quote
 */
export function endOfString(bytes: Uint8Array, at: number, refuse: (at: number, fault: StringFault) => Error): number {
  const { length } = bytes;
  while (at < length) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte >= 0x80) {
      const size = sequenceSize(bytes, at);
      if (size === 0) throw refuse(at, FAULTS.utf8);
      at += size;
    } else if (byte === BACKSLASH) {
      const size = escapeSize(bytes, at);
      if (typeof size !== 'number') throw refuse(at, size);
      at += size;
    } else if (byte < 0x20) throw refuse(at, byte === 0 ? FAULTS.nul : FAULTS.control);
    else at++;
  }
  throw refuse(at, FAULTS.open);
}

/** Bytes of an escape, or what is wrong with it. */
function escapeSize(bytes: Uint8Array, at: number): number | StringFault {
  const kind = bytes[at + 1];
  if (kind === undefined) return FAULTS.open;
  if (kind !== LETTER_U) return ESCAPES.has(kind) ? 2 : FAULTS.escape;
  const unit = unitAt(bytes, at);
  if (unit < 0) return FAULTS.escape;
  if (unit === 0) return FAULTS.nul;
  if (unit < 0xd800 || unit > 0xdfff) return 6;
  const isFollowed = bytes[at + 6] === BACKSLASH && bytes[at + 7] === LETTER_U;
  const low = isFollowed ? unitAt(bytes, at + 6) : -1;
  return unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff ? 12 : FAULTS.surrogate;
}

/** Value of the four digits of an escape `\uXXXX`; -1 when they are none. */
function unitAt(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let i = 2; i < 6; i++) {
    const digit = hexValue(bytes[at + i] ?? 0);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** Value of an ASCII hexadecimal digit; -1 for anything else. */
export function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Bytes of the well-formed UTF-8 sequence that begins here with a byte of 0x80 or more; 0 when there is none. */
export function sequenceSize(bytes: Uint8Array, at: number): number {
  const [first, second] = [bytes[at] as number, bytes[at + 1] ?? 0];
  if (first >= 0xc2 && first <= 0xdf) return isNext(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    // No overlong forms, no surrogates.
    const least = first === 0xe0 ? 0xa0 : 0x80;
    const most = first === 0xed ? 0x9f : 0xbf;
    return second >= least && second <= most && isNext(bytes[at + 2]) ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const least = first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most && isNext(bytes[at + 2]) && isNext(bytes[at + 3]) ? 4 : 0;
}

const isNext = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80 && byte <= 0xbf;
