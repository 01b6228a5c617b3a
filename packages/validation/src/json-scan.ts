/**
 * Tier 2, first half: the bytes of a JSON body before they are parsed (RFC 8259). One pass, O(bytes); memory O(depth and
 * keys of open objects). What passes here, `JSON.parse` takes; the reverse does not hold: see {@link JsonLimits} and the
 * refusals of duplicates, of prototype keys, of lone surrogates, of NUL and of numbers that a double cannot hold.
 */
import { endOfNumber, MAX_NUMBER } from './json-number.ts';
import { endOfString } from './json-string.ts';
import { pointerOf, type Refusal, RefusalError, shortened } from './refusal.ts';

export interface JsonLimits {
  /** Levels of lists and objects within each other. */
  readonly depth: number;
  /** Keys of one object. */
  readonly keys: number;
  /** Values in all: members of objects and elements of lists. */
  readonly values: number;
}

/** Counts what the scan looked at, for tests of its cost. */
export interface ScanCost {
  /** Bytes read, including those read twice. */
  steps: number;
}

/** Keys that reach into the prototypes of JavaScript's objects; none of them is a field of any request. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const [QUOTE, COMMA, COLON, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d,
];
const LITERALS: readonly (readonly number[])[] = ['true', 'false', 'null'].map((word) => [...Buffer.from(word)]);
const [TAB, LINE_FEED, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];

/** @throws RefusalError for the first byte that is wrong */
export function scanJson(bytes: Uint8Array, limits: JsonLimits, cost: ScanCost = { steps: 0 }): void {
  new JsonScan(bytes, limits, cost).run();
}

/** One open list or object. */
interface Level {
  readonly isObject: boolean;
  /** Of an object: its keys so far. */
  readonly keys: Set<string>;
  /** The key or the place of the value that is being read; null before there is one. */
  at: string | number | null;
}

