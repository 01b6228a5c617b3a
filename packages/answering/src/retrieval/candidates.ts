/** The candidates of one question and which of its terms each of them has. */
import type { PassageIndex } from '@vortexflow/knowledge';
import type { Query } from './query.ts';

export class Candidates {
  readonly passages: readonly number[];
  /** Place of a passage in `passages`. */
  readonly place: ReadonlyMap<number, number>;
  readonly #terms: number;
  readonly #has: Uint8Array;

  /** @param marks one place for each stem, all 0; left so */
  constructor(index: PassageIndex, query: Query, passages: readonly number[], marks: Float64Array) {
    this.passages = passages;
    this.place = new Map(passages.map((passage, place) => [passage, place]));
    this.#terms = query.terms.length;
    this.#has = new Uint8Array(passages.length * this.#terms);
    query.terms.forEach(({ stem }, term) => (marks[stem] = term + 1));
    passages.forEach((passage, place) => {
      const { stems } = index.passage(passage)!;
      for (let i = 0; i < stems.length; i++) {
        const term = marks[stems[i]!]!;
        if (term > 0) this.#has[place * this.#terms + term - 1] = 1;
      }
    });
    for (const { stem } of query.terms) marks[stem] = 0;
  }

  /** Whether a candidate holds a term of the question. */
  has(place: number, term: number): boolean {
    return this.#has[place * this.#terms + term] === 1;
  }
}
