import type { Clock } from '@vortexflow/primitives';
import { CircuitBreaker, type BreakerState, type OnBreakerChange } from './breaker.ts';
import type { Endpoint } from './endpoint.ts';
import { PeakEwma } from './load.ts';
import type { Policy } from './policy.ts';

/** How one endpoint is doing. */
export interface UpstreamStatus {
  readonly id: string;
  readonly priority: number;
  readonly breaker: BreakerState;
  readonly ejected: boolean;
  /** By the last probes; true while there are none. */
  readonly healthy: boolean;
  readonly pending: number;
  /** Answers given. */
  readonly answered: number;
  /** Attempts that failed in a way that speaks against it. */
  readonly failed: number;
}

/** What an attempt showed. */
export type Showing =
  /** It was answered. */
  | 'answer'
  /** It failed, and that speaks against the endpoint. */
  | 'failing'
  /** It failed, but the endpoint did its part: it refused a wrong request, for instance. */
  | 'alive'
  /** It had a start, and another endpoint was still faster. */
  | 'beaten'
  /** Nothing. */
  | 'unknown';

/** An endpoint with everything that is known about it. */
export class Upstream {
  /** Replaced when the set is read again with another priority or weight. */
  endpoint: Endpoint;
  readonly breaker: CircuitBreaker;
  readonly load: PeakEwma;
  /** By active probes. */
  healthy = true;
  /** Until when it is left out, on the clock's monotonic time; 0 when it is not. */
  ejectedUntil = 0;
  /** Back after having been left out: one call at a time until one works. */
  onProbation = false;
  /** How often it has been left out, less one for each comparison since without a reason to. */
  timesEjected = 0;
  failuresInARow = 0;
  /** Since the last comparison. */
  recentCalls = 0;
  recentFailures = 0;
  answered = 0;
  failed = 0;
  readonly #slowMs: number;

  constructor(endpoint: Endpoint, policy: Policy, clock: Clock, onBreakerChange: OnBreakerChange) {
    this.endpoint = endpoint;
    this.breaker = new CircuitBreaker(policy.breaker, clock, onBreakerChange);
    this.load = new PeakEwma(policy.balance.decayMs, policy.balance.staleMs);
    this.#slowMs = policy.breaker.slowMs;
  }

  get priority(): number {
    return this.endpoint.priority ?? 0;
  }

  /** Nothing is known against it but perhaps by its circuit breaker. */
  isAvailable(now: number): boolean {
    return this.healthy && this.ejectedUntil <= now;
  }

  /** It is not on probation, or nobody is trying it. */
  get hasRoom(): boolean {
    return !this.onProbation || this.load.pending === 0;
  }

  /** Load by weight, lower is better. */
  burden(now: number): number {
    return this.load.load(now) / (this.endpoint.weight ?? 1);
  }

  /** Takes note of an attempt's end in breaker and load. */
  note(showing: Showing, permit: number, ms: number, now: number): void {
    if (showing === 'answer') this.answered++;
    else if (showing === 'failing') this.failed++;
    if (showing === 'answer' || showing === 'alive') this.load.end(ms, now);
    else this.load.endUnanswered(ms, now);
    if (showing === 'failing') this.breaker.fail(permit, now);
    // One that was beaten after having been slow would have been slow.
    else if (showing === 'answer' || showing === 'alive' || (showing === 'beaten' && ms >= this.#slowMs))
      this.breaker.succeed(permit, ms, now);
    else this.breaker.release(permit);
  }

  status(now: number): UpstreamStatus {
    const { endpoint, priority, breaker, healthy, load, answered, failed } = this;
    const ejected = this.ejectedUntil > now;
    return {
      id: endpoint.id,
      priority,
      breaker: breaker.state,
      ejected,
      healthy,
      pending: load.pending,
      answered,
      failed,
    };
  }
}
