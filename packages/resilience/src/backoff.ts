import type { Random } from '@vortexflow/primitives';

/**
 * Full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS 2015): uniform between nothing and a bound that doubles
 * with each retry, so that callers who failed together do not come back together.
 *
 * @param retry from 0
 * @returns ms in [0, min(maxMs, minMs * 2^retry))
 */
export function fullJitter(retry: number, minMs: number, maxMs: number, random: Random): number {
  return random() * Math.min(maxMs, minMs * 2 ** retry);
}
