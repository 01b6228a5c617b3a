/** Vectors of stems: how near two words are in what they mean, as far as the company they keep tells it. */
import { LONGEST_KEPT } from '../text/analysis.ts';
import { KeptWords } from '../text/kept-words.ts';
import { readVectors, VECTOR_LENGTH, type WordVectorData } from './file.ts';

/** Bytes; a longer one has no vector. */
const LONGEST_STEM = 256;
/** About 1 MB for each thread. */
const MOST_FOUND = 12_000;

/** Reads {@link WordVectorData}; one thread's view of memory that all share. */
export class WordVectors {
  readonly data: WordVectorData;
  readonly dimensions: number;
  readonly #sought = Buffer.alloc(LONGEST_STEM);
  /** Rows that were found lately: texts use the same words again and again. */
  readonly #found = new KeptWords<number>(MOST_FOUND);

  constructor(data: WordVectorData) {
    this.data = data;
    this.dimensions = data.dimensions;
  }

  get count(): number {
    return this.data.weights.length;
  }

  /** @returns the row of a stem, or -1. O(log n), and O(1) for words in use */
  find(stem: string): number {
    const known = this.#found.get(stem);
    if (known !== undefined) return known;
    if (stem.length * 3 > LONGEST_STEM) return -1;
    const row = this.#search(stem);
    if (stem.length > LONGEST_KEPT) return row;
    this.#found.add(stem, row);
    return row;
  }

  #search(stem: string): number {
    const length = this.#sought.write(stem, 'utf8');
    let [low, high] = [0, this.count - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = this.#compare(middle, length);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** Order of the bytes of a stem and the one that is sought. */
  #compare(row: number, length: number): number {
    const { bytes, offsets } = this.data.stems;
    const start = offsets[row]!;
    const own = offsets[row + 1]! - 1 - start;
    for (let i = 0; i < own && i < length; i++) {
      const difference = bytes[start + i]! - this.#sought[i]!;
      if (difference !== 0) return difference;
    }
    return own - length;
  }

  /** How telling a stem is by itself, 0 to 1: little for the most frequent ones. */
  weightOf(row: number): number {
    return this.data.weights[row]! / 255;
  }

  /** Adds a vector of length `factor` in the direction of a stem to a sum. */
  addTo(sum: Float32Array, row: number, factor: number): void {
    const { rows } = this.data;
    const times = factor / VECTOR_LENGTH;
    const start = row * this.dimensions;
    for (let k = 0; k < sum.length; k++) sum[k]! += times * rows[start + k]!;
  }

  /** Cosine of two stems, -1 to 1 but for a hundredth that rounding costs. */
  similarity(left: number, right: number): number {
    const { rows } = this.data;
    const d = this.dimensions;
    return dotBytes(rows, left * d, rows, right * d, d) / VECTOR_LENGTH ** 2;
  }
}

/** Dot product of two vectors of signed bytes that begin at given places. */
export function dotBytes(left: Int8Array, from: number, right: Int8Array, at: number, dimensions: number): number {
  let sum = 0;
  for (let k = 0; k < dimensions; k++) sum += left[from + k]! * right[at + k]!;
  return sum;
}

/** Length that vectors of texts have as bytes: their dot product is their cosine times its square. */
export const TEXT_SCALE = 127;

/** Writes a sum of vectors as signed bytes of length {@link TEXT_SCALE}; zeros when it is zero. */
export function quantiseTo(target: Int8Array, at: number, sum: Float32Array): void {
  let square = 0;
  for (let k = 0; k < sum.length; k++) square += sum[k]! ** 2;
  const scale = square > 0 ? TEXT_SCALE / Math.sqrt(square) : 0;
  for (let k = 0; k < sum.length; k++) target[at + k] = Math.round(sum[k]! * scale);
}

let packaged: WordVectors | null = null;

/**
 * The vectors that come with the package, read once for a thread.
 *
 * @throws CodedError `vectors_unreadable`
 */
export function englishVectors(): WordVectors {
  return (packaged ??= new WordVectors(readVectors(new URL('../../data/english.vectors', import.meta.url))));
}
