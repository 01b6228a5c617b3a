/** What texts are about as vectors: the mean of their words, each counting by how telling it is (Arora, Liang, Ma 2017). */
import { quantiseTo, type WordVectors } from '../vectors/word-vectors.ts';
import { SENTENCE, type WordRow } from './passage.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One thread's vectors for the stems of a vocabulary. */
export class TextVectors {
  readonly words: WordVectors;
  readonly #vocabulary: Vocabulary;
  /** Row of each stem + 1; 0 for those not looked for yet, -1 for those without. */
  #rows = new Int32Array(1024);

  constructor(words: WordVectors, vocabulary: Vocabulary) {
    this.words = words;
    this.#vocabulary = vocabulary;
  }

  /** Stems whose numbers may mean others from now on. */
  forget(stems: readonly number[]): void {
    for (const stem of stems) this.#rows[stem] = 0;
  }

  /** Row of a stem's vector, or -1. @param stem number in the vocabulary, -1 for words of grammar */
  rowOf(stem: number): number {
    if (stem < 0) return -1;
    if (stem >= this.#rows.length) {
      const rows = new Int32Array(Math.ceil(stem * 1.5) + 1);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    const known = this.#rows[stem]!;
    if (known !== 0) return known > 0 ? known - 1 : -1;
    const row = this.words.find(this.#vocabulary.stemText(stem));
    this.#rows[stem] = row >= 0 ? row + 1 : -1;
    return row;
  }

  /**
   * The vector of a whole text, then those of its sentences, one behind the other: signed bytes of length 127, zeros
   * where no word has a vector. O(words * dimensions).
   */
  of(title: WordRow, { words, marks }: WordRow): Int8Array {
    const { dimensions } = this.words;
    let sentences = 0;
    for (const mark of marks) if ((mark & SENTENCE) !== 0) sentences++;
    const result = new Int8Array((1 + sentences) * dimensions);
    const all = new Float32Array(dimensions);
    const sum = new Float32Array(dimensions);
    for (const word of title.words) this.#add(all, word);
    let at = 0;
    for (let i = 0; i < words.length; i++) {
      if ((marks[i]! & SENTENCE) !== 0 && i > 0) at = this.#close(result, at, sum, all);
      this.#add(sum, words[i]!);
    }
    if (words.length > 0) this.#close(result, at, sum, all);
    quantiseTo(result, 0, all);
    return result;
  }

  #close(result: Int8Array, at: number, sum: Float32Array, all: Float32Array): number {
    const next = at + sum.length;
    quantiseTo(result, next, sum);
    for (let k = 0; k < sum.length; k++) all[k]! += sum[k]!;
    sum.fill(0);
    return next;
  }

  #add(sum: Float32Array, word: number): void {
    const row = this.rowOf(this.#vocabulary.stemOf(word));
    if (row >= 0) this.words.addTo(sum, row, this.words.weightOf(row));
  }
}
