/** A map with a bound on entries and on bytes: what was not used for longest goes first. O(1) per call. */

export interface Bounds {
  readonly entries: number;
  /** As counted by the caller: {@link BoundedMap.set}. */
  readonly bytes: number;
}

interface Held<V> {
  readonly value: V;
  readonly bytes: number;
}

/** Least recently used out. An entry larger than the whole bound is not kept at all. */
export class BoundedMap<V> {
  readonly #bounds: Bounds;
  /** A Map keeps the order of insertion; a use inserts anew. */
  readonly #held = new Map<string, Held<V>>();
  /** Goes on where it was: a new one would pass all places that were given up, again for each entry that goes. */
  #oldest = this.#held.keys();
  #bytes = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The value, which counts as used now. */
  get(key: string): V | undefined {
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held.value;
  }

  /** @param bytes what the entry takes, its key included, roughly */
  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.#bounds.bytes || this.#bounds.entries < 1) return;
    this.#held.set(key, { value, bytes });
    this.#bytes += bytes;
    while (this.#held.size > this.#bounds.entries || this.#bytes > this.#bounds.bytes) this.#dropOldest();
  }

  delete(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    this.#bytes -= held.bytes;
  }

  clear(): void {
    this.#held.clear();
    this.#oldest = this.#held.keys();
    this.#bytes = 0;
  }

  /** All that the iterator has passed is gone, or has been put behind it. */
  #dropOldest(): void {
    const { value, done } = this.#oldest.next();
    if (done) this.#oldest = this.#held.keys();
    else this.delete(value);
  }
}

/**
 * Bytes that plain data takes in memory, roughly: two a character, eight a number, sixteen an object or a field. Linear.
 */
export function sizeOf(data: unknown): number {
  if (typeof data === 'string') return 16 + 2 * data.length;
  if (typeof data !== 'object' || data === null) return 8;
  let bytes = 16;
  if (Array.isArray(data)) for (const item of data) bytes += sizeOf(item);
  else for (const key in data) bytes += 16 + sizeOf((data as Record<string, unknown>)[key]);
  return bytes;
}
