import type { Clock, Timer } from '@vortexflow/primitives';
import type { Endpoint } from '../endpoint.ts';
import type { Discovery, Listener } from './contract.ts';

/** What is asked again and again. */
export interface Polled {
  readonly name: string;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** @throws anything: then the endpoints known before stay good */
  readonly read: () => Promise<readonly Endpoint[]>;
}

/** Asks at once and then after each interval; tells of endpoints when they differ from the last ones. */
export class PollingDiscovery implements Discovery {
  readonly name: string;
  readonly #polled: Polled;
  #timer: Timer | undefined;
  #isClosed = false;
  #last: string | null = null;

  constructor(polled: Polled) {
    this.name = polled.name;
    this.#polled = polled;
  }

  start(listener: Listener): void {
    void this.#poll(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #poll(listener: Listener): Promise<void> {
    const { clock, intervalMs } = this.#polled;
    try {
      const endpoints = await this.#polled.read();
      if (!this.#isClosed) this.#tell(listener, endpoints);
    } catch (failure) {
      if (!this.#isClosed) listener.onFailure(failure);
    }
    if (!this.#isClosed) this.#timer = clock.after(intervalMs, () => void this.#poll(listener));
  }

  #tell(listener: Listener, endpoints: readonly Endpoint[]): void {
    const text = JSON.stringify(endpoints);
    if (text === this.#last) return;
    listener.onEndpoints(endpoints);
    this.#last = text;
  }
}
