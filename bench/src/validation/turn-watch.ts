/** The longest turn of the event loop: how long others waited at worst, and how much of that was work of this thread. */
export class TurnWatch {
  #longest = 0;
  #longestWork = 0;
  #last = performance.now();
  #lastWork = workOfThread();
  #isOver = false;

  constructor() {
    setImmediate(this.#turn);
  }

  /** The turn under way included. @returns ms; `work` without what the system took the processor away for */
  async end(): Promise<{ readonly held: number; readonly work: number }> {
    await new Promise(setImmediate);
    this.#isOver = true;
    return { held: this.#longest, work: this.#longestWork };
  }

  // Runs in every turn, so the loop never sleeps and a gap is work of somebody's.
  readonly #turn = (): void => {
    const [now, work] = [performance.now(), workOfThread()];
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#longestWork = Math.max(this.#longestWork, work - this.#lastWork);
    [this.#last, this.#lastWork] = [now, work];
    if (!this.#isOver) setImmediate(this.#turn);
  };
}

/** ms */
function workOfThread(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
