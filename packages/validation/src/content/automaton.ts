/**
 * All tokens found in one pass (Aho and Corasick, 1975: Efficient string matching). The transitions are complete, so a
 * symbol costs one look-up and one step for each token that ends there: at most the longest token's length.
 */
import { SYMBOL_COUNT } from './symbols.ts';

/** State before the first symbol. */
export const START = 0;
/** In place of a token or a state where there is none. */
export const NONE = -1;

export class Automaton {
  /** State behind a symbol: `next[state * SYMBOL_COUNT + symbol]`. */
  readonly next: Uint16Array | Int32Array;
  /** Token that ends in a state, or NONE. */
  readonly token: Int32Array;
  /** Nearest other state whose token ends here too, or NONE. */
  readonly shorter: Int32Array;

  /** @param tokens sequences of symbols, each once; their places become their numbers. O(symbols of all tokens) */
  constructor(tokens: readonly Uint8Array[]) {
    const most = tokens.reduce((sum, { length }) => sum + length, 1);
    // Tokens that begin alike share states, so there are far fewer than symbols.
    let next = new Int32Array(Math.min(most, 1024) * SYMBOL_COUNT).fill(NONE);
    const token = new Int32Array(most).fill(NONE);
    let states = 1;
    tokens.forEach((symbols, number) => {
      if (symbols.length === 0) throw new RangeError('a token is empty');
      let state = START;
      for (const symbol of symbols) {
        const at = state * SYMBOL_COUNT + symbol;
        if (next[at] === NONE) next[at] = states++;
        if (states * SYMBOL_COUNT > next.length) next = doubled(next);
        state = next[at] as number;
      }
      token[state] = number;
    });
    this.token = token.slice(0, states);
    this.shorter = new Int32Array(states).fill(NONE);
    const whole = next.subarray(0, states * SYMBOL_COUNT);
    this.#complete(whole, states);
    // Half the memory, and more of it in the processor's cache.
    this.next = states <= 65_536 ? Uint16Array.from(whole) : whole.slice();
  }

  /** Breadth first: what fails goes where the longest suffix that is a beginning goes. */
  #complete(next: Int32Array, states: number): void {
    const { token, shorter } = this;
    const failure = new Int32Array(states);
    const queue = new Int32Array(states);
    let [head, tail] = [0, 1];
    while (head < tail) {
      const state = queue[head++] as number;
      const suffix = failure[state] as number;
      for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
        const at = state * SYMBOL_COUNT + symbol;
        const beyond = state === START ? START : (next[suffix * SYMBOL_COUNT + symbol] as number);
        const child = next[at] as number;
        if (child === NONE) next[at] = beyond;
        else {
          failure[child] = beyond;
          shorter[child] = token[beyond] === NONE ? (shorter[beyond] as number) : beyond;
          queue[tail++] = child;
        }
      }
    }
  }
}

function doubled(table: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * table.length).fill(NONE, table.length);
  larger.set(table);
  return larger;
}
