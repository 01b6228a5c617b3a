/**
 * Which added entries hold which terms, growing and shrinking with them. Lists of numbers take half the memory of a set for
 * each term and a map for each entry.
 */

import { ownWord } from './analysis.ts';

/** Terms of an entry, as far as they are asked for. */
export type Terms = Pick<ReadonlySet<string>, 'has' | 'size'>;

interface Entry {
  readonly node: number;
  /** Numbers of its terms, rising. */
  readonly terms: Uint32Array;
  /** Weighted count of all its terms. */
  readonly length: number;
}

/** Who holds a term: numbers of entries, and its weighted count in each. Some of them may have gone. */
interface List {
  readonly term: string;
  entries: number[];
  counts: number[];
  living: number;
}

/** Shorter lists are not cleared of those that have gone. */
const SHORT = 16;
/** Gaps in the numbers of entries are closed when there are more of them than entries, and at least so many. */
const FEWEST_GAPS = 1024;

export class AddedPostings {
  readonly #numbers = new Map<string, number>();
  readonly #lists: (List | undefined)[] = [];
  /** Numbers of terms that nobody holds any more. */
  readonly #free: number[] = [];
  readonly #byNode = new Map<number, number>();
  readonly #fewestGaps: number;
  #entries: (Entry | undefined)[] = [];
  #length = 0;

  /** @param fewestGaps see {@link FEWEST_GAPS}; for tests */
  constructor(fewestGaps = FEWEST_GAPS) {
    this.#fewestGaps = fewestGaps;
  }

  /** Entries that are there. */
  get size(): number {
    return this.#byNode.size;
  }

  /** Mean length of an entry. */
  get meanLength(): number {
    return this.#length / (this.size || 1);
  }

  /** Adds an entry, or replaces it. @param counts weighted count of each term */
  add(node: number, counts: ReadonlyMap<string, number>): void {
    this.remove(node);
    const number = this.#entries.length;
    const terms = new Uint32Array(counts.size);
    let length = 0;
    let at = 0;
    for (const [term, count] of counts) {
      const list = this.#lists[(terms[at++] = this.#numberOf(term))]!;
      list.entries.push(number);
      list.counts.push(count);
      list.living++;
      length += count;
    }
    this.#entries.push({ node, terms: terms.sort(), length });
    this.#byNode.set(node, number);
    this.#length += length;
  }

  /** Takes an entry out. Harmless when there is none. */
  remove(node: number): void {
    const number = this.#byNode.get(node);
    if (number === undefined) return;
    const { terms, length } = this.#entries[number]!;
    this.#byNode.delete(node);
    this.#entries[number] = undefined;
    this.#length -= length;
    for (const term of terms) this.#leave(term);
    if (this.#entries.length - this.size >= Math.max(this.#fewestGaps, this.size)) this.#closeGaps();
  }

  /** How many entries hold a term. */
  holding(term: string): number {
    return this.#listOf(term)?.living ?? 0;
  }

  /** Tells of every entry that holds a term, its weighted count there and the entry's length. */
  forEach(term: string, tell: (node: number, count: number, length: number) => void): void {
    const list = this.#listOf(term);
    if (!list) return;
    for (let i = 0; i < list.entries.length; i++) {
      const entry = this.#entries[list.entries[i]!];
      if (entry) tell(entry.node, list.counts[i]!, entry.length);
    }
  }

  /** Of an entry; none when it is not there. Holds until the next change. */
  termsOf(node: number): Terms {
    const entry = this.#entries[this.#byNode.get(node) ?? -1];
    if (!entry) return new Set();
    const has = (term: string): boolean => isIn(entry.terms, this.#numbers.get(term) ?? -1);
    return { has, size: entry.terms.length };
  }

  #listOf(term: string): List | undefined {
    const number = this.#numbers.get(term);
    return number === undefined ? undefined : this.#lists[number];
  }

  #numberOf(written: string): number {
    const known = this.#numbers.get(written);
    if (known !== undefined) return known;
    const term = ownWord(written);
    const number = this.#free.pop() ?? this.#lists.length;
    this.#numbers.set(term, number);
    this.#lists[number] = { term, entries: [], counts: [], living: 0 };
    return number;
  }

  #leave(number: number): void {
    const list = this.#lists[number]!;
    list.living--;
    if (list.living === 0) {
      this.#numbers.delete(list.term);
      this.#lists[number] = undefined;
      this.#free.push(number);
    } else if (list.entries.length > SHORT && list.living * 2 < list.entries.length) this.#clear(list);
  }

  /** @param numbers new numbers of the entries, rising; their own by default */
  #clear(list: List, numbers: Int32Array | null = null): void {
    let kept = 0;
    for (let i = 0; i < list.entries.length; i++) {
      const entry = list.entries[i]!;
      if (!this.#entries[entry]) continue;
      list.entries[kept] = numbers?.[entry] ?? entry;
      list.counts[kept++] = list.counts[i]!;
    }
    list.entries.length = list.counts.length = kept;
  }

  /** O(all), which as many removals have paid for. */
  #closeGaps(): void {
    const numbers = new Int32Array(this.#entries.length);
    const entries = this.#entries.filter((entry) => entry !== undefined);
    let next = 0;
    this.#entries.forEach((entry, old) => {
      if (!entry) return;
      this.#byNode.set(entry.node, next);
      numbers[old] = next++;
    });
    for (const list of this.#lists) if (list) this.#clear(list, numbers);
    this.#entries = entries;
  }
}

/** Whether a number is in a rising list. */
function isIn(list: Uint32Array, number: number): boolean {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle]! < number) from = middle + 1;
    else to = middle;
  }
  return list[from] === number;
}
