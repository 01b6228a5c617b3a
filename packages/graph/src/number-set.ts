/** A set of small whole numbers that takes a bit for each up to the greatest: numbers of removed nodes only become more. */
export class NumberSet {
  #bits = new Uint8Array(0);

  /** @param number >= 0 */
  add(number: number): void {
    const at = number >> 3;
    if (at >= this.#bits.length) {
      const longer = new Uint8Array(Math.ceil((at + 1) * 1.25));
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[at]! |= 1 << (number & 7);
  }

  delete(number: number): void {
    if (this.has(number)) this.#bits[number >> 3]! &= ~(1 << (number & 7));
  }

  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }
}
