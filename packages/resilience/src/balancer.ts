/**
 * Which endpoint gets an attempt: the less burdened of two picked by chance (M. Mitzenmacher, "The Power of Two Choices
 * in Randomized Load Balancing", 2001) among the usable ones of the first tier that has enough of them.
 */
import type { Random } from '@vortexflow/primitives';
import type { Upstream } from './upstream.ts';

export interface Choice {
  readonly upstream: Upstream;
  /** Chosen although something is known against it, because too few others were usable. */
  readonly isPanic: boolean;
}

/**
 * @param tiers endpoints by priority, the first one first
 * @param tried endpoints that this call has used already: taken again only if there is no other
 * @param panicShare least share of a tier's endpoints that must be available for the tier to be used as a rule
 * @returns null when there is no endpoint, or every circuit is open
 */
export function choose(
  tiers: readonly (readonly Upstream[])[],
  tried: readonly Upstream[],
  panicShare: number,
  random: Random,
  now: number,
): Choice | null {
  for (const tier of tiers) {
    const available = tier.filter((upstream) => upstream.isAvailable(now));
    if (available.length === 0 || available.length < panicShare * tier.length) continue;
    const usable = available.filter(({ hasRoom, breaker }) => hasRoom && breaker.permits(now));
    const upstream = lessBurdened(usable, tried, random, now);
    if (upstream) return { upstream, isPanic: false };
  }
  for (const tier of tiers) {
    const usable = tier.filter(({ breaker }) => breaker.permits(now));
    const upstream = lessBurdened(usable, tried, random, now);
    if (upstream) return { upstream, isPanic: true };
  }
  return null;
}

function lessBurdened(
  usable: readonly Upstream[],
  tried: readonly Upstream[],
  random: Random,
  now: number,
): Upstream | undefined {
  const fresh = tried.length === 0 ? usable : usable.filter((upstream) => !tried.includes(upstream));
  const candidates = fresh.length > 0 ? fresh : usable;
  const { length } = candidates;
  if (length < 2) return candidates[0];
  const first = Math.floor(random() * length);
  const second = (first + 1 + Math.floor(random() * (length - 1))) % length;
  const one = candidates[first] as Upstream;
  const other = candidates[second] as Upstream;
  return one.burden(now) <= other.burden(now) ? one : other;
}
