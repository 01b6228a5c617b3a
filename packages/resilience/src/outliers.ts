/**
 * Outlier detection after Envoy: an endpoint is left out for a while after failures in a row, or when its success rate
 * lies far below that of the others. Never more than a share of the endpoints at once. One that returns is on probation.
 */
import type { OutlierPolicy } from './policy.ts';
import type { UpstreamCounters } from './counters.ts';
import type { Showing, Upstream } from './upstream.ts';

/** Least distance from the mean: among many that are nearly perfect the least perfect one is no outlier. */
const LEAST_GAP = 0.05;

/** Told of each endpoint that is left out. */
export type OnEjection = (upstream: Upstream, reason: 'consecutive_failures' | 'success_rate', forMs: number) => void;

export class OutlierDetector {
  readonly #policy: OutlierPolicy;
  readonly #counters: UpstreamCounters;
  readonly #onEjection: OnEjection;
  #nextComparison: number;

  constructor(policy: OutlierPolicy, counters: UpstreamCounters, onEjection: OnEjection, now: number) {
    this.#policy = policy;
    this.#counters = counters;
    this.#onEjection = onEjection;
    this.#nextComparison = now + policy.intervalMs;
  }

  /** Lets those return whose time is over; compares when it is time to. To be called before a choice. */
  refresh(all: readonly Upstream[], now: number): void {
    for (const upstream of all) {
      if (upstream.ejectedUntil !== 0 && upstream.ejectedUntil <= now) this.readmit(upstream);
    }
    if (now < this.#nextComparison) return;
    this.#nextComparison = now + this.#policy.intervalMs;
    this.#compare(all, now);
  }

  /** Takes note of what an attempt showed. */
  note(upstream: Upstream, showing: Showing, all: readonly Upstream[], now: number): void {
    if (showing === 'unknown') return;
    upstream.recentCalls++;
    if (showing === 'answer' || showing === 'alive') {
      upstream.failuresInARow = 0;
      upstream.onProbation = false;
      return;
    }
    upstream.recentFailures++;
    upstream.failuresInARow++;
    const enough = upstream.onProbation ? 1 : this.#policy.consecutiveFailures;
    if (upstream.failuresInARow >= enough) this.#eject(upstream, 'consecutive_failures', all, now);
  }

  /** Ends an endpoint's time out. */
  readmit(upstream: Upstream): void {
    upstream.ejectedUntil = 0;
    upstream.onProbation = true;
    upstream.failuresInARow = 0;
    upstream.load.forget();
  }

  #eject(
    upstream: Upstream,
    reason: 'consecutive_failures' | 'success_rate',
    all: readonly Upstream[],
    now: number,
  ): void {
    if (upstream.ejectedUntil > now) return;
    const out = all.reduce((sum, { ejectedUntil }) => sum + Number(ejectedUntil > now), 0);
    const most = all.length < 2 ? 0 : Math.max(1, Math.floor(this.#policy.maxShare * all.length));
    if (out >= most) {
      this.#counters.ejectionsCapped++;
      return;
    }
    upstream.timesEjected++;
    const forMs = Math.min(this.#policy.maxMs, this.#policy.baseMs * upstream.timesEjected);
    upstream.ejectedUntil = now + forMs;
    this.#counters.ejections++;
    this.#onEjection(upstream, reason, forMs);
  }

  /** Success rates against each other: those more than `stdevs` standard deviations below the mean go. */
  #compare(all: readonly Upstream[], now: number): void {
    const { minCalls, minEndpoints, stdevs } = this.#policy;
    const compared = all.filter(({ recentCalls }) => recentCalls >= minCalls);
    const rateOf = ({ recentCalls, recentFailures }: Upstream): number => 1 - recentFailures / recentCalls;
    if (compared.length >= minEndpoints) {
      const rates = compared.map(rateOf);
      const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
      const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
      const bar = mean - Math.max(LEAST_GAP, stdevs * Math.sqrt(variance));
      for (const upstream of compared) if (rateOf(upstream) < bar) this.#eject(upstream, 'success_rate', all, now);
    }
    for (const upstream of all) {
      if (upstream.recentFailures === 0 && upstream.recentCalls > 0 && upstream.timesEjected > 0)
        upstream.timesEjected--;
      upstream.recentCalls = 0;
      upstream.recentFailures = 0;
    }
  }
}
