/**
 * Bits in 16-bit words, lowest first, and runs of small numbers in Golomb-Rice codes: a number v with parameter k is
 * v >> k zeros, a one, and the k low bits of v. Near the entropy of geometrically distributed numbers when 2^k is near
 * their mean, and written and read with a shift or two.
 *
 * R. F. Rice: Some practical universal noiseless coding techniques (JPL 79-22, 1979).
 */
import { FrameFormatError } from './header.ts';

const WORD = 16;
const PARAMETER_BITS = 4;
/** In place of a parameter: all numbers of the run are zero, and nothing follows. */
const ALL_ZERO = 15;
const MAX_PARAMETER = 14;

/** Longest code of one number: up to 16 zeros that mark an escape, then 32 bits. */
export const MAX_CODE_BITS = WORD + 32;
/** Bits before a run. */
export const RUN_OVERHEAD_BITS = PARAMETER_BITS;

/** 2^k <= mean * ln 2: half of the numbers are shorter than 2^k, which is where a code is shortest on average. */
function parameterFor(mean: number): number {
  const wanted = mean * Math.LN2;
  return wanted < 1 ? 0 : Math.min(MAX_PARAMETER, 31 - Math.clz32(wanted));
}

/** Writes from a place in a buffer on. Never checks for the end: the caller provides room for the worst case. */
export class BitWriter {
  readonly #words: Uint16Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(words: Uint16Array) {
    this.#words = words;
  }

  /** Continues at a word. */
  seek(word: number): void {
    this.#at = word;
    this.#held = 0;
    this.#count = 0;
  }

  /** @param bits 0 to 16; `value` has no more */
  put(value: number, bits: number): void {
    this.#held |= value << this.#count;
    this.#count += bits;
    if (this.#count < WORD) return;
    this.#words[this.#at++] = this.#held;
    this.#held >>>= WORD;
    this.#count -= WORD;
  }

  /** Writes `values[0 .. length)`, each 0 .. 2^31 - 1, with the parameter that suits their sum. */
  putRun(values: Int32Array, length: number, sum: number): void {
    if (sum === 0) return this.put(ALL_ZERO, PARAMETER_BITS);
    const k = parameterFor(sum / length);
    this.put(k, PARAMETER_BITS);
    const words = this.#words;
    const mask = (1 << k) - 1;
    const escape = WORD - k;
    let [at, held, count] = [this.#at, this.#held, this.#count];
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      const zeros = value >>> k;
      if (zeros < escape) {
        held |= (((value & mask) << 1) | 1) << (zeros + count);
        count += zeros + 1 + k;
      } else {
        count += escape;
        if (count >= WORD) {
          words[at++] = held;
          held >>>= WORD;
          count -= WORD;
        }
        held |= (value & 0xffff) << count;
        words[at++] = held;
        held = (held >>> WORD) | ((value >>> WORD) << count);
        count += WORD;
      }
      // Without a branch, as nothing can foretell when a word is full. A word that is not will be written again.
      words[at] = held;
      const full = count >> 4;
      at += full;
      held >>>= full << 4;
      count &= WORD - 1;
    }
    this.#at = at;
    this.#held = held;
    this.#count = count;
  }

  /** Fills the last word with zeros. @returns the word behind it */
  end(): number {
    if (this.#count > 0) this.#words[this.#at++] = this.#held;
    this.#held = 0;
    this.#count = 0;
    return this.#at;
  }
}

/** Reads what {@link BitWriter} wrote. Beyond the end it reads zeros; {@link BitReader.end} then throws. */
export class BitReader {
  readonly #words: Uint16Array;
  readonly #end: number;
  #at: number;
  #held = 0;
  #count = 0;

  /** Reads words `start` to before `end`. */
  constructor(words: Uint16Array, start: number, end: number) {
    this.#words = words;
    this.#at = start;
    this.#end = end;
  }

  /** @param bits 0 to 16 */
  get(bits: number): number {
    if (this.#count < WORD) {
      this.#held |= this.#next() << this.#count;
      this.#count += WORD;
    }
    const value = this.#held & ((1 << bits) - 1);
    this.#held >>>= bits;
    this.#count -= bits;
    return value;
  }

  #next(): number {
    const at = this.#at++;
    return at < this.#end ? this.#words[at]! : 0;
  }

  /** Fills `values[0 .. length)`. */
  getRun(values: Int32Array, length: number): void {
    const k = this.get(PARAMETER_BITS);
    if (k === ALL_ZERO) {
      values.fill(0, 0, length);
      return;
    }
    const [words, end] = [this.#words, this.#end];
    const mask = (1 << k) - 1;
    const escape = WORD - k;
    let [at, held, count] = [this.#at, this.#held, this.#count];
    for (let i = 0; i < length; i++) {
      if (count < WORD) {
        held |= (at < end ? words[at]! : 0) << count;
        at++;
        count += WORD;
      }
      const zeros = held === 0 ? WORD : 31 - Math.clz32(held & -held);
      if (zeros < escape) {
        const code = held >>> (zeros + 1);
        values[i] = (zeros << k) | (code & mask);
        held = code >>> k;
        count -= zeros + 1 + k;
        continue;
      }
      held >>>= escape;
      count -= escape;
      // The escaped 32 bits lie in the bits held and the next three words.
      let value = 0;
      for (let got = 0; got < 2; got++) {
        if (count < WORD) {
          held |= (at < end ? words[at]! : 0) << count;
          at++;
          count += WORD;
        }
        value |= (held & 0xffff) << (got * WORD);
        held >>>= WORD;
        count -= WORD;
      }
      values[i] = value;
    }
    this.#at = at;
    this.#held = held;
    this.#count = count;
  }

  /** @throws FrameFormatError unless all words have been read, and no more */
  end(): void {
    const read = this.#at - (this.#count >> 4);
    if (read !== this.#end) throw new FrameFormatError(`a block ends ${this.#end - read} words off its length`);
  }
}
