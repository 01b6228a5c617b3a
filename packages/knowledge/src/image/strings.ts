/**
 * Strings in flat shared memory: one block of UTF-8 and the place where each begins. Several threads read the same
 * block; a string is decoded only when somebody asks for it.
 */
import type { Allocate } from '@vortexflow/graph';

/** A list of strings: string i is the bytes offsets[i] .. offsets[i + 1]. */
export interface FlatStrings {
  readonly bytes: Uint8Array;
  /** Length count + 1. */
  readonly offsets: Uint32Array;
}

/** Packs strings one behind the other. A lone surrogate becomes U+FFFD, as always in UTF-8. */
export function packStrings(strings: readonly string[], allocate: Allocate): FlatStrings {
  // Half a surrogate pair at the end of one string must not join with the other half at the start of the next.
  const joined = Buffer.from(strings.map((text) => text.toWellFormed()).join(''), 'utf8');
  const offsets = new Uint32Array(allocate((strings.length + 1) * 4));
  for (let i = 0; i < strings.length; i++) {
    offsets[i + 1] = (offsets[i] as number) + Buffer.byteLength(strings[i] as string, 'utf8');
  }
  const bytes = new Uint8Array(allocate(joined.length));
  bytes.set(joined);
  return { bytes, offsets };
}

/** Reads strings of a {@link FlatStrings} list. */
export class StringReader {
  readonly #text: Buffer;
  readonly #offsets: Uint32Array;

  constructor(strings: FlatStrings) {
    this.#text = Buffer.from(strings.bytes.buffer, strings.bytes.byteOffset, strings.bytes.byteLength);
    this.#offsets = strings.offsets;
  }

  get count(): number {
    return this.#offsets.length - 1;
  }

  /** @throws RangeError when there is no string of that number */
  get(index: number): string {
    if (!(index >= 0 && index < this.count)) throw new RangeError(`no string ${index}`);
    return this.#text.toString('utf8', this.#offsets[index], this.#offsets[index + 1]);
  }
}

/** Strings that can be found by value: open addressing, at most half full, FNV-1a hashes (Fowler, Noll, Vo). */
export interface FlatDictionary extends FlatStrings {
  /** String number + 1 in each slot, 0 for an empty one; a power of two long. */
  readonly slots: Uint32Array;
}

/** Packs distinct strings for lookup. A repeated string is found under its first number. */
export function packDictionary(strings: readonly string[], allocate: Allocate): FlatDictionary {
  const { bytes, offsets } = packStrings(strings, allocate);
  let size = 4;
  while (size < strings.length * 2) size *= 2;
  const slots = new Uint32Array(allocate(size * 4));
  for (let i = 0; i < strings.length; i++) {
    let slot = hashBytes(bytes, offsets[i] as number, offsets[i + 1] as number) & (size - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = i + 1;
  }
  return { bytes, offsets, slots };
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

/** Finds and reads strings of a {@link FlatDictionary}. */
export class DictionaryReader extends StringReader {
  readonly #dictionary: FlatDictionary;
  #scratch = Buffer.alloc(256);

  constructor(dictionary: FlatDictionary) {
    super(dictionary);
    this.#dictionary = dictionary;
  }

  /** @returns the number of the string, or -1 when it is not there */
  find(text: string): number {
    const { length } = text;
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return this.#findEncoded(text);
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    const { slots } = this.#dictionary;
    const mask = slots.length - 1;
    for (let slot = (hash >>> 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] as number;
      if (entry === 0) return -1;
      if (this.#isAscii(entry - 1, text)) return entry - 1;
    }
  }

  /** Whether a string is that text, which is plain ASCII: its bytes are its character codes. */
  #isAscii(index: number, text: string): boolean {
    const { bytes, offsets } = this.#dictionary;
    const start = offsets[index] as number;
    const { length } = text;
    if ((offsets[index + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  #findEncoded(text: string): number {
    if (text.length * 3 > this.#scratch.length) this.#scratch = Buffer.alloc(text.length * 3);
    const length = this.#scratch.write(text, 'utf8');
    const { slots } = this.#dictionary;
    const mask = slots.length - 1;
    for (let slot = hashBytes(this.#scratch, 0, length) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] as number;
      if (entry === 0) return -1;
      if (this.#equals(entry - 1, length)) return entry - 1;
    }
  }

  #equals(index: number, length: number): boolean {
    const { bytes, offsets } = this.#dictionary;
    const start = offsets[index] as number;
    if ((offsets[index + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (bytes[start + i] !== this.#scratch[i]) return false;
    return true;
  }
}