class JsonScan {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #cost: ScanCost;
  readonly #levels: Level[] = [];
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array, limits: JsonLimits, cost: ScanCost) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limits = limits;
    this.#cost = cost;
  }

  run(): void {
    if (this.#bytes[0] === 0xef && this.#bytes[1] === 0xbb && this.#bytes[2] === 0xbf)
      throw this.#syntax(
        'The body begins with a byte order mark.',
        'JSON without one',
        'Send UTF-8 without the first three bytes.',
      );
    do this.#value();
    while (this.#isGoingOn());
    if (this.#at < this.#bytes.length)
      throw this.#syntax(
        'Something follows the JSON.',
        'the end of the body',
        'Send one JSON value and nothing after it.',
      );
  }

  /** Reads a scalar, or opens a list or an object up to its first value. */
  #value(): void {
    this.#skipBlank();
    const byte = this.#bytes[this.#at];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) return this.#open(byte === OPEN_OBJECT);
    if (byte === QUOTE) this.#string();
    else if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) this.#number();
    else this.#literal();
  }

  #open(isObject: boolean): void {
    if (this.#levels.length >= this.#limits.depth)
      throw this.#refuse(
        'structure',
        'Lists and objects are nested too deeply.',
        `at most ${this.#limits.depth} levels`,
        'Send flatter JSON.',
      );
    this.#levels.push({ isObject, keys: new Set(), at: null });
    this.#at++;
    this.#skipBlank();
    // An empty one is closed where the next byte is looked at.
    if (this.#bytes[this.#at] === (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return;
    this.#member(this.#levels.at(-1) as Level);
    this.#value();
  }

  /** After a value: closes what ends here. @returns whether another value follows */
  #isGoingOn(): boolean {
    for (;;) {
      this.#skipBlank();
      const level = this.#levels.at(-1);
      if (!level) return false;
      const byte = this.#bytes[this.#at];
      if (byte === COMMA) {
        this.#at++;
        this.#skipBlank();
        this.#member(level);
        return true;
      }
      if (byte !== (level.isObject ? CLOSE_OBJECT : CLOSE_LIST)) throw this.#unclosed(level);
      this.#levels.pop();
      this.#at++;
    }
  }

  /** Up to the value of the next member of an object or element of a list. */
  #member(level: Level): void {
    if (++this.#values > this.#limits.values)
      throw this.#refuse(
        'structure',
        'The body holds too many values.',
        `at most ${this.#limits.values} values`,
        'Send fewer values, or several requests.',
      );
    if (!level.isObject) return void (level.at = level.at === null ? 0 : (level.at as number) + 1);
    if (this.#bytes[this.#at] !== QUOTE)
      throw this.#syntax(
        'A key is missing.',
        'a key in double quotes',
        'Write keys as "key", and no comma after the last.',
      );
    this.#key(level);
    this.#skipBlank();
    if (this.#bytes[this.#at] !== COLON)
      throw this.#syntax('A colon is missing after a key.', 'a colon', 'Write members as "key": value.');
    this.#at++;
  }

  #key(level: Level): void {
    const start = this.#at;
    level.at = null;
    this.#string();
    const key = keyOf(this.#bytes, start, this.#at);
    this.#cost.steps += this.#at - start;
    level.at = key;
    if (PROTOTYPE_KEYS.has(key))
      throw this.#refuse(
        'structure',
        `The key "${key}" is never taken.`,
        'the keys of this request',
        `Leave out "${key}".`,
      );
    if (level.keys.has(key))
      throw this.#refuse(
        'structure',
        `The key "${shortened(key)}" comes twice in one object.`,
        'each key once',
        `Send "${shortened(key)}" once.`,
      );
    if (level.keys.size >= this.#limits.keys)
      throw this.#refuse(
        'structure',
        'An object has too many keys.',
        `at most ${this.#limits.keys} keys`,
        'Send fewer keys.',
      );
    level.keys.add(key);
  }

  #string(): void {
    const start = this.#at;
    this.#at = endOfString(this.#bytes, start + 1, (at, fault) => {
      this.#at = at;
      return this.#syntax(fault.problem, fault.expected, fault.suggestion);
    });
    this.#cost.steps += this.#at - start;
  }

  #number(): void {
    const start = this.#at;
    const end = endOfNumber(this.#bytes, start);
    this.#cost.steps += end - start;
    if (end - start > MAX_NUMBER)
      throw this.#refuse(
        'structure',
        'A number has too many digits.',
        `at most ${MAX_NUMBER} characters`,
        'Round it: a double holds 17 digits.',
      );
    const text = this.#bytes.toString('latin1', start, end);
    if (!isNumber(text))
      throw this.#syntax(
        'A number is malformed.',
        'a JSON number, e.g. -0.5 or 2e3',
        'Write no leading zero or plus sign.',
      );
    if (!fitsDouble(text))
      throw this.#refuse(
        'structure',
        'A number is out of range.',
        'a number that a double holds (4.9e-324 to 1.8e308)',
        'Send a smaller magnitude, or the number as text where text is taken.',
      );
    this.#at = end;
  }

  #literal(): void {
    const word = LITERALS.find((bytes) => bytes.every((byte, i) => this.#bytes[this.#at + i] === byte));
    this.#cost.steps += 5;
    if (!word) throw this.#valueMissing();
    this.#at += word.length;
  }

  #valueMissing(): RefusalError {
    if (this.#at >= this.#bytes.length)
      return this.#syntax('The body ends too early.', 'a value', 'Close what is open, or send all of the body.');
    return this.#syntax(
      'A value is missing or malformed.',
      'an object, a list, a text in double quotes, a number, true, false or null',
      'Write texts in double quotes; NaN, Infinity and undefined are no JSON.',
    );
  }

  #unclosed({ isObject }: Level): RefusalError {
    const expected = isObject ? 'a comma or }' : 'a comma or ]';
    const problem = this.#at >= this.#bytes.length ? 'The body ends too early.' : 'A comma or a bracket is missing.';
    return this.#syntax(problem, expected, 'Close every list and object that is opened.');
  }

  #skipBlank(): void {
    const start = this.#at;
    for (; ; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) break;
    }
    this.#cost.steps += this.#at - start + 1;
  }

  #syntax(problem: string, expected: string, suggestion: string): RefusalError {
    return this.#refuse('syntax', `${problem.slice(0, -1)} (byte ${this.#at}).`, expected, suggestion);
  }

  #refuse(kind: Refusal['kind'], problem: string, expected: string, suggestion: string): RefusalError {
    const parts = this.#levels.map(({ at }) => at).filter((at) => at !== null);
    return new RefusalError({ kind, pointer: pointerOf(parts), problem, expected, suggestion });
  }
}

/** A key as `JSON.parse` has it. @param start of its first quote  @param end behind its last one */
function keyOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** The grammar of RFC 8259, section 6, for a text of at most {@link MAX_NUMBER} characters. */
const isNumber = (text: string): boolean => /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);

/** False where a double becomes infinite, or zero although the number is not. */
function fitsDouble(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && (value !== 0 || !/[1-9]/.test(text.split(/[eE]/, 1)[0] as string));
}
