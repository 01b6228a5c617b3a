/** How long to wait before trying again: doubling with jitter, so that a restarted server is not met by all at once. */

const FIRST_MS = 400;
const MOST_MS = 15_000;

/**
 * @param attempt 0 for the first retry
 * @param random 0 .. 1; spreads the wait over its upper half
 * @returns ms to wait, at most 15 s
 */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return full * (0.5 + random / 2);
}
