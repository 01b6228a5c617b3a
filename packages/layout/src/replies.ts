/** Requests to a worker thread that wait for its reply. */

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

export class Replies<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  #next = 0;

  /** Numbers of the requests that have no reply yet, oldest first. */
  get open(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  /** @param send sends the request under its number */
  ask(send: (id: number) => void): Promise<T> {
    const id = this.#next++;
    const reply = new Promise<T>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    send(id);
    return reply;
  }

  /** Takes a reply; one that nobody waits for any more is dropped. */
  take(id: number, value: T): void {
    this.#waiting.get(id)?.resolve(value);
    this.#waiting.delete(id);
  }

  rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
