/** Names as walks through a trie of word numbers; the longest one that fits is found in as many steps as it has words. */

/** Who bears a name. */
export interface Bearer {
  readonly passage: number;
  readonly trust: number;
  /** Word numbers that tell this bearer from others. */
  readonly qualifier: readonly number[];
}

/** Room for forms of words in a key: 2^26 of them, and 2^27 states below 2^53. */
const WORDS = 2 ** 26;
const ROOT = 0;

export class AliasTrie {
  readonly #next = new Map<number, number>();
  readonly #bearers = new Map<number, Bearer[]>();
  #states = 1;

  /** Notes a name. Each passage bears a name once. */
  add(words: ArrayLike<number>, bearer: Bearer): void {
    let state = ROOT;
    for (let at = 0; at < words.length; at++) {
      const key = state * WORDS + words[at]!;
      let next = this.#next.get(key);
      if (next === undefined) this.#next.set(key, (next = this.#states++));
      state = next;
    }
    const bearers = this.#bearers.get(state);
    if (bearers) bearers.push(bearer);
    else this.#bearers.set(state, [bearer]);
  }

  /** Takes a name from a passage. Harmless when it did not bear it. */
  remove(words: ArrayLike<number>, passage: number): void {
    const state = this.#walk(words);
    const left = this.#bearers.get(state)?.filter((bearer) => bearer.passage !== passage);
    if (!left) return;
    if (left.length > 0) this.#bearers.set(state, left);
    else this.#bearers.delete(state);
  }

  /**
   * The longest name that begins at a word.
   *
   * @param end index behind the last word that may be part of it
   * @returns its length in words and who bears it, or null
   */
  longest(words: ArrayLike<number>, at: number, end: number): { length: number; bearers: readonly Bearer[] } | null {
    let state = ROOT;
    let best: { length: number; bearers: readonly Bearer[] } | null = null;
    for (let i = at; i < end; i++) {
      const next = this.#next.get(state * WORDS + words[i]!);
      if (next === undefined) break;
      state = next;
      const bearers = this.#bearers.get(state);
      if (bearers) best = { length: i + 1 - at, bearers };
    }
    return best;
  }

  /** The state that these words lead to, or -1. */
  #walk(words: ArrayLike<number>): number {
    let state = ROOT;
    for (let at = 0; at < words.length; at++) {
      const next = this.#next.get(state * WORDS + words[at]!);
      if (next === undefined) return -1;
      state = next;
    }
    return state;
  }
}
