/** Which passages hold which stems, growing and shrinking with the passages; BM25 over them. */

import { bm25Impact, idf } from '../text/postings.ts';

interface List {
  readonly passages: number[];
  readonly counts: number[];
  /** Of `passages`, those that are still there. */
  living: number;
}

/** BM25 over numbered stems. Passages are numbered by the caller, upwards. */
export class PassagePostings {
  readonly #lists: (List | undefined)[] = [];
  readonly #lengths: number[] = [];
  readonly #alive: boolean[] = [];
  /** Worked out so far, for as many changes as there were then. */
  #idfs = new Float64Array(1024);
  #idfOf = 0;
  #changes = 0;
  #living = 0;
  #totalLength = 0;

  /** Passages that are there. */
  get size(): number {
    return this.#living;
  }

  /** How often passages came or went: with every time, all idf change. */
  get changes(): number {
    return this.#changes;
  }

  /** Adds a passage under the next number. @param counts weighted count of each stem number */
  add(counts: ReadonlyMap<number, number>): number {
    const passage = this.#lengths.length;
    let length = 0;
    for (const [stem, count] of counts) {
      const list = (this.#lists[stem] ??= { passages: [], counts: [], living: 0 });
      list.passages.push(passage);
      list.counts.push(count);
      list.living++;
      length += count;
    }
    this.#lengths.push(length);
    this.#alive.push(true);
    this.#living++;
    this.#changes++;
    this.#totalLength += length;
    return passage;
  }

  /** Closes the gaps of removed passages. @param numbers the new number of each passage, rising; -1 of a removed one */
  renumber(numbers: Int32Array): void {
    for (const list of this.#lists) if (list) this.#compact(list, numbers);
    this.#lengths.forEach((length, passage) => {
      const number = numbers[passage]!;
      if (number >= 0) this.#lengths[number] = length;
    });
    this.#lengths.length = this.#alive.length = this.#living;
    this.#alive.fill(true);
    this.#changes++;
  }

  /** @param stems those that the passage was added with */
  remove(passage: number, stems: Iterable<number>): void {
    if (!this.#alive[passage]) return;
    this.#alive[passage] = false;
    this.#living--;
    this.#changes++;
    this.#totalLength -= this.#lengths[passage]!;
    for (const stem of stems) {
      const list = this.#lists[stem]!;
      list.living--;
      if (list.living === 0) this.#lists[stem] = undefined;
      else if (list.passages.length > 16 && list.living * 2 < list.passages.length) this.#compact(list);
    }
  }

  isAlive(passage: number): boolean {
    return this.#alive[passage] === true;
  }

  /** How many passages hold a stem. */
  holding(stem: number): number {
    return this.#lists[stem]?.living ?? 0;
  }

  /** Inverse document frequency as in Lucene, > 0. @param stem -1 for one that no passage holds */
  idf(stem: number): number {
    if (this.#idfOf !== this.#changes) {
      this.#idfOf = this.#changes;
      this.#idfs.fill(0);
    }
    const known = this.#idfs[stem];
    if (known !== undefined && known > 0) return known;
    const holding = this.holding(stem);
    const value = idf(this.#living, holding);
    if (stem >= this.#idfs.length) this.#idfs = new Float64Array(Math.ceil((stem + 1) * 1.5));
    if (stem >= 0) this.#idfs[stem] = value;
    return value;
  }

  /** Passages that hold a stem; some of them may have been removed, see {@link isAlive}. */
  passagesWith(stem: number): readonly number[] {
    return this.#lists[stem]?.passages ?? [];
  }

  /** Adds the scores of one stem to `scores`. @param touched gets the passages whose score was 0 */
  score(stem: number, weight: number, scores: Float32Array, touched: number[]): void {
    const list = this.#lists[stem];
    if (!list) return;
    const mean = this.#totalLength / (this.#living || 1);
    const { passages, counts } = list;
    for (let i = 0; i < passages.length; i++) {
      const passage = passages[i]!;
      if (!this.#alive[passage]) continue;
      const before = scores[passage]!;
      if (before === 0) touched.push(passage);
      scores[passage] = before + weight * bm25Impact(counts[i]!, this.#lengths[passage]!, mean);
    }
  }

  /** @param numbers new ones; left out, they stay */
  #compact(list: List, numbers?: Int32Array): void {
    let kept = 0;
    for (let i = 0; i < list.passages.length; i++) {
      const passage = list.passages[i]!;
      if (!this.#alive[passage]) continue;
      list.passages[kept] = numbers?.[passage] ?? passage;
      list.counts[kept++] = list.counts[i]!;
    }
    list.passages.length = kept;
    list.counts.length = kept;
  }
}
