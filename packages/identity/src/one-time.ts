/** Things that may be used once and not for long. Bounded: when it is full, the oldest goes. */
import type { Clock } from '@vortexflow/primitives';

interface Entry<T> {
  readonly value: T;
  /** On the monotonic clock, ms. */
  readonly until: number;
}

export class OneTime<T> {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #ms: number;
  /** In the order in which they end, because all last equally long. */
  readonly #entries = new Map<string, Entry<T>>();

  /** @param ms how long each lasts  @param most how many there are at a time */
  constructor(clock: Clock, ms: number, most: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#most = most;
  }

  /** Whether one more would push out another that is still good. */
  get isFull(): boolean {
    this.#sweep();
    return this.#entries.size >= this.#most;
  }

  has(id: string): boolean {
    this.#sweep();
    return this.#entries.has(id);
  }

  put(id: string, value: T): void {
    this.#sweep();
    this.#entries.delete(id);
    if (this.#entries.size >= this.#most) this.#entries.delete(this.#entries.keys().next().value as string);
    this.#entries.set(id, { value, until: this.#clock.elapsed() + this.#ms });
  }

  /** Without using it up. */
  peek(id: string): T | undefined {
    this.#sweep();
    return this.#entries.get(id)?.value;
  }

  take(id: string): T | undefined {
    const value = this.peek(id);
    this.#entries.delete(id);
    return value;
  }

  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const [id, { until }] of this.#entries) {
      if (until > now) return;
      this.#entries.delete(id);
    }
  }
}
