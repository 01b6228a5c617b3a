/** What is decided about calls: plain numbers with defaults, checked once. */
import { resilienceError } from './errors.ts';

/** When a circuit opens and how it closes again. */
export interface BreakerPolicy {
  /** Share of failures among the calls of the window from which it opens, in (0, 1]; looked at after each bad call. */
  readonly failureRate: number;
  /** Share of slow calls likewise. */
  readonly slowRate: number;
  /** From so many ms on a call is slow; `Infinity`: none is. */
  readonly slowMs: number;
  readonly windowMs: number;
  /** Fewer calls in the window say nothing about shares. */
  readonly minCalls: number;
  /** So many failures in a row open it whatever the shares are; `Infinity`: never. */
  readonly consecutiveFailures: number;
  /** How long it stays open, ms; doubles each time that the trials fail. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** Calls let through while half open. */
  readonly trialCalls: number;
  /** Most of them that may be bad for it to close. */
  readonly trialFailures: number;
}

/** How many additional calls may be made. */
export interface BudgetPolicy {
  /** Share of the calls, 0 to 1. */
  readonly share: number;
  readonly minPerSecond: number;
  /** How long a call's share can be used, ms. */
  readonly lifeMs: number;
}

/** Further attempts after failures. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Bounds of the wait before a retry; see `fullJitter`. */
  readonly minMs: number;
  readonly maxMs: number;
  readonly budget: BudgetPolicy;
}

/** Second attempts of idempotent calls beside one that takes long. */
export interface HedgePolicy {
  /** A hedge starts when an attempt takes longer than this quantile of recent calls, 0 to 1, */
  readonly quantile: number;
  /** but no sooner than this, ms, */
  readonly minMs: number;
  /** and no later; also while too little is known. */
  readonly maxMs: number;
  /** Most hedges of one call. */
  readonly max: number;
  readonly budget: BudgetPolicy;
}

/** When an endpoint is left out. */
export interface OutlierPolicy {
  /** Failures in a row. */
  readonly consecutiveFailures: number;
  /** How often success rates are compared, ms. */
  readonly intervalMs: number;
  /** Calls in an interval from which an endpoint takes part in the comparison. */
  readonly minCalls: number;
  /** Endpoints from which on there is something to compare. */
  readonly minEndpoints: number;
  /** An endpoint is left out when its success rate is so many standard deviations below the mean. */
  readonly stdevs: number;
  /** How long it is left out, ms, times how often it was lately; up to `maxMs`. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Largest share of the endpoints left out at once; one of several may always be. */
  readonly maxShare: number;
}

/** Everything about the calls of one set of upstreams. */
export interface Policy {
  /** Longest that one attempt may take, ms; what is left of the deadline bounds it too. */
  readonly attemptMs: number;
  /** An attempt that was given less time than this says nothing when it gets no answer, ms. */
  readonly fairMs: number;
  readonly breaker: BreakerPolicy;
  readonly retry: RetryPolicy;
  readonly hedge: HedgePolicy | null;
  readonly bulkhead: { readonly limit: number; readonly queue: number };
  readonly outlier: OutlierPolicy | null;
  readonly balance: {
    /** See `PeakEwma`. */
    readonly decayMs: number;
    readonly staleMs: number;
    /** When a smaller share of a tier's endpoints is in use, all are used whatever is known against them. */
    readonly panicShare: number;
  };
}

/**
 * Breaker: resilience4j's defaults, with windows by time. Budget: Finagle's. Outliers: Envoy's five failures in a row,
 * but seconds where Envoy says minutes, as a return costs one hedged call. Hedges: the tail of a twentieth, as J. Dean
 * and L. A. Barroso measured it ("The Tail at Scale", 2013).
 */
export const DEFAULT_POLICY: Policy = {
  attemptMs: 2_000,
  fairMs: 50,
  breaker: {
    failureRate: 0.5,
    slowRate: 1,
    slowMs: Infinity,
    windowMs: 10_000,
    minCalls: 20,
    consecutiveFailures: Infinity,
    openMs: 5_000,
    maxOpenMs: 60_000,
    trialCalls: 3,
    trialFailures: 0,
  },
  retry: { attempts: 3, minMs: 25, maxMs: 1_000, budget: { share: 0.2, minPerSecond: 10, lifeMs: 10_000 } },
  hedge: {
    quantile: 0.95,
    minMs: 5,
    maxMs: 500,
    max: 1,
    budget: { share: 0.05, minPerSecond: 1, lifeMs: 10_000 },
  },
  bulkhead: { limit: 256, queue: 256 },
  outlier: {
    consecutiveFailures: 5,
    intervalMs: 5_000,
    minCalls: 20,
    // The farthest of three or four can be no 1.9 standard deviations from their mean.
    minEndpoints: 5,
    stdevs: 1.9,
    baseMs: 1_000,
    maxMs: 4_000,
    maxShare: 0.5,
  },
  balance: { decayMs: 10_000, staleMs: 3_000, panicShare: 0.5 },
};

type WithBudgetChanges<T extends { readonly budget: BudgetPolicy }> = Partial<Omit<T, 'budget'>> & {
  readonly budget?: Partial<BudgetPolicy>;
};

