/** How much single sentences have in common with a question. */
import { type PassageIndex, sentenceBounds } from '@vortexflow/knowledge';
import type { Query } from './query.ts';

/** For one question; remembers what it has looked at. */
export class SentenceRelevance {
  readonly #index: PassageIndex;
  readonly #weights: ReadonlyMap<number, number>;
  readonly #total: number;
  readonly #known = new Map<number, number>();

  constructor(index: PassageIndex, query: Query) {
    this.#index = index;
    this.#weights = new Map(query.terms.map(({ stem, weight }) => [stem, weight]));
    this.#total = query.total || 1;
  }

  /** Of the sentence in which a passage names another. @param link index into graph.out @returns 0 to 1 */
  ofLink(passage: number, link: number): number {
    const known = this.#known.get(link);
    if (known !== undefined) return known;
    const value = this.#of(passage, this.#index.graph.out.places[link]!);
    this.#known.set(link, value);
    return value;
  }

  #of(passage: number, at: number): number {
    const { text } = this.#index.passage(passage)!;
    const { first, next } = sentenceBounds(text, at);
    const seen = new Set<number>();
    let sum = 0;
    for (let i = first; i < next; i++) {
      const stem = this.#index.vocabulary.stemOf(text.words[i]!);
      const weight = stem < 0 ? undefined : this.#weights.get(stem);
      if (weight === undefined || seen.has(stem)) continue;
      seen.add(stem);
      sum += weight;
    }
    return sum / this.#total;
  }
}
