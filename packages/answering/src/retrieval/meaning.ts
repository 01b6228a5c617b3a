/** How near the sentences of passages are to a question in meaning, where they need not share a word. */
import { dotBytes, type PassageIndex, quantiseTo, TEXT_SCALE } from '@vortexflow/knowledge';
import type { Query } from './query.ts';
import { topOf } from './top.ts';

/** Cosine from which on a passage may be about what is asked; among thousands, chance brings about as much. */
const NEAR = 0.4;

/** For one question. Everything is 0 without word vectors. */
export class Meaning {
  readonly #index: PassageIndex;
  readonly #query: Query;
  #wanted: Int8Array | null = null;

  constructor(index: PassageIndex, query: Query) {
    this.#index = index;
    this.#query = query;
  }

  /** Sets which terms of the question are looked for, besides the words that no passage has. */
  want(isWanted: (term: number) => boolean): void {
    const { vectors } = this.#index;
    this.#wanted = null;
    if (!vectors) return;
    const { words } = vectors;
    const sum = new Float32Array(words.dimensions);
    const add = (row: number, weight: number): void => words.addTo(sum, row, weight * words.weightOf(row));
    let found = this.#query.unknown.length > 0;
    for (const row of this.#query.unknown) add(row, this.#index.postings.idf(-1));
    this.#query.terms.forEach(({ stem, weight }, term) => {
      const row = isWanted(term) ? vectors.rowOf(stem) : -1;
      if (row < 0) return;
      add(row, weight);
      found = true;
    });
    if (found) quantiseTo((this.#wanted = new Int8Array(words.dimensions)), 0, sum);
  }

  /** Cosine of what is looked for and the nearest sentence of a passage, 0 to 1. */
  nearest(passage: number): number {
    const wanted = this.#wanted;
    if (!wanted) return 0;
    const d = wanted.length;
    const { vectors } = this.#index.passage(passage)!;
    let best = 0;
    for (let at = d; at < vectors.length; at += d) best = Math.max(best, dotBytes(vectors, at, wanted, 0, d));
    return best / TEXT_SCALE ** 2;
  }

  /** The passages with a sentence nearest to all of the question, nearest first. O(sentences * dimensions) */
  nearestOfAll(most: number): { passage: number; cosine: number }[] {
    this.want(() => true);
    if (!this.#wanted) return [];
    const index = this.#index;
    const near: number[] = [];
    const cosines = new Float32Array(index.capacity);
    for (let passage = 0; passage < index.capacity; passage++) {
      if (!index.passage(passage)) continue;
      cosines[passage] = this.nearest(passage);
      if (cosines[passage]! >= NEAR) near.push(passage);
    }
    return topOf(near, most, (passage) => cosines[passage]!).map((passage) => ({ passage, cosine: cosines[passage]! }));
  }
}
