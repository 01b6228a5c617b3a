/**
 * Token buckets: each caller may take some at once and gets more with time. Who goes on asking when his is empty is kept
 * out for longer and longer. Bounded: of too many callers, those who have not asked for longest are forgotten. O(1) each.
 */
import type { Clock } from '@vortexflow/primitives';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  /** When they were counted, on the monotonic clock, ms. */
  at: number;
  /** Since the bucket was last full. */
  refusals: number;
  blockedUntil: number;
}

/** Refusals before each doubling of the time out, the first such time and the longest, ms. */
const PATIENCE = 20;
const FIRST_BLOCK_MS = 1_000;
const LONGEST_BLOCK_MS = 300_000;

/** Who comes when he was told to, is not sent away for the last bit of a sum. */
const ROUNDING = 1e-6;

export class TokenBuckets {
  readonly #clock: Clock;
  #rate: Rate;
  readonly #most: number;
  /** Those who asked last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param most callers that are remembered; about 200 bytes each */
  constructor(clock: Clock, rate: Rate, most: number) {
    this.#clock = clock;
    this.#rate = rate;
    this.#most = most;
  }

  /** Counts from here on: nobody loses what he has left, as far as the new burst holds it. */
  set rate(rate: Rate) {
    this.#rate = rate;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes what something costs. @returns 0, or how long to wait before it can be had, ms: then nothing was taken */
  take(caller: string, cost: number): number {
    const bucket = this.#bucketOf(caller);
    const blocked = bucket.blockedUntil - bucket.at;
    // What costs more than a bucket holds can be had from a full one.
    const price = Math.min(cost, this.#rate.burst);
    if (blocked <= 0 && bucket.tokens >= price - ROUNDING) {
      bucket.tokens -= price;
      return 0;
    }
    return this.#refuse(bucket, Math.max(blocked, ((price - bucket.tokens) / this.#rate.perSecond) * 1000));
  }

  /** How long somebody must wait, ms, without asking for anything. */
  wait(caller: string): number {
    if (!this.#buckets.has(caller)) return 0;
    const { tokens, at, blockedUntil } = this.#bucketOf(caller);
    return Math.max(0, blockedUntil - at, tokens >= 1 ? 0 : ((1 - tokens) / this.#rate.perSecond) * 1000);
  }

  /** Keeps a caller out for a while, ms, whatever he has left. */
  block(caller: string, ms: number): void {
    const bucket = this.#bucketOf(caller);
    bucket.blockedUntil = Math.max(bucket.blockedUntil, bucket.at + ms);
  }

  #refuse(bucket: Bucket, waitMs: number): number {
    bucket.refusals++;
    if (bucket.refusals % PATIENCE !== 0) return waitMs;
    const doublings = bucket.refusals / PATIENCE - 1;
    const block = Math.min(LONGEST_BLOCK_MS, FIRST_BLOCK_MS * 2 ** Math.min(doublings, 20));
    bucket.blockedUntil = Math.max(bucket.blockedUntil, bucket.at + block);
    return Math.max(waitMs, block);
  }

  #bucketOf(caller: string): Bucket {
    const now = this.#clock.elapsed();
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#rate.burst, at: now, refusals: 0, blockedUntil: 0 };
    bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#rate.perSecond);
    bucket.at = now;
    if (bucket.tokens >= this.#rate.burst && bucket.blockedUntil <= now) bucket.refusals = 0;
    this.#buckets.delete(caller);
    if (this.#buckets.size >= this.#most) this.#buckets.delete(this.#buckets.keys().next().value as string);
    this.#buckets.set(caller, bucket);
    return bucket;
  }
}