/** The defaults with changes. Each part is merged by itself; `hedge` and `outlier` can be turned off with null. */
export interface PolicyChanges {
  readonly attemptMs?: number;
  readonly fairMs?: number;
  readonly breaker?: Partial<BreakerPolicy>;
  readonly retry?: WithBudgetChanges<RetryPolicy>;
  readonly hedge?: WithBudgetChanges<HedgePolicy> | null;
  readonly bulkhead?: Partial<Policy['bulkhead']>;
  readonly outlier?: Partial<OutlierPolicy> | null;
  readonly balance?: Partial<Policy['balance']>;
}

/** @throws CodedError `policy_invalid` */
export function policyOf(changes: PolicyChanges = {}): Policy {
  const base = DEFAULT_POLICY;
  const policy: Policy = {
    attemptMs: changes.attemptMs ?? base.attemptMs,
    fairMs: changes.fairMs ?? base.fairMs,
    breaker: { ...base.breaker, ...changes.breaker },
    retry: withBudget(base.retry, changes.retry),
    hedge: changes.hedge === null ? null : withBudget(base.hedge as HedgePolicy, changes.hedge),
    bulkhead: { ...base.bulkhead, ...changes.bulkhead },
    outlier: changes.outlier === null ? null : { ...(base.outlier as OutlierPolicy), ...changes.outlier },
    balance: { ...base.balance, ...changes.balance },
  };
  const problem = problems(policy).find((one) => one !== undefined);
  if (problem !== undefined) throw resilienceError('policy_invalid', { problem });
  return policy;
}

const withBudget = <T extends { readonly budget: BudgetPolicy }>(base: T, changes?: WithBudgetChanges<T>): T => ({
  ...base,
  ...changes,
  budget: { ...base.budget, ...changes?.budget },
});

type Check = string | undefined;

function problems({ attemptMs, fairMs, breaker, retry, hedge, bulkhead, outlier, balance }: Policy): Check[] {
  return [
    above('attemptMs', attemptMs),
    notBelow('fairMs', fairMs, 0),
    ...breakerProblems(breaker),
    count('retry.attempts', retry.attempts, 1),
    notBelow('retry.minMs', retry.minMs, 0),
    notBelow('retry.maxMs', retry.maxMs, retry.minMs),
    ...budgetProblems('retry.budget', retry.budget),
    ...(hedge ? hedgeProblems(hedge) : []),
    count('bulkhead.limit', bulkhead.limit, 1),
    count('bulkhead.queue', bulkhead.queue, 0),
    ...(outlier ? outlierProblems(outlier) : []),
    above('balance.decayMs', balance.decayMs),
    above('balance.staleMs', balance.staleMs),
    share('balance.panicShare', balance.panicShare),
  ];
}

function breakerProblems(policy: BreakerPolicy): Check[] {
  return [
    rate('breaker.failureRate', policy.failureRate),
    rate('breaker.slowRate', policy.slowRate),
    above('breaker.slowMs', policy.slowMs),
    above('breaker.windowMs', policy.windowMs),
    count('breaker.minCalls', policy.minCalls, 1),
    count('breaker.consecutiveFailures', policy.consecutiveFailures, 1),
    above('breaker.openMs', policy.openMs),
    notBelow('breaker.maxOpenMs', policy.maxOpenMs, policy.openMs),
    count('breaker.trialCalls', policy.trialCalls, 1),
    count('breaker.trialFailures', policy.trialFailures, 0),
    policy.trialFailures < policy.trialCalls ? undefined : 'breaker.trialFailures must be below breaker.trialCalls',
  ];
}

function hedgeProblems({ quantile, minMs, maxMs, max, budget }: HedgePolicy): Check[] {
  return [
    share('hedge.quantile', quantile),
    notBelow('hedge.minMs', minMs, 0),
    notBelow('hedge.maxMs', maxMs, minMs),
    count('hedge.max', max, 1),
    ...budgetProblems('hedge.budget', budget),
  ];
}

function outlierProblems(policy: OutlierPolicy): Check[] {
  return [
    count('outlier.consecutiveFailures', policy.consecutiveFailures, 1),
    above('outlier.intervalMs', policy.intervalMs),
    count('outlier.minCalls', policy.minCalls, 1),
    count('outlier.minEndpoints', policy.minEndpoints, 2),
    above('outlier.stdevs', policy.stdevs),
    above('outlier.baseMs', policy.baseMs),
    notBelow('outlier.maxMs', policy.maxMs, policy.baseMs),
    share('outlier.maxShare', policy.maxShare),
  ];
}

const budgetProblems = (name: string, { share: part, minPerSecond, lifeMs }: BudgetPolicy): Check[] => [
  share(`${name}.share`, part),
  notBelow(`${name}.minPerSecond`, minPerSecond, 0),
  above(`${name}.lifeMs`, lifeMs),
];

const above = (name: string, value: number): Check => (value > 0 ? undefined : `${name} must be above 0`);
const notBelow = (name: string, value: number, least: number): Check =>
  value >= least ? undefined : `${name} must be at least ${least}`;
const share = (name: string, value: number): Check =>
  value >= 0 && value <= 1 ? undefined : `${name} must be between 0 and 1`;
const rate = (name: string, value: number): Check =>
  value > 0 && value <= 1 ? undefined : `${name} must be above 0 and at most 1`;
const count = (name: string, value: number, least: number): Check =>
  (Number.isInteger(value) || value === Infinity) && value >= least
    ? undefined
    : `${name} must be a whole number of at least ${least}`;
