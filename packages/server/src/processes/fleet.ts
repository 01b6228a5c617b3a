/** The serving processes that there are now, and which of them takes a request. */
import type { Clock } from '@vortexflow/primitives';
import type { ServingProcess } from './serving-process.ts';

/** Who can take a request: only the leader, or any process that answers questions. */
export type Need = 'leader' | 'any';

export class Fleet {
  readonly #clock: Clock;
  readonly #processes = new Set<ServingProcess>();
  readonly #waiting = new Set<() => void>();

  /** Told whenever something has changed. */
  onChange: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get processes(): readonly ServingProcess[] {
    return [...this.#processes].sort((a, b) => a.number - b.number);
  }

  add(serving: ServingProcess): void {
    this.#processes.add(serving);
    this.changed();
  }

  remove(serving: ServingProcess): void {
    this.#processes.delete(serving);
    this.changed();
  }

  /** Something that {@link pick} looks at has changed. */
  changed(): void {
    for (const wake of this.#waiting) wake();
    this.onChange();
  }

  /**
   * The process with the least to do of those that can take a request; null when there is none. One that has fallen
   * silent, fails what it is asked, or may know something else than the leader, comes last, in this order.
   * @param except those that have been tried
   */
  pick(need: Need, except: ReadonlySet<ServingProcess> = NONE): ServingProcess | null {
    let best: ServingProcess | null = null;
    for (const serving of this.#processes) {
      if (serving.state !== 'ready' || except.has(serving)) continue;
      if (need === 'leader' && serving.kind !== 'leader') continue;
      if (!best || cost(serving) < cost(best)) best = serving;
    }
    return best;
  }

  /** The same, for a request that it gets: of several with as little to do, each has its turn. */
  take(need: Need, except: ReadonlySet<ServingProcess> = NONE): ServingProcess | null {
    const best = this.pick(need, except);
    // The last in the set is the last to be found first.
    if (best && this.#processes.delete(best)) this.#processes.add(best);
    return best;
  }

  /** The same, waiting for one until the deadline on the clock. */
  async await(need: Need, deadline: number, signal: AbortSignal): Promise<ServingProcess | null> {
    for (;;) {
      const serving = this.take(need);
      const left = deadline - this.#clock.elapsed();
      if (serving || left <= 0 || signal.aborted) return serving;
      await this.#change(left, signal);
    }
  }

  #change(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = this.#clock.after(ms, wake);
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

const NONE: ReadonlySet<ServingProcess> = new Set();
/** More than any process is ever given. */
const LAST = 1e9;

const cost = ({ attempts, isSuspect, breaker, isStale, isBehind }: ServingProcess): number =>
  attempts.size + (isSuspect ? 4 * LAST : 0) + (breaker.permits() ? 0 : 2 * LAST) + (isStale || isBehind ? LAST : 0);
