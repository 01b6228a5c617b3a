/**
 * A circuit breaker (M. Nygard, "Release It!", 2007) with the criteria of resilience4j: the share of failures and the
 * share of slow calls among the calls of a window, here of time; besides, failures in a row for callers too rare for
 * shares. After a while a few trial calls show whether the circuit may close again.
 */
import type { Clock } from '@vortexflow/primitives';
import { refusal, resilienceError } from './errors.ts';
import type { BreakerPolicy } from './policy.ts';
import { SlidingSums } from './sliding-sums.ts';

/** `closed`: calls go through. `open`: they fail at once. `half_open`: a few are let through to see. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** What outlives a restart; plain JSON. */
export interface BreakerSnapshot {
  readonly version: 1;
  /** `half_open` is kept as `open` with nothing left to wait. */
  readonly state: 'closed' | 'open';
  /** Wall-clock time of the snapshot, ms since the Unix epoch. */
  readonly savedAt: number;
  /** ms until trial calls were to be let through. */
  readonly openForMs: number;
  /** How often in a row trials have failed. */
  readonly failedTrials: number;
  readonly inARow: number;
  /** Of the window. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Told of every change of the state. */
export type OnBreakerChange = (to: BreakerState, from: BreakerState) => void;

/** No permit: the call must not be made. */
export const NO_PERMIT = 0;

const CALLS = 0;
const FAILURES = 1;
const SLOW = 2;

export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  readonly #clock: Clock;
  readonly #onChange: OnBreakerChange | undefined;
  readonly #window: SlidingSums;
  #state: BreakerState = 'closed';
  /** Number of the current state, from 1: what was permitted in an earlier one says nothing about this one. */
  #era = 1;
  #inARow = 0;
  /** While open: when trials may begin. While half open: when those that have not come back are given up. */
  #until = 0;
  #failedTrials = 0;
  #trialsOut = 0;
  #trialsGood = 0;
  #trialsBad = 0;

  constructor(policy: BreakerPolicy, clock: Clock, onChange?: OnBreakerChange) {
    this.#policy = policy;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#window = new SlidingSums(3, policy.windowMs, clock.elapsed());
  }

  /** What holds now: an open circuit whose time is over is half open, though nobody has tried yet. */
  get state(): BreakerState {
    return this.#state === 'open' && this.#clock.elapsed() >= this.#until ? 'half_open' : this.#state;
  }

