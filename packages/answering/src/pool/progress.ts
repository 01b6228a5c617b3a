/** What a thread is busy with, in shared memory: readable even when the thread hangs or is dead. */
import { REASONER_IDS, type ReasonerId } from '../reasoners/catalogue.ts';

const RING_AT = 3;
/** More questions than ever wait for one thread; a power of 2. */
const RING = 4_096;
const placeOf = (id: number): number => RING_AT + (id & (RING - 1));

/** A question by its number, and the reasoner at work on it. */
export interface Doing {
  readonly id: number;
  readonly reasoner: ReasonerId;
}

/**
 * What is done is written by the thread alone, what is void by the main thread. A reader may see the next question with
 * the reasoner before. Numbers of questions are 32 bits long and begin anew behind the last one.
 */
export class Progress {
  readonly buffer: SharedArrayBuffer;
  /**
   * Number of the question, then 1 + place of the reasoner, 0: at rest; then the last number that is void; then a ring
   * of the numbers that nobody waits for.
   */
  readonly #cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(4 * (RING_AT + RING))) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  begin(id: number, reasoner: ReasonerId): void {
    Atomics.store(this.#cells, 0, id);
    Atomics.store(this.#cells, 1, 1 + REASONER_IDS.indexOf(reasoner));
  }

  end(): void {
    Atomics.store(this.#cells, 1, 0);
  }

  /** All questions up to this one have been given to others: what is not begun of them must not be. */
  void(upTo: number): void {
    Atomics.store(this.#cells, 2, upTo);
  }

  isVoid(id: number): boolean {
    // A difference of 32 bits, so that it holds where numbers begin anew.
    return ((Atomics.load(this.#cells, 2) - id) | 0) >= 0;
  }

  /** Nobody waits for this question any more. Forgotten when {@link RING} later ones have been given up. */
  abandon(id: number): void {
    Atomics.store(this.#cells, placeOf(id), id);
  }

  isAbandoned(id: number): boolean {
    return Atomics.load(this.#cells, placeOf(id)) === id;
  }

  get doing(): Doing | null {
    const reasoner = REASONER_IDS[Atomics.load(this.#cells, 1) - 1];
    return reasoner === undefined ? null : { id: Atomics.load(this.#cells, 0), reasoner };
  }
}
