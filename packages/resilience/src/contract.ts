/** What callers of upstreams say and are told. */
import type { Clock, Random } from '@vortexflow/primitives';
import type { BreakerSnapshot, BreakerState } from './breaker.ts';
import type { UpstreamCounters } from './counters.ts';
import type { Deadline } from './deadline.ts';
import type { Discovery } from './discovery/contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { HealthCheck } from './health-checks.ts';
import type { PolicyChanges } from './policy.ts';
import type { UpstreamStatus } from './upstream.ts';

/** What one attempt has to go by. */
export interface Attempt {
  readonly endpoint: Endpoint;
  /** What is left for this attempt; to be handed on. */
  readonly deadline: Deadline;
  /** Aborted when nobody waits for this attempt any more, with the reason. */
  readonly signal: AbortSignal;
  /** From 0. */
  readonly number: number;
  readonly kind: AttemptKind;
}

export type AttemptKind = 'first' | 'retry' | 'hedge';

/** What a failed attempt means. */
export interface Verdict {
  /** Another attempt may help. */
  readonly retryable: boolean;
  /** What it says about the endpoint. */
  readonly showing: 'failing' | 'alive' | 'unknown';
  /** The request has not been sent: trying again is safe also for calls that are not idempotent. */
  readonly unsent?: boolean;
  /** How long the endpoint asks to be left alone, ms; kept to unless there is another one to try. */
  readonly retryAfterMs?: number | null;
}

/** Bounds of one call. */
export interface CallOptions {
  readonly deadline: Deadline;
  /** The caller has lost interest. */
  readonly signal?: AbortSignal | undefined;
  /** Making it twice does no harm: then it may be retried and hedged. Default false. */
  readonly idempotent?: boolean;
}

/** For logs; not for metrics, which read the counters. */
export type UpstreamEvent =
  | { readonly kind: 'breaker'; readonly endpoint: string; readonly from: BreakerState; readonly to: BreakerState }
  | { readonly kind: 'ejected'; readonly endpoint: string; readonly reason: string; readonly forMs: number }
  | { readonly kind: 'health'; readonly endpoint: string; readonly healthy: boolean }
  | { readonly kind: 'endpoints'; readonly added: readonly string[]; readonly removed: readonly string[] }
  | { readonly kind: 'discovery_failed'; readonly source: string; readonly failure: unknown };

export interface UpstreamsOptions<Request, Response> {
  /** Fixed endpoints, or where to learn them. */
  readonly endpoints: readonly Endpoint[] | Discovery;
  /** Makes one attempt. It should end when its signal is aborted; if it does not, nobody waits for it. */
  readonly call: (request: Request, attempt: Attempt) => Promise<Response>;
  /** Default, also when it throws: every failure is retryable and speaks against the endpoint. */
  readonly judge?: (failure: unknown) => Verdict;
  readonly policy?: PolicyChanges;
  readonly clock: Clock;
  readonly random: Random;
  readonly health?: HealthCheck;
  /** What it throws is ignored. */
  readonly onEvent?: (event: UpstreamEvent) => void;
}

/** A set of endpoints that do the same, called as one. */
export interface Upstreams<Request, Response> {
  /**
   * Calls one of the endpoints; another one, or again, where that may help. Settles at the deadline at the latest.
   * @throws what the last attempt threw, or CodedError `deadline_exceeded`, `attempt_timeout`, `call_aborted`,
   * `circuit_open`, `bulkhead_full`, `no_upstream`, `upstreams_closed`
   */
  call(request: Request, options: CallOptions): Promise<Response>;
  /** Resolves when the first endpoints are known. @throws CodedError `upstreams_closed` */
  ready(): Promise<void>;
  counters(): Readonly<UpstreamCounters>;
  status(): UpstreamStatus[];
  /** The state of each endpoint's circuit breaker, to be kept over a restart. */
  breakers(): Record<string, BreakerSnapshot>;
  /**
   * Takes up what {@link breakers} gave, for endpoints that are there.
   * @throws CodedError `state_invalid`; those before it have been taken up
   */
  restoreBreakers(kept: Readonly<Record<string, BreakerSnapshot>>): void;
  /** Stops discovery and probes; calls under way fail with `upstreams_closed`. */
  close(): void;
}
