/** Searching the immutable index and the entries that were added since, as one. */
import { DictionaryReader } from '../image/strings.ts';
import { AddedPostings, type Terms } from './added-postings.ts';
import { bm25Impact, countTerms, idf, type Postings } from './postings.ts';

/** Entries in order of score. */
export interface Hit {
  readonly node: number;
  /** BM25 score, >= 0; comparable within one search only. */
  readonly score: number;
}

/** A query term with its weight. */
export interface WeightedTerm {
  readonly term: string;
  readonly idf: number;
}

/** Longest query that is scored in full: of more terms, the rarest are used. */
const MAX_QUERY_TERMS = 48;

/** A term in more than this share of all entries cannot tell entries apart; it only costs time. */
const COMMON_SHARE = 0.1;

/** One thread's search over shared postings plus its own added entries. Not for concurrent use. */
export class TextSearch {
  readonly #base: Postings;
  readonly #dictionary: DictionaryReader;
  readonly #added = new AddedPostings();
  #scores: Float32Array;
  /** Entries with a score, the first {@link #touchedCount} of them. */
  #touched = new Uint32Array(1024);
  #touchedCount = 0;

  constructor(base: Postings) {
    this.#base = base;
    this.#dictionary = new DictionaryReader(base.dictionary);
    this.#scores = new Float32Array(base.entries);
  }

  /** Number of entries that can be found. */
  get entries(): number {
    return this.#base.entries + this.#added.size;
  }

  /** Makes an entry searchable. Adding a node again replaces its entry. */
  add(node: number, names: readonly string[], text: string): void {
    for (const _ of this.addSteps(node, names, text));
  }

  /** {@link add} in steps; none of the entry can be found until the last one. @yields characters that are done */
  *addSteps(node: number, names: readonly string[], text: string): Generator<number, void, undefined> {
    this.#added.add(node, yield* countTerms(names, text));
    if (node >= this.#scores.length) this.#scores = new Float32Array(Math.ceil((node + 1) * 1.5));
  }

  /** Takes an added entry out of the index. */
  remove(node: number): void {
    this.#added.remove(node);
  }

  /** Terms of an added entry, those of its names included; none of another one. Holds until the next change. */
  termsOf(node: number): Terms {
    return this.#added.termsOf(node);
  }

  /** How telling a term is: its idf over all entries. An unknown term has the highest idf there is. */
  idfOf(term: string): number {
    return idf(this.entries, this.#holding(term));
  }

  /** True when some entry holds the term. */
  knows(term: string): boolean {
    return this.#dictionary.find(term) >= 0 || this.#added.holding(term) > 0;
  }

  /** Weighs query terms: distinct, rarest first, at most as many as one search uses. */
  weigh(queryTerms: readonly string[]): WeightedTerm[] {
    const weighted = [...new Set(queryTerms)].map((term) => ({ term, idf: this.idfOf(term) }));
    return weighted.sort((a, b) => b.idf - a.idf).slice(0, MAX_QUERY_TERMS);
  }

  /**
   * The best entries for the terms. O(postings of the terms).
   *
   * @param limit most hits to return
   */
  search(query: readonly WeightedTerm[], limit: number): Hit[] {
    // A term that nobody holds tells nothing: alone, it must not make the others look common.
    const known = query
      .map((one) => ({ ...one, holding: this.#holding(one.term) }))
      .filter(({ holding }) => holding > 0);
    const telling = known.filter(({ holding }) => holding <= this.entries * COMMON_SHARE);
    for (const { term, idf: weight } of telling.length > 0 ? telling : known) {
      this.#scoreBase(term, weight);
      this.#scoreAdded(term, weight);
    }
    return this.#collect(limit);
  }

  #holding(term: string): number {
    const number = this.#dictionary.find(term);
    const { offsets } = this.#base;
    const base = number < 0 ? 0 : (offsets[number + 1] as number) - (offsets[number] as number);
    return base + this.#added.holding(term);
  }

  #scoreBase(term: string, weight: number): void {
    const number = this.#dictionary.find(term);
    if (number < 0) return;
    const { offsets, nodes, impacts } = this.#base;
    const scores = this.#scores;
    const start = offsets[number] as number;
    const end = offsets[number + 1] as number;
    this.#makeRoom(end - start);
    const touched = this.#touched;
    let count = this.#touchedCount;
    // Written out: a call for each posting would cost more than the posting.
    for (let place = start; place < end; place++) {
      const node = nodes[place] as number;
      const before = scores[node] as number;
      if (before === 0) touched[count++] = node;
      scores[node] = before + weight * (impacts[place] as number);
    }
    this.#touchedCount = count;
  }

  #scoreAdded(term: string, weight: number): void {
    const { meanLength } = this.#added;
    this.#makeRoom(this.#added.holding(term));
    this.#added.forEach(term, (node, count, length) => {
      const before = this.#scores[node] as number;
      if (before === 0) this.#touched[this.#touchedCount++] = node;
      this.#scores[node] = before + weight * bm25Impact(count, length, meanLength);
    });
  }

  #makeRoom(more: number): void {
    const needed = this.#touchedCount + more;
    if (needed <= this.#touched.length) return;
    const longer = new Uint32Array(2 * needed);
    longer.set(this.#touched.subarray(0, this.#touchedCount));
    this.#touched = longer;
  }

  /**
   * Takes the best out of the touched entries and wipes the scores for the next search. Equal scores go by node number,
   * because the order of touching depends on the history of the added entries, which differs between threads.
   */
  #collect(limit: number): Hit[] {
    const scores = this.#scores;
    const best: Hit[] = [];
    const isBetter = (score: number, node: number, than: Hit): boolean =>
      score > than.score || (score === than.score && node < than.node);
    for (let i = 0; i < this.#touchedCount; i++) {
      const node = this.#touched[i] as number;
      const score = scores[node] as number;
      scores[node] = 0;
      const worst = best[best.length - 1];
      if (best.length === limit && worst && !isBetter(score, node, worst)) continue;
      let place = best.length;
      while (place > 0 && isBetter(score, node, best[place - 1] as Hit)) place--;
      best.splice(place, 0, { node, score });
      if (best.length > limit) best.pop();
    }
    this.#touchedCount = 0;
    return best;
  }
}
