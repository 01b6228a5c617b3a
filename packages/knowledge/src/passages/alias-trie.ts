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
  /** How many states follow each one. */
  readonly #following: number[] = [0];
  /** Numbers of states to be given out again. */
  readonly #free: number[] = [];

  /** Notes a name. Each passage bears a name once. */
  add(words: ArrayLike<number>, bearer: Bearer): void {
    let state = ROOT;
    for (let at = 0; at < words.length; at++) {
      const key = state * WORDS + words[at]!;
      let next = this.#next.get(key);
      if (next === undefined) {
        this.#next.set(key, (next = this.#newState()));
        this.#following[state]!++;
      }
      state = next;
    }
    const bearers = this.#bearers.get(state);
    if (bearers) bearers.push(bearer);
    else this.#bearers.set(state, [bearer]);
  }

  /** Takes a name from a passage. Harmless when it did not bear it. */
  remove(words: ArrayLike<number>, passage: number): void {
    const path = this.#walk(words);
    const state = path[words.length] ?? -1;
    const left = this.#bearers.get(state)?.filter((bearer) => bearer.passage !== passage);
    if (!left) return;
    if (left.length > 0) return void this.#bearers.set(state, left);
    this.#bearers.delete(state);
    this.#prune(words, path);
  }

  /** @param numbers the new number of each passage */
  renumber(numbers: Int32Array): void {
    for (const bearers of this.#bearers.values())
      bearers.forEach((bearer, i) => {
        const passage = numbers[bearer.passage]!;
        if (passage !== bearer.passage) bearers[i] = { ...bearer, passage };
      });
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

  /** The states that these words lead through, the root first; fewer when no name goes on so. */
  #walk(words: ArrayLike<number>): number[] {
    const path = [ROOT];
    for (let at = 0; at < words.length; at++) {
      const next = this.#next.get(path[at]! * WORDS + words[at]!);
      if (next === undefined) break;
      path.push(next);
    }
    return path;
  }

  #newState(): number {
    const state = this.#free.pop() ?? this.#following.length;
    this.#following[state] = 0;
    return state;
  }

  /** Gives up the states at the end of a path that lead nowhere. */
  #prune(words: ArrayLike<number>, path: readonly number[]): void {
    for (let at = words.length; at > 0; at--) {
      const state = path[at]!;
      if (this.#following[state]! > 0 || this.#bearers.has(state)) return;
      this.#next.delete(path[at - 1]! * WORDS + words[at - 1]!);
      this.#following[path[at - 1]!]!--;
      this.#free.push(state);
    }
  }
}
