/** How much each caller may ask: by key or session, else by address. */
import { accountOf, type Principal } from '@vortexflow/identity';
import type { Clock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import type { Caller } from '../caller.ts';
import { costOf, isOffQuota, type RouteCosts } from './costs.ts';
import type { DailyQuota } from './daily-quota.ts';
import { type Rate, TokenBuckets } from './token-buckets.ts';

export interface LimitOptions {
  /** Questions a second, on and on; five times as many at once. */
  readonly perAddress: number;
  readonly perKey: number;
  /** Of routes, in questions. */
  readonly costs: RouteCosts;
}

/** Seconds' worth that may be used at once. */
const BURST_S = 5;
/** Wrong keys and codes of one address: ten at once, then one in ten seconds, then longer and longer. */
const FAILURES = { perSecond: 0.1, burst: 10 };
/** Callers that are remembered, of each kind. */
const MOST_CALLERS = 10_000;

export class Limits {
  readonly #addresses: TokenBuckets;
  readonly #keys: TokenBuckets;
  readonly #failures: TokenBuckets;
  readonly #quota: DailyQuota;
  #costs: RouteCosts;

  constructor(clock: Clock, { perAddress, perKey, costs }: LimitOptions, quota: DailyQuota) {
    this.#costs = costs;
    this.#addresses = new TokenBuckets(clock, rateOf(perAddress), MOST_CALLERS);
    this.#keys = new TokenBuckets(clock, rateOf(perKey), MOST_CALLERS);
    this.#failures = new TokenBuckets(clock, FAILURES, MOST_CALLERS);
    this.#quota = quota;
  }

  /** Counts from here on, for those who are known already, too. */
  change({ perAddress, perKey, costs }: LimitOptions): void {
    this.#costs = costs;
    this.#addresses.rate = rateOf(perAddress);
    this.#keys.rate = rateOf(perKey);
  }

  /** Whether too much that was wrong came from his address. Asking prolongs nothing: whoever else is there has done nothing. */
  isWaiting(caller: Caller): boolean {
    return this.#waitOf(caller) > 0;
  }

  /** @throws CodedError `rate_limited` for a caller that {@link isWaiting} */
  refuseWaiting(caller: Caller): void {
    refuse(this.#waitOf(caller));
  }

  /**
   * Something that was shown is wrong. Who goes on although he was told to wait, waits longer.
   * @throws CodedError `unauthenticated`; `rate_limited` for a caller that {@link isWaiting}
   */
  refuseWrong({ isLocal, address }: Caller): never {
    const waitMs = this.failed(address);
    if (!isLocal) refuse(waitMs);
    throw wireError('unauthenticated');
  }

  /** Counts something wrong. @param address of the caller  @returns how long he must wait by now, ms */
  failed(address: string): number {
    return this.#failures.take(neighbourhood(address), 1);
  }

  #waitOf({ isLocal, address }: Caller): number {
    return isLocal ? 0 : this.#failures.wait(neighbourhood(address));
  }

  /** For a while, takes nothing from an address but what nobody could guess. */
  lock(address: string, ms: number): void {
    this.#failures.block(neighbourhood(address), ms);
  }

  /**
   * Charges a request. The owner is not counted, for it is his own; of whoever sits at the machine only the quota counts.
   * @throws CodedError `rate_limited`, `quota_exceeded`
   */
  charge(principal: Principal, { method, path, isLocal, address }: Caller): void {
    const { how, credential } = principal;
    if (how === 'owner-key') return;
    const cost = costOf(method, path, this.#costs);
    if (!isLocal)
      refuse(
        credential === null
          ? this.#addresses.take(neighbourhood(address), cost)
          : this.#keys.take(`${how} ${credential}`, cost),
      );
    if (credential !== null && !isOffQuota(path)) this.#quota.charge(accountOf(principal), cost);
  }
}

const rateOf = (perSecond: number): Rate => ({ perSecond, burst: perSecond * BURST_S });

function refuse(waitMs: number): void {
  if (waitMs > 0) throw wireError('rate_limited', { retry_after_s: Math.ceil(waitMs / 1000) });
}

/** Of version 6, the network of 64 bits: one household has as many addresses as it likes. */
export function neighbourhood(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
