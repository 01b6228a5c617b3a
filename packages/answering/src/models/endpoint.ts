/**
 * One HTTP endpoint: what a call over a network needs (deadline, retries, circuit breaker, kept connections) comes from
 * the package resilience; here is what HTTP adds, and a bound on what is read. Knows nothing of chats.
 */
import type { Clock, Random } from '@vortexflow/primitives';
import {
  type Attempt,
  type BreakerState,
  type CallOptions,
  createUpstreams,
  type HttpPoolCounters,
  HttpPools,
  type PolicyChanges,
  resilienceCodeOf,
  type ResilienceErrorCode,
  type UpstreamCounters,
  type Upstreams,
  type Verdict,
} from '@vortexflow/resilience';
import type { Dispatcher } from 'undici';
import { type FailureReason, ModelFailure } from './failure.ts';
import type { ReadKey } from './key.ts';
import { parseRetryAfter } from './limits.ts';
import type { KeyReference } from './settings.ts';

/** What an endpoint is made of. */
export interface EndpointOptions {
  readonly baseUrl: string;
  readonly key: KeyReference | null;
  readonly maxConnections: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly readKey: ReadKey;
}

/** One attempt's response, status 200. */
export interface EndpointResponse {
  readonly contentType: string;
  readonly body: Dispatcher.ResponseData['body'];
}

/** A deadline for all attempts together, and the caller's signal. */
export type CallBounds = Pick<CallOptions, 'deadline' | 'signal'>;

/** What has happened at an endpoint; numbers that only grow, but for `connections.open`. */
export interface EndpointCounters {
  readonly calls: UpstreamCounters;
  readonly connections: HttpPoolCounters;
}

/** One call before it is an HTTP request. */
interface Post {
  readonly path: string;
  readonly body: string;
  readonly accept: string;
  /** Reads a response of status 200 to its end. */
  readonly read: (response: EndpointResponse) => Promise<unknown>;
}

/**
 * A single endpoint, and calls that cost money: no hedges, nobody to compare it with, trials one at a time. Connections
 * bound how many calls are under way. Calls come seldom, so failures in a row open the circuit too.
 */
const POLICY: PolicyChanges = {
  attemptMs: Infinity,
  // A caller in more of a hurry than this learns nothing about the endpoint's health.
  fairMs: 1_000,
  retry: { attempts: 3, minMs: 100, maxMs: 2_000 },
  breaker: { consecutiveFailures: 5, openMs: 10_000, maxOpenMs: 10_000, trialCalls: 1 },
  hedge: null,
  outlier: null,
  bulkhead: { limit: Infinity },
};

/** How much of an error's text is looked at, bytes. */
const MAX_ERROR_BYTES = 8 * 1024;

/** Fields that some endpoints refuse; the text of the error says which. */
const OPTIONAL_FIELDS = ['response_format', 'stream_options', 'max_tokens', 'temperature'] as const;

export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #prefix: string;
  readonly #pools: HttpPools;
  readonly #upstreams: Upstreams<Post, unknown>;

  constructor(options: EndpointOptions) {
    const { baseUrl, maxConnections, clock, random } = options;
    const url = new URL(baseUrl);
    this.#options = options;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#pools = new HttpPools({ maxConnections });
    this.#upstreams = createUpstreams<Post, unknown>({
      endpoints: [{ id: url.origin }],
      call: (post, attempt) => this.#attempt(post, attempt),
      judge: verdictOf,
      policy: POLICY,
      clock,
      random,
    });
  }

  get breaker(): BreakerState {
    return this.#upstreams.status()[0]?.breaker ?? 'closed';
  }

  counters(): EndpointCounters {
    return { calls: this.#upstreams.counters(), connections: this.#pools.counters() };
  }

  /**
   * Posts JSON and reads the response, again when that may help: statuses 408, 429 and 5xx, and lost connections.
   *
   * @param read reads a response of status 200 to its end; when it fails retryably it is called for another attempt
   * @throws ModelFailure
   */
  async post<T>(
    path: string,
    body: string,
    bounds: CallBounds,
    read: (response: EndpointResponse) => Promise<T>,
    accept = 'application/json',
  ): Promise<T> {
    try {
      // To ask a model twice does no harm but for what it costs.
      return (await this.#upstreams.call({ path, body, accept, read }, { ...bounds, idempotent: true })) as T;
    } catch (failure) {
      throw failureOf(failure);
    }
  }

  /** Ends all connections; calls under way fail. */
  async close(): Promise<void> {
    this.#upstreams.close();
    await this.#pools.close();
  }

  async #attempt({ path, body, accept, read }: Post, { endpoint, signal }: Attempt): Promise<unknown> {
    try {
      const headers = await this.#headers(accept);
      const request = { path: this.#prefix + path, method: 'POST', headers, body, signal } as const;
      const response = await this.#pools.request(endpoint.id, request);
      if (response.statusCode !== 200) throw await this.#refusal(response);
      const type = response.headers['content-type'];
      return await read({ contentType: typeof type === 'string' ? type : '', body: response.body });
    } catch (failure) {
      throw failureOf(failure);
    }
  }

  async #headers(accept: string): Promise<Record<string, string>> {
    const { key, readKey } = this.#options;
    const headers = { 'content-type': 'application/json', accept };
    return key === null ? headers : { ...headers, authorization: `Bearer ${await readKey(key)}` };
  }

  /** Its text may repeat the key or the question, so nothing of it is kept but the names of fields. */
  async #refusal({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<ModelFailure> {
    const text = await readText(body, MAX_ERROR_BYTES).catch(() => '');
    const overloaded = statusCode === 429 || statusCode >= 500;
    return new ModelFailure(`http_${statusCode}`, {
      retryable: overloaded || statusCode === 408,
      counts: overloaded,
      retryAfterMs: parseRetryAfter(headers['retry-after'], this.#options.clock.now()),
      refused: statusCode === 400 || statusCode === 422 ? refusedFields(text) : [],
    });
  }
}

/** An endpoint that refuses a request is there; one whose reply cannot be read is not as it should be. */
function verdictOf(failure: unknown): Verdict {
  const { retryable, counts, retryAfterMs, reason } = failureOf(failure);
  return { retryable, retryAfterMs, showing: counts ? 'failing' : reason.startsWith('http_4') ? 'alive' : 'unknown' };
}

/** A name like `max_tokens` is no word of a question that the text may repeat; a plain word must stand in quotes. */
const refusedFields = (text: string): string[] =>
  OPTIONAL_FIELDS.filter((field) =>
    new RegExp(field.includes('_') ? `\\b${field}\\b` : `["'\`]${field}\\\\?["'\`]`).test(text),
  );

const REASONS: Partial<Record<ResilienceErrorCode, FailureReason>> = {
  deadline_exceeded: 'timeout',
  call_aborted: 'aborted',
  circuit_open: 'circuit_open',
};

/** What is no failure of ours, nor one that stands for the policy, is one of the connection. */
function failureOf(failure: unknown): ModelFailure {
  if (failure instanceof ModelFailure) return failure;
  const code = resilienceCodeOf(failure);
  const reason = code && REASONS[code];
  return reason ? new ModelFailure(reason) : new ModelFailure('connection', { retryable: true, counts: true });
}

/**
 * A body as text.
 * @throws ModelFailure `too_large` as soon as it is longer than `limit` bytes; the rest is not read
 */
export async function readText(body: EndpointResponse['body'], limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new ModelFailure('too_large', { counts: true });
    chunks.push(chunk);
  }
  return (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8');
}

/** @throws ModelFailure `not_json` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ModelFailure('not_json', { counts: true });
  }
}
