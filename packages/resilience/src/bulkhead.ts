/** Someone who waits for a place. */
export interface Waiter {
  /** Called when it has got a place. */
  enter(): void;
}

/**
 * A bound on calls under way and on those that wait, first come, first served. A waiter can leave at any time in O(1),
 * so that one whose deadline is over keeps nobody out.
 */
export class Bulkhead {
  readonly #limit: number;
  readonly #queueLimit: number;
  /** In order of arrival. */
  readonly #queue = new Set<Waiter>();
  #active = 0;
  #isAdmitting = false;

  constructor(limit: number, queueLimit: number) {
    this.#limit = limit;
    this.#queueLimit = queueLimit;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Takes a place if one is free. */
  tryEnter(): boolean {
    if (this.#active >= this.#limit) return false;
    this.#active++;
    return true;
  }

  /** Waits for a place. @returns false when too many wait already */
  wait(waiter: Waiter): boolean {
    if (this.#queue.size >= this.#queueLimit) return false;
    this.#queue.add(waiter);
    return true;
  }

  /** Stops waiting. */
  giveUp(waiter: Waiter): void {
    this.#queue.delete(waiter);
  }

  /** Gives a place back; those that wait get it in their order. */
  leave(): void {
    this.#active--;
    // A waiter may leave as soon as it has entered: then this loop goes on, and not the stack.
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    for (const waiter of this.#queue) {
      if (this.#active >= this.#limit) break;
      this.#queue.delete(waiter);
      this.#active++;
      waiter.enter();
    }
    this.#isAdmitting = false;
  }
}
