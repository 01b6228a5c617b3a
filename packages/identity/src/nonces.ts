/**
 * Nonces for signatures: each says itself until when it is good, and that it is ours. Nothing is kept of those that are
 * given out, so that nobody can fill a memory by asking for them; only those that were used are remembered.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@vortexflow/primitives';
import { OneTime } from './one-time.ts';
import type { RandomBytes } from './tokens.ts';

/** How long a nonce is good, ms. */
export const NONCE_MS = 120_000;
const MOST_USED = 10_000;

export class Nonces {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** Of this process: nonces of an earlier one are void. */
  readonly #key: Buffer;
  readonly #used: OneTime<true>;

  constructor(clock: Clock, random: RandomBytes) {
    this.#clock = clock;
    this.#random = random;
    this.#key = random(32);
    this.#used = new OneTime(clock, NONCE_MS, MOST_USED);
  }

  create(): string {
    const until = Math.floor(this.#clock.elapsed() + NONCE_MS);
    const body = `${until.toString(36)}.${this.#random(16).toString('hex')}`;
    return `${body}.${this.#mac(body).toString('hex')}`;
  }

  /** Whether it is ours, still good and not used. */
  isGood(nonce: string): boolean {
    const match = /^(([0-9a-z]{1,12})\.[0-9a-f]{32})\.([0-9a-f]{64})$/.exec(nonce);
    if (!match) return false;
    const [, body = '', until = '', mac = ''] = match;
    if (!timingSafeEqual(this.#mac(body), Buffer.from(mac, 'hex'))) return false;
    return Number.parseInt(until, 36) > this.#clock.elapsed() && !this.#used.has(nonce) && !this.#used.isFull;
  }

  /** From now on it counts no more. */
  use(nonce: string): void {
    this.#used.put(nonce, true);
  }

  #mac(body: string): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
