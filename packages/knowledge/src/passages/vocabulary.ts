/** All words of the passages, numbered, so that texts are arrays of numbers and names are walks through a trie. */
import { stem, STOP_WORDS } from '../text/analysis.ts';

/** Share of its occurrences in which a word is written with a capital, for words never seen. */
const UNSEEN_CAPITAL_SHARE = 0.5;

/** Grows with the passages; numbers are never given out anew. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  readonly #stemNumbers = new Map<string, number>();
  readonly #stemTexts: string[] = [];
  readonly #words: string[] = [];
  readonly #stems: number[] = [];
  readonly #seen: number[] = [];
  readonly #capital: number[] = [];
  readonly #byLength: number[][] = [];

  get size(): number {
    return this.#words.length;
  }

  get stemCount(): number {
    return this.#stemNumbers.size;
  }

  /** @returns the number of a normal-form word, or -1 */
  find(word: string): number {
    return this.#numbers.get(word) ?? -1;
  }

  /** The number of a word; a new one when it is met for the first time. */
  number(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.length;
    this.#numbers.set(word, number);
    this.#words.push(word);
    this.#stems.push(this.#stemNumber(word));
    this.#seen.push(0);
    this.#capital.push(0);
    (this.#byLength[word.length] ??= []).push(number);
    return number;
  }

  word(number: number): string {
    return this.#words[number]!;
  }

  /** Number of the stem of a word, -1 for words that carry no topic. */
  stemOf(number: number): number {
    return this.#stems[number]!;
  }

  /** The same for all forms of a word, `carrier` and `carriers`; words of grammar stand for themselves. >= 0 */
  formOf(number: number): number {
    const stem = this.#stems[number]!;
    return stem < 0 ? 2 * number + 1 : 2 * stem;
  }

  /** The stem of a form, -1 for one of grammar; see {@link formOf}. */
  static stemOfForm(form: number): number {
    return form % 2 === 0 ? form / 2 : -1;
  }

  /** @returns the number of a stem, or -1 when no passage has it */
  findStem(text: string): number {
    return this.#stemNumbers.get(text) ?? -1;
  }

  stemText(stem: number): string {
    return this.#stemTexts[stem]!;
  }

  /** Notes one occurrence in a running text, not at the start of a sentence. @param times -1 takes it back */
  see(number: number, capital: boolean, times: 1 | -1 = 1): void {
    this.#seen[number]! += times;
    if (capital) this.#capital[number]! += times;
  }

  /** Share of its occurrences within sentences that begin with a capital, smoothed: near 1 for names. 0 to 1. */
  capitalShare(number: number): number {
    return (this.#capital[number]! + UNSEEN_CAPITAL_SHARE) / (this.#seen[number]! + 1);
  }

  /** Words of a length, by number. */
  ofLength(length: number): readonly number[] {
    return this.#byLength[length] ?? [];
  }

  #stemNumber(word: string): number {
    if (STOP_WORDS.has(word)) return -1;
    const text = stem(word);
    const known = this.#stemNumbers.get(text);
    if (known !== undefined) return known;
    const number = this.#stemNumbers.size;
    this.#stemNumbers.set(text, number);
    this.#stemTexts.push(text);
    return number;
  }
}
