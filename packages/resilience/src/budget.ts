/**
 * A budget of additional calls after Finagle's `RetryBudget`: each call brings a share of a credit that lives for a
 * while, a floor a second is there besides for those who call seldom, and each additional call takes one credit. So
 * however many calls fail, additional ones within a life are at most share * calls + floor, and an upstream that is
 * down is not held down by retries.
 */
import type { Clock } from '@vortexflow/primitives';
import type { BudgetPolicy } from './policy.ts';
import { SlidingSums } from './sliding-sums.ts';

const CREDITS = 0;
/** Sums of many shares may miss a whole credit by what a double cannot hold. */
const ROUNDING = 1e-6;

export class CallBudget {
  readonly #share: number;
  readonly #floor: number;
  readonly #clock: Clock;
  readonly #credits: SlidingSums;

  constructor({ share, minPerSecond, lifeMs }: BudgetPolicy, clock: Clock) {
    this.#share = share;
    this.#floor = (minPerSecond * lifeMs) / 1_000;
    this.#clock = clock;
    this.#credits = new SlidingSums(1, lifeMs, clock.elapsed());
  }

  /** Credits that could be withdrawn now; with a fraction. Below 0 after calls have fallen off. */
  get balance(): number {
    return this.#floor + this.#credits.sum(CREDITS, this.#clock.elapsed());
  }

  /** To be called once for each call. */
  deposit(now = this.#clock.elapsed()): void {
    this.#credits.add(CREDITS, this.#share, now);
  }

  /** @returns whether an additional call may be made; then it is paid for */
  withdraw(): boolean {
    if (this.balance + ROUNDING < 1) return false;
    this.#credits.add(CREDITS, -1, this.#clock.elapsed());
    return true;
  }
}