  /** Whether {@link acquire} would give a permit now. Changes nothing. */
  permits(now = this.#clock.elapsed()): boolean {
    if (this.#state === 'closed') return true;
    if (now >= this.#until) return true;
    return this.#state === 'half_open' && this.#trialsLeft > 0;
  }

  /** A permit for one call, to be given back with exactly one of the methods below; or {@link NO_PERMIT}. */
  acquire(at?: number): number {
    // Without a look at the clock, which is a good part of what a closed breaker costs.
    if (this.#state === 'closed') return this.#era;
    const now = at ?? this.#clock.elapsed();
    if (!this.permits(now)) return NO_PERMIT;
    // Trials that were given up: others take their place.
    if (now >= this.#until) this.#tryOut(now);
    this.#trialsOut++;
    return this.#era;
  }

  /** The call worked and took `ms`. */
  succeed(permit: number, ms: number, now = this.#clock.elapsed()): void {
    if (permit !== this.#era) return;
    const isSlow = ms >= this.#policy.slowMs;
    if (this.#state === 'half_open') {
      this.#judge(!isSlow, now);
      return;
    }
    this.#inARow = 0;
    this.#window.add(CALLS, 1, now);
    if (!isSlow) return;
    this.#window.add(SLOW, 1, now);
    if (this.#isTooBad(now)) this.#open(now);
  }

  /** The call failed in a way that speaks against the other side. */
  fail(permit: number, now = this.#clock.elapsed()): void {
    if (permit !== this.#era) return;
    if (this.#state === 'half_open') {
      this.#judge(false, now);
      return;
    }
    this.#inARow++;
    this.#window.add(CALLS, 1, now);
    this.#window.add(FAILURES, 1, now);
    if (this.#isTooBad(now)) this.#open(now);
  }

  /** The call ended without showing anything: it was given up, or never reached the other side. */
  release(permit: number): void {
    if (permit === this.#era && this.#state === 'half_open') this.#trialsOut--;
  }

  /**
   * Calls `work` if the circuit lets it; what it throws speaks against the other side.
   * @throws CodedError `circuit_open`, or what `work` throws
   */
  async execute<T>(work: () => T | Promise<T>): Promise<T> {
    const isTimed = this.#policy.slowMs < Infinity;
    const start = isTimed ? this.#clock.elapsed() : 0;
    const permit = this.acquire();
    if (permit === NO_PERMIT) throw refusal('circuit_open');
    try {
      const value = await work();
      const now = this.#clock.elapsed();
      this.succeed(permit, isTimed ? now - start : 0, now);
      return value;
    } catch (failure) {
      this.fail(permit);
      throw failure;
    }
  }

  /** What to keep over a restart. */
  snapshot(): BreakerSnapshot {
    const now = this.#clock.elapsed();
    return {
      version: 1,
      state: this.#state === 'closed' ? 'closed' : 'open',
      savedAt: this.#clock.now(),
      openForMs: this.#state === 'open' ? Math.max(0, this.#until - now) : 0,
      failedTrials: this.#failedTrials,
      inARow: this.#inARow,
      calls: this.#window.sum(CALLS, now),
      failures: this.#window.sum(FAILURES, now),
      slow: this.#window.sum(SLOW, now),
    };
  }

  /**
   * Takes up what {@link snapshot} kept. Time that has passed since counts; a window older than its span does not.
   * @throws CodedError `state_invalid`; then nothing has changed
   */
  restore(kept: BreakerSnapshot): void {
    const problem = problemOf(kept);
    if (problem !== undefined) throw resilienceError('state_invalid', { problem });
    const now = this.#clock.elapsed();
    // A wall clock that was set back must not hold a circuit open for ever.
    const passed = Math.max(0, this.#clock.now() - kept.savedAt);
    this.#window.clear();
    this.#inARow = kept.inARow;
    this.#failedTrials = kept.failedTrials;
    if (passed < this.#policy.windowMs) {
      this.#window.add(CALLS, kept.calls, now);
      this.#window.add(FAILURES, kept.failures, now);
      this.#window.add(SLOW, kept.slow, now);
    }
    this.#until = now + Math.min(this.#policy.maxOpenMs, Math.max(0, kept.openForMs - passed));
    this.#become(kept.state);
  }

  get #trialsLeft(): number {
    return this.#policy.trialCalls - this.#trialsOut - this.#trialsGood - this.#trialsBad;
  }

  #isTooBad(now: number): boolean {
    const { consecutiveFailures, minCalls, failureRate, slowRate } = this.#policy;
    if (this.#inARow >= consecutiveFailures) return true;
    const calls = this.#window.sum(CALLS, now);
    if (calls < minCalls) return false;
    return (
      this.#window.sum(FAILURES, now) >= failureRate * calls ||
      (this.#window.sum(SLOW, now) > 0 && this.#window.sum(SLOW, now) >= slowRate * calls)
    );
  }

  #open(now: number): void {
    const { openMs, maxOpenMs } = this.#policy;
    this.#until = now + Math.min(maxOpenMs, openMs * 2 ** this.#failedTrials);
    this.#become('open');
  }

  #tryOut(now: number): void {
    this.#until = now + this.#policy.openMs;
    this.#trialsOut = 0;
    this.#trialsGood = 0;
    this.#trialsBad = 0;
    this.#become('half_open');
  }

  #judge(isGood: boolean, now: number): void {
    this.#trialsOut--;
    if (isGood) this.#trialsGood++;
    else this.#trialsBad++;
    if (this.#trialsBad > this.#policy.trialFailures) {
      this.#failedTrials++;
      this.#open(now);
    } else if (this.#trialsGood + this.#trialsBad >= this.#policy.trialCalls) {
      this.#failedTrials = 0;
      this.#inARow = 0;
      this.#window.clear();
      this.#become('closed');
    }
  }

  #become(state: BreakerState): void {
    const from = this.#state;
    this.#state = state;
    this.#era++;
    if (state !== from) this.#onChange?.(state, from);
  }
}

function problemOf(kept: BreakerSnapshot): string | undefined {
  if (typeof kept !== 'object' || kept === null) return 'it is no object';
  if (kept.version !== 1) return 'its version is not 1';
  if (kept.state !== 'closed' && kept.state !== 'open') return 'state must be closed or open';
  const counts = ['savedAt', 'openForMs', 'failedTrials', 'inARow', 'calls', 'failures', 'slow'] as const;
  const wrong = counts.find((name) => !(Number.isFinite(kept[name]) && kept[name] >= 0));
  if (wrong !== undefined) return `${wrong} must be a number >= 0`;
  return kept.failures > kept.calls || kept.slow > kept.calls ? 'more failures or slow calls than calls' : undefined;
}
