import type { BreakerSnapshot } from './breaker.ts';
import type { CallOptions, Upstreams, UpstreamsOptions } from './contract.ts';
import { Course } from './course.ts';
import { type Discovery } from './discovery/contract.ts';
import type { Endpoint } from './endpoint.ts';
import { resilienceError } from './errors.ts';
import { HealthChecker } from './health-checks.ts';
import { UpstreamSet } from './upstream-set.ts';

/**
 * Makes a set of upstreams that are called as one.
 * @throws CodedError `policy_invalid`, `endpoint_invalid`
 */
export function createUpstreams<Request, Response>(
  options: UpstreamsOptions<Request, Response>,
): Upstreams<Request, Response> {
  return new CalledUpstreams(options);
}

class CalledUpstreams<Request, Response> implements Upstreams<Request, Response> {
  readonly #set: UpstreamSet<Request, Response>;
  readonly #checker: HealthChecker | null;
  readonly #discovery: Discovery | null = null;
  readonly #known = Promise.withResolvers<void>();

  constructor(options: UpstreamsOptions<Request, Response>) {
    const set = new UpstreamSet(options);
    this.#set = set;
    this.#known.promise.catch(() => undefined);
    this.#checker = options.health ? new HealthChecker(set, options.health) : null;
    const { endpoints } = options;
    if (isList(endpoints)) this.#replace(endpoints);
    else {
      this.#discovery = endpoints;
      endpoints.start({
        onEndpoints: (found) => this.#replace(found),
        onFailure: (failure) => set.tell({ kind: 'discovery_failed', source: endpoints.name, failure }),
      });
    }
  }

  call(request: Request, options: CallOptions): Promise<Response> {
    if (this.#set.isClosed) return Promise.reject(resilienceError('upstreams_closed'));
    return new Promise((resolve, reject) => new Course(this.#set, request, options, resolve, reject).begin());
  }

  ready(): Promise<void> {
    return this.#known.promise;
  }

  counters(): Readonly<ReturnType<Upstreams<Request, Response>['counters']>> {
    return { ...this.#set.counters };
  }

  status(): ReturnType<Upstreams<Request, Response>['status']> {
    const now = this.#set.clock.elapsed();
    return this.#set.all.map((upstream) => upstream.status(now));
  }

  breakers(): Record<string, BreakerSnapshot> {
    return Object.fromEntries(this.#set.all.map(({ endpoint, breaker }) => [endpoint.id, breaker.snapshot()]));
  }

  restoreBreakers(kept: Readonly<Record<string, BreakerSnapshot>>): void {
    for (const { endpoint, breaker } of this.#set.all) {
      if (Object.hasOwn(kept, endpoint.id)) breaker.restore(kept[endpoint.id] as BreakerSnapshot);
    }
  }

  close(): void {
    if (this.#set.isClosed) return;
    this.#set.isClosed = true;
    this.#discovery?.close();
    this.#checker?.close();
    this.#known.reject(resilienceError('upstreams_closed'));
    for (const call of this.#set.open) call.close();
  }

  #replace(endpoints: readonly Endpoint[]): void {
    this.#set.replace(endpoints);
    this.#checker?.refresh();
    this.#known.resolve();
  }
}

const isList = (endpoints: readonly Endpoint[] | Discovery): endpoints is readonly Endpoint[] =>
  Array.isArray(endpoints);
