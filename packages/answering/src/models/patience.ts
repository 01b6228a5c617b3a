/** How long a call may take and how long to wait before it is tried again. */
import type { Clock, Random } from '@vortexflow/primitives';
import { ModelFailure } from './failure.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS 2015): uniform between nothing and a bound that doubles
 * with each attempt, so that callers who failed together do not come back together. Never less than the endpoint asked.
 *
 * @param attempt from 0
 * @returns ms
 */
export function waitBefore(attempt: number, retryAfterMs: number | null, random: Random): number {
  const jittered = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return (retryAfterMs ?? 0) + jittered;
}

/**
 * `Retry-After` of RFC 9110, section 10.2.3: seconds, or a date.
 * @returns ms from now, or null when the header is missing or makes no sense
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Bounds of one call. */
export interface Limits {
  /** ms, > 0 */
  readonly timeoutMs: number;
  /** The caller has lost interest. */
  readonly signal?: AbortSignal | undefined;
}

/** A deadline and the caller's signal as one. */
export class Patience {
  readonly #clock: Clock;
  readonly #end: number;
  readonly #controller = new AbortController();
  readonly #over = Promise.withResolvers<never>();
  readonly #release: () => void;

  constructor(clock: Clock, { timeoutMs, signal }: Limits) {
    this.#clock = clock;
    this.#end = clock.elapsed() + timeoutMs;
    this.#over.promise.catch(() => undefined);
    const timer = clock.after(timeoutMs, () =>
      this.#finish(new ModelFailure('timeout', { counts: timeoutMs >= FAIR_MS })),
    );
    const abort = (): void => this.#finish(new ModelFailure('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    this.#release = () => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
    };
    if (signal?.aborted) abort();
  }

  /** Aborted with the {@link ModelFailure} that ended the patience. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** ms until the deadline, not below 0. */
  get remaining(): number {
    return Math.max(0, this.#end - this.#clock.elapsed());
  }

  /** Waits for a promise, but no longer than the patience lasts. */
  bound<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#over.promise]);
  }

  /** @throws ModelFailure when the patience ends before the time is over */
  async sleep(ms: number): Promise<void> {
    const slept = Promise.withResolvers<void>();
    const timer = this.#clock.after(ms, slept.resolve);
    try {
      await this.bound(slept.promise);
    } finally {
      timer.cancel();
    }
  }

  /** Lets timer and signal go. */
  end(): void {
    this.#release();
  }

  #finish(failure: ModelFailure): void {
    this.#over.reject(failure);
    this.#controller.abort(failure);
  }
}

/** A caller in more of a hurry than this learns nothing about the endpoint's health, ms. */
const FAIR_MS = 1_000;
