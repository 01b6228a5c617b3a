/** What was worked out for the words in use: bounded, and full soon, so that it soon takes what it will always take. */
export class KeptWords<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();
  /** A ring: the next one to make room stands at {@link #next}. */
  readonly #order: string[] = [];
  #next = 0;

  /** @param most words, > 0 */
  constructor(most: number) {
    this.#most = most;
  }

  get(word: string): Value | undefined {
    return this.#values.get(word);
  }

  /** Keeps the value of a word that has none yet. When there are enough, the word kept first is forgotten. */
  add(word: string, value: Value): void {
    const oldest = this.#order[this.#next];
    if (oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(word, value);
    this.#order[this.#next] = word;
    this.#next = (this.#next + 1) % this.#most;
  }
}
