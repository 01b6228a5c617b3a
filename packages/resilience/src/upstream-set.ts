/** The endpoints of one set with all that is shared between calls of them. */
import type { Clock, CodedError, Random } from '@vortexflow/primitives';
import { choose } from './balancer.ts';
import { CallBudget } from './budget.ts';
import { Bulkhead, type Waiter } from './bulkhead.ts';
import type { Attempt, UpstreamEvent, UpstreamsOptions, Verdict } from './contract.ts';
import { noCounts } from './counters.ts';
import { checkEndpoints, type Endpoint } from './endpoint.ts';
import { refusal } from './errors.ts';
import { Latencies } from './latencies.ts';
import { OutlierDetector } from './outliers.ts';
import { type Policy, policyOf } from './policy.ts';
import { type Showing, Upstream } from './upstream.ts';

/** A call under way, as far as its set has to know it. */
interface OpenCall extends Waiter {
  close(): void;
}

const ALWAYS_FAILING: Verdict = { retryable: true, showing: 'failing' };
/** Span of the latencies that hedges go by, ms. */
const LATENCY_SPAN_MS = 10_000;
/** Fewer latencies than this say nothing about their tail. */
const LEAST_LATENCIES = 40;

export class UpstreamSet<Request, Response> {
  readonly policy: Policy;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters = noCounts();
  readonly bulkhead: Bulkhead;
  readonly retryBudget: CallBudget;
  readonly hedgeBudget: CallBudget | null;
  readonly open = new Set<OpenCall>();
  isClosed = false;
  readonly #options: UpstreamsOptions<Request, Response>;
  readonly #outliers: OutlierDetector | null;
  readonly #latencies: Latencies;
  #all: readonly Upstream[] = [];
  #tiers: readonly (readonly Upstream[])[] = [];

  constructor(options: UpstreamsOptions<Request, Response>) {
    const policy = policyOf(options.policy);
    const { clock, random } = options;
    const now = clock.elapsed();
    this.#options = options;
    this.policy = policy;
    this.clock = clock;
    this.random = random;
    this.bulkhead = new Bulkhead(policy.bulkhead.limit, policy.bulkhead.queue);
    this.retryBudget = new CallBudget(policy.retry.budget, clock);
    this.hedgeBudget = policy.hedge && new CallBudget(policy.hedge.budget, clock);
    this.#latencies = new Latencies(LATENCY_SPAN_MS, now);
    this.#outliers =
      policy.outlier &&
      new OutlierDetector(
        policy.outlier,
        this.counters,
        ({ endpoint }, reason, forMs) => this.tell({ kind: 'ejected', endpoint: endpoint.id, reason, forMs }),
        now,
      );
  }

  get all(): readonly Upstream[] {
    return this.#all;
  }

  make(request: Request, attempt: Attempt): Promise<Response> {
    return this.#options.call(request, attempt);
  }

  /** A judge that cannot tell is none: its call must come to an end all the same. */
  judge(failure: unknown): Verdict {
    try {
      return this.#options.judge?.(failure) ?? ALWAYS_FAILING;
    } catch {
      return ALWAYS_FAILING;
    }
  }

  tell(event: UpstreamEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch {
      // In the middle of a call: who listens must not end it.
    }
  }

  /** The endpoint for the next attempt. */
  choose(tried: readonly Upstream[], now: number): Upstream | null {
    this.#outliers?.refresh(this.#all, now);
    const choice = choose(this.#tiers, tried, this.policy.balance.panicShare, this.random, now);
    if (choice?.isPanic) this.counters.panics++;
    return choice && choice.upstream;
  }

  /** Why there is none. */
  refusal(): CodedError {
    if (this.#all.length === 0) return refusal('no_upstream');
    this.counters.circuitOpen++;
    return refusal('circuit_open');
  }

  /** Takes note of an attempt's end. */
  note(upstream: Upstream, showing: Showing, permit: number, ms: number, now: number): void {
    upstream.note(showing, permit, ms, now);
    if (showing === 'answer') this.#latencies.add(ms, now);
    this.#outliers?.note(upstream, showing, this.#all, now);
  }

  /** What a probe found. One that works ends the time that the endpoint is left out. */
  noteHealth(upstream: Upstream, healthy: boolean): void {
    if (healthy && upstream.ejectedUntil !== 0) this.#outliers?.readmit(upstream);
    if (healthy === upstream.healthy) return;
    upstream.healthy = healthy;
    if (healthy) upstream.load.forget();
    this.tell({ kind: 'health', endpoint: upstream.endpoint.id, healthy });
  }

  /** After how many ms an attempt gets a second one beside it. */
  hedgeDelay(): number {
    const { hedge } = this.policy;
    if (!hedge || this.#latencies.count < LEAST_LATENCIES) return hedge?.maxMs ?? Infinity;
    return Math.min(hedge.maxMs, Math.max(hedge.minMs, this.#latencies.quantile(hedge.quantile)));
  }

  /**
   * Takes other endpoints; what is known about those that stay is kept, calls of those that go end as they will.
   * @throws CodedError `endpoint_invalid`; then nothing has changed
   */
  replace(endpoints: readonly Endpoint[]): void {
    checkEndpoints(endpoints);
    const known = new Map(this.#all.map((upstream) => [upstream.endpoint.id, upstream]));
    const added: string[] = [];
    const all = endpoints.map((endpoint) => {
      const old = known.get(endpoint.id);
      known.delete(endpoint.id);
      if (old) {
        old.endpoint = endpoint;
        return old;
      }
      added.push(endpoint.id);
      return this.#upstreamOf(endpoint);
    });
    this.#all = all;
    this.#tiers = [...Map.groupBy(all, ({ priority }) => priority)].sort(([a], [b]) => a - b).map(([, tier]) => tier);
    const removed = [...known.keys()];
    if (added.length > 0 || removed.length > 0) this.tell({ kind: 'endpoints', added, removed });
  }

  #upstreamOf(endpoint: Endpoint): Upstream {
    return new Upstream(endpoint, this.policy, this.clock, (to, from) => {
      if (to === 'open') this.counters.breakersOpened++;
      this.tell({ kind: 'breaker', endpoint: endpoint.id, from, to });
    });
  }
}
