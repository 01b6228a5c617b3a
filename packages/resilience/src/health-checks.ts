/** Active health checks: each endpoint is probed in turn of its own, whether it is called or not. */
import type { Clock, Random, Timer } from '@vortexflow/primitives';
import type { UpstreamCounters } from './counters.ts';
import { Deadline } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import type { Upstream } from './upstream.ts';

/** How endpoints are probed. */
export interface HealthCheck {
  /** Resolves when the endpoint is well, rejects when it is not. To be given up when the signal is aborted. */
  readonly probe: (endpoint: Endpoint, bounds: { deadline: Deadline; signal: AbortSignal }) => Promise<unknown>;
  /** Between two probes of an endpoint, ms; a quarter more or less by chance, so that probes do not march in step. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Failed probes in a row after which it counts as unhealthy. */
  readonly unhealthyAfter: number;
  /** Good ones in a row after which it counts as healthy again. */
  readonly healthyAfter: number;
}

/** As much of a set of upstreams as checks need. */
interface CheckedSet {
  readonly all: readonly Upstream[];
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: UpstreamCounters;
  noteHealth(upstream: Upstream, healthy: boolean): void;
}

export class HealthChecker {
  readonly #set: CheckedSet;
  readonly #check: HealthCheck;
  readonly #rounds = new Map<Upstream, Round>();

  constructor(set: CheckedSet, check: HealthCheck) {
    this.#set = set;
    this.#check = check;
  }

  /** The set has other endpoints: new ones are probed from now on, those that are gone no longer. */
  refresh(): void {
    const all = new Set(this.#set.all);
    for (const [upstream, round] of this.#rounds) {
      if (all.has(upstream)) continue;
      round.close();
      this.#rounds.delete(upstream);
    }
    for (const upstream of all) {
      if (!this.#rounds.has(upstream)) this.#rounds.set(upstream, new Round(this.#set, this.#check, upstream));
    }
  }

  close(): void {
    for (const round of this.#rounds.values()) round.close();
    this.#rounds.clear();
  }
}

/** The probes of one endpoint. */
class Round {
  readonly #set: CheckedSet;
  readonly #check: HealthCheck;
  readonly #upstream: Upstream;
  #timer: Timer | undefined;
  #ending: AbortController | undefined;
  #isClosed = false;
  #good = 0;
  #bad = 0;

  constructor(set: CheckedSet, check: HealthCheck, upstream: Upstream) {
    this.#set = set;
    this.#check = check;
    this.#upstream = upstream;
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#ending?.abort();
  }

  #plan(): void {
    const wait = this.#check.intervalMs * (0.75 + 0.5 * this.#set.random());
    this.#timer = this.#set.clock.after(wait, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const { clock, counters } = this.#set;
    const { timeoutMs, probe } = this.#check;
    const ending = new AbortController();
    this.#ending = ending;
    const late = Promise.withResolvers<never>();
    const timer = clock.after(timeoutMs, () => late.reject(new Error('the probe took too long')));
    counters.probes++;
    const bounds = { deadline: Deadline.in(clock, timeoutMs), signal: ending.signal };
    const isWell = await Promise.race([attempt(() => probe(this.#upstream.endpoint, bounds)), late.promise]).then(
      () => true,
      () => false,
    );
    timer.cancel();
    ending.abort();
    if (this.#isClosed) return;
    if (!isWell) counters.probesFailed++;
    this.#note(isWell);
    this.#plan();
  }

  #note(isWell: boolean): void {
    this.#good = isWell ? this.#good + 1 : 0;
    this.#bad = isWell ? 0 : this.#bad + 1;
    if (this.#good >= this.#check.healthyAfter) this.#set.noteHealth(this.#upstream, true);
    else if (this.#bad >= this.#check.unhealthyAfter) this.#set.noteHealth(this.#upstream, false);
  }
}

/** Turns what is thrown at once into a rejection. */
const attempt = async (probe: () => Promise<unknown>): Promise<unknown> => probe();
