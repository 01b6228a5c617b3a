/**
 * Tier 3: how much a text looks like an attack on whatever may read it next: a linear model over weighted tokens, the
 * worst window of the text counts. It flags; it does not know what a text is for. O(characters), no backtracking.
 */
import { Automaton, NONE, START } from './automaton.ts';
import { decode } from './decode.ts';
import { fold } from './fold.ts';
import { ATTACK_CLASSES, type AttackClass, type ContentModel, symbolNumbers } from './model.ts';
import { repetitionOf } from './repetition.ts';
import { SYMBOL_COUNT, symbolsOf } from './symbols.ts';

/** Symbols of a block; a window is two blocks, and begins at each. */
export const BLOCK = 128;
/** What is scanned of a text, characters from its begin: more than any question has. */
export const MAX_SCANNED = 16_384;

/** Short texts are remembered, for questions that are asked again and again: so many of at most so many characters. */
const REMEMBERED = { texts: 1_024, length: 512 } as const;

export interface ContentFinding {
  /** Of the worst window, in hundredths; of a text that repeats itself, the threshold. */
  readonly score: number;
  readonly isFlagged: boolean;
  /** Of a flagged text: what it looks most like. */
  readonly attack: AttackClass | null;
}

/** The readings of a text: as it is, and without its disguises where it has any. Symbols of each. */
export function readingsOf(text: string): Uint8Array[] {
  const scanned = text.slice(0, MAX_SCANNED);
  const bare = fold(decode(scanned));
  const readings = [symbolsOf(scanned)];
  if (bare !== scanned.toLowerCase()) readings.push(symbolsOf(bare.slice(0, 2 * MAX_SCANNED)));
  return readings;
}

/** One scanner a thread: it counts in arrays of its own. */
export class ContentScanner {
  readonly #automaton: Automaton;
  readonly #weights: Float64Array;
  readonly #classes: Uint8Array;
  readonly #bias: number;
  readonly #threshold: number;
  /** The latest block in which each token was found; blocks are numbered through all texts. */
  readonly #seen: Float64Array;
  #block = 1;
  readonly #known = new Map<string, ContentFinding>();

  constructor({ tokens, bias, threshold }: ContentModel) {
    this.#automaton = new Automaton(tokens.map(({ token }) => symbolNumbers(token)));
    this.#weights = Float64Array.from(tokens, ({ weight }) => weight);
    this.#classes = Uint8Array.from(tokens, ({ attack }) => ATTACK_CLASSES.indexOf(attack));
    this.#bias = bias;
    this.#threshold = threshold;
    this.#seen = new Float64Array(tokens.length);
  }

  scan(text: string): ContentFinding {
    if (text.length > REMEMBERED.length) return this.#look(text);
    const known = this.#known.get(text);
    if (known) return known;
    const finding = this.#look(text);
    // All at once: what is asked often is soon there again, and nothing has to be kept in order.
    if (this.#known.size >= REMEMBERED.texts) this.#known.clear();
    this.#known.set(text, finding);
    return finding;
  }

  #look(text: string): ContentFinding {
    let worst = { score: -Infinity, from: 0, to: 0 };
    let reading: Uint8Array = new Uint8Array();
    for (const symbols of readingsOf(text)) {
      const repeated = repetitionOf(symbols);
      if (repeated) return { score: this.#threshold, isFlagged: true, attack: repeated };
      const window = this.#worstWindow(symbols);
      if (window.score > worst.score) [worst, reading] = [window, symbols];
    }
    const isFlagged = worst.score >= this.#threshold;
    const attack = isFlagged ? this.#attackOf(reading.subarray(worst.from, worst.to)) : null;
    return { score: Math.round(worst.score), isFlagged, attack };
  }

  /** The sum of a window is that of its blocks, less what both of them have. */
  #worstWindow(symbols: Uint8Array): { score: number; from: number; to: number } {
    let worst = { score: -Infinity, from: 0, to: 0 };
    let state = START;
    let before = 0;
    // So that the first block shares nothing with the last one of another text.
    this.#block += 2;
    for (let from = 0; from < symbols.length; from += BLOCK) {
      const to = Math.min(symbols.length, from + BLOCK);
      this.#block++;
      let [sum, shared] = [0, 0];
      for (let i = from; i < to; i++) {
        state = this.#automaton.next[state * SYMBOL_COUNT + (symbols[i] as number)] as number;
        for (let at = state; at !== NONE; at = this.#automaton.shorter[at] as number) {
          const token = this.#automaton.token[at] as number;
          if (token === NONE) continue;
          const seen = this.#seen[token] as number;
          if (seen === this.#block) continue;
          const weight = this.#weights[token] as number;
          if (seen === this.#block - 1) shared += weight;
          sum += weight;
          this.#seen[token] = this.#block;
        }
      }
      const begin = Math.max(0, from - BLOCK);
      const isWhole = from > 0 || to === symbols.length;
      const score = this.#bias + (before + sum - shared) / Math.sqrt(to - begin);
      if (isWhole && score > worst.score) worst = { score, from: begin, to };
      before = sum;
    }
    return worst;
  }

  /** The class whose tokens speak loudest. */
  #attackOf(window: Uint8Array): AttackClass {
    const { next, shorter, token } = this.#automaton;
    const sums = new Float64Array(ATTACK_CLASSES.length);
    let state = START;
    this.#block += 2;
    for (const symbol of window) {
      state = next[state * SYMBOL_COUNT + symbol] as number;
      for (let at = state; at !== NONE; at = shorter[at] as number) {
        const found = token[at] as number;
        if (found === NONE || this.#seen[found] === this.#block) continue;
        this.#seen[found] = this.#block;
        sums[this.#classes[found] as number]! += Math.max(0, this.#weights[found] as number);
      }
    }
    return ATTACK_CLASSES[sums.indexOf(Math.max(...sums))] as AttackClass;
  }
}
