export { fullJitter } from './backoff.ts';
export { type BreakerSnapshot, type BreakerState, CircuitBreaker, NO_PERMIT, type OnBreakerChange } from './breaker.ts';
export { CallBudget } from './budget.ts';
export { Bulkhead, type Waiter } from './bulkhead.ts';
export type {
  Attempt,
  AttemptKind,
  CallOptions,
  UpstreamEvent,
  Upstreams,
  UpstreamsOptions,
  Verdict,
} from './contract.ts';
export type { UpstreamCounters } from './counters.ts';
export { Deadline } from './deadline.ts';
export {
  type AnswerLevel,
  answersAllowed,
  type Degradation,
  DegradationGauge,
  type DegradationLevel,
  DEGRADATION_LEVELS,
  type Hysteresis,
  type Vitals,
} from './degradation.ts';
export type { Discovery, Listener } from './discovery/contract.ts';
export { dnsSrvDiscovery, type DnsSrvOptions, type SrvRecord } from './discovery/dns-srv.ts';
export { failover } from './discovery/failover.ts';
export { fileDiscovery, type FileDiscoveryOptions } from './discovery/file.ts';
export type { Endpoint } from './endpoint.ts';
export { resilienceCodeOf, type ResilienceErrorCode } from './errors.ts';
export { type Fallen, fallThrough, type Level } from './fallback.ts';
export type { HealthCheck } from './health-checks.ts';
export { type HttpPoolCounters, type HttpPoolOptions, HttpPools } from './http-pools.ts';
export {
  type BreakerPolicy,
  type BudgetPolicy,
  DEFAULT_POLICY,
  type HedgePolicy,
  type OutlierPolicy,
  type Policy,
  type PolicyChanges,
  policyOf,
  type RetryPolicy,
} from './policy.ts';
export type { UpstreamStatus } from './upstream.ts';
export { createUpstreams } from './upstreams.ts';
