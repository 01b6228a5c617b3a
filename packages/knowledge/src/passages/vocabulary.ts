/** All words of the passages, numbered, so that texts are arrays of numbers and names are walks through a trie. */
import { ownWord, stem, STOP_WORDS } from '../text/analysis.ts';

/** Share of its occurrences in which a word is written with a capital, for words never seen. */
const UNSEEN_CAPITAL_SHARE = 0.5;

/**
 * Knows the words that passages use at the time: a word that is not used any more is forgotten, and a later one gets its
 * number. So what it takes follows the passages that are there, not all that ever were.
 */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  readonly #stemNumbers = new Map<string, number>();
  readonly #stemTexts: string[] = [];
  /** How many words have a stem. */
  readonly #stemUses: number[] = [];
  readonly #words: string[] = [];
  readonly #uses: number[] = [];
  readonly #stems: number[] = [];
  readonly #seen: number[] = [];
  readonly #capital: number[] = [];
  readonly #byLength: Set<number>[] = [];
  /** Numbers to be given out again. */
  readonly #freeWords: number[] = [];
  readonly #freeStems: number[] = [];

  /** Words that are used. */
  get size(): number {
    return this.#numbers.size;
  }

  /** One more than the greatest number of a stem. */
  get stemCapacity(): number {
    return this.#stemTexts.length;
  }

  /** @returns the number of a normal-form word, or -1 when no passage uses it */
  find(word: string): number {
    return this.#numbers.get(word) ?? -1;
  }

  /** The number of a word, and one more use of it. */
  use(word: string): number {
    const number = this.#numbers.get(word) ?? this.#add(word);
    this.#uses[number]!++;
    return number;
  }

  /**
   * Takes uses back. Words without a use are forgotten, and so are stems without a word.
   *
   * @param words numbers, each as often as it was used
   * @returns the stems that are forgotten
   */
  release(words: Iterable<number>): number[] {
    const stems: number[] = [];
    for (const word of words) {
      if (--this.#uses[word]! > 0) continue;
      this.#forget(word);
      const stem = this.#stems[word]!;
      if (stem < 0 || --this.#stemUses[stem]! > 0) continue;
      this.#stemNumbers.delete(this.#stemTexts[stem]!);
      this.#freeStems.push(stem);
      stems.push(stem);
    }
    return stems;
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

  /** Numbers of the words of a length, in no order to rely on. */
  ofLength(length: number): Iterable<number> {
    return this.#byLength[length] ?? [];
  }

  #add(written: string): number {
    const word = ownWord(written);
    const number = this.#freeWords.pop() ?? this.#words.length;
    this.#numbers.set(word, number);
    this.#words[number] = word;
    this.#uses[number] = this.#seen[number] = this.#capital[number] = 0;
    this.#stems[number] = this.#stemNumber(word);
    (this.#byLength[word.length] ??= new Set()).add(number);
    return number;
  }

  #forget(number: number): void {
    const word = this.#words[number]!;
    this.#numbers.delete(word);
    this.#byLength[word.length]!.delete(number);
    this.#freeWords.push(number);
  }

  /** Counts the word among those of its stem. */
  #stemNumber(word: string): number {
    if (STOP_WORDS.has(word)) return -1;
    const text = stem(word);
    let number = this.#stemNumbers.get(text);
    if (number === undefined) {
      number = this.#freeStems.pop() ?? this.#stemTexts.length;
      this.#stemNumbers.set(text, number);
      this.#stemTexts[number] = text;
      this.#stemUses[number] = 0;
    }
    this.#stemUses[number]!++;
    return number;
  }
}
