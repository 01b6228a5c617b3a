/** Nodes, edges or links between two steps: about a millisecond of work. */
const PER_STEP = 500;

/** Says, of many small pieces of work, after which ones others should have a turn. */
export class Pace {
  #done = 0;

  /** One more is done. */
  turnDue(): boolean {
    return ++this.#done % PER_STEP === 0;
  }
}
