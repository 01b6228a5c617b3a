/** What a thread is busy with, in shared memory: readable even when the thread hangs or is dead. */
import { REASONER_IDS, type ReasonerId } from '../reasoners/catalogue.ts';

/** A question by its number, and the reasoner at work on it. */
export interface Doing {
  readonly id: number;
  readonly reasoner: ReasonerId;
}

/** One writer, the thread itself; any number of readers. A reader may see the next question with the reasoner before. */
export class Progress {
  readonly buffer: SharedArrayBuffer;
  /** Number of the question, then 1 + place of the reasoner; 0: at rest. */
  readonly #cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(8)) {
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

  get doing(): Doing | null {
    const reasoner = REASONER_IDS[Atomics.load(this.#cells, 1) - 1];
    return reasoner === undefined ? null : { id: Atomics.load(this.#cells, 0), reasoner };
  }
}
