/** Work that one end of a connection asks for, done one after the other; worth nothing once the connection is another. */
export class ConnectionQueue {
  readonly #onFailure: (failure: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #connection = 0;

  /** @param onFailure told of what a job throws; those after it are done all the same */
  constructor(onFailure: (failure: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /**
   * A job whose turn comes under another connection is not begun.
   * @param job told how to see, after each wait, whether it is still wanted
   */
  add(job: (isCurrent: () => boolean) => void | Promise<void>): void {
    const connection = this.#connection;
    const isCurrent = (): boolean => connection === this.#connection;
    this.#tail = this.#tail.then(() => (isCurrent() ? job(isCurrent) : undefined)).catch(this.#onFailure);
  }

  /** The connection has ended, or another one has begun. */
  renew(): void {
    this.#connection++;
  }

  /** Resolves when all jobs so far are done. */
  get idle(): Promise<void> {
    return this.#tail;
  }
}
