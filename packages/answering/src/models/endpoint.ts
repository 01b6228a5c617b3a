/**
 * One HTTP endpoint with everything that a call over a network needs: kept connections, a deadline, retries, a circuit
 * breaker and a bound on what is read. Knows nothing of chats.
 */
import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';
import type { Clock, Random } from '@vortexflow/primitives';
import { type Dispatcher, Pool } from 'undici';
import { ModelFailure } from './failure.ts';
import type { ReadKey } from './key.ts';
import { type Limits, parseRetryAfter, Patience, waitBefore } from './patience.ts';
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

/** `closed`: calls go through. `open`: they fail at once. `half_open`: one is let through to see. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** Further attempts after the first. */
const RETRIES = 2;
/** Failures in a row after which an endpoint is left alone. */
const FAILURES_TO_OPEN = 5;
/** How long it is left alone, ms, by the machine's own clock: the breaker's library takes no other. */
const OPEN_MS = 10_000;
/** How much of an error's text is looked at, bytes. */
const MAX_ERROR_BYTES = 8 * 1024;
/** Longest silence on a connection that nobody waits for any more, ms. */
const SILENCE_MS = 300_000;
const CONNECT_MS = 10_000;

/** Fields that some endpoints refuse; the text of the error says which. */
const OPTIONAL_FIELDS = ['response_format', 'stream_options', 'max_tokens', 'temperature'] as const;

export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #breaker = circuitBreaker(
    // While the circuit is half open, an attempt that was not answered has shown nothing: it must not close it.
    handleWhen(
      (failure) =>
        failure instanceof ModelFailure &&
        (failure.counts || (this.breaker === 'half_open' && !failure.reason.startsWith('http_4'))),
    ),
    { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
  );

  constructor(options: EndpointOptions) {
    this.#options = options;
    const url = new URL(options.baseUrl);
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#pool = new Pool(url.origin, {
      connections: options.maxConnections,
      pipelining: 1,
      connect: { timeout: CONNECT_MS },
      // The deadline of each call is the patience's; these only end what nobody waits for.
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
    });
  }

  get breaker(): BreakerState {
    const { state } = this.#breaker;
    return state === CircuitState.Closed ? 'closed' : state === CircuitState.HalfOpen ? 'half_open' : 'open';
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
    limits: Limits,
    read: (response: EndpointResponse) => Promise<T>,
    accept = 'application/json',
  ): Promise<T> {
    const patience = new Patience(this.#options.clock, limits);
    try {
      for (let attempt = 0; ; attempt++) {
        const result = await this.#attempt(path, body, patience, read, accept);
        if (!(result instanceof ModelFailure)) return result;
        const wait = waitBefore(attempt, result.retryAfterMs, this.#options.random);
        if (!result.retryable || attempt >= RETRIES || wait >= patience.remaining) throw result;
        await patience.sleep(wait);
      }
    } finally {
      patience.end();
    }
  }

  /** Ends all connections; calls under way fail. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #attempt<T>(
    path: string,
    body: string,
    patience: Patience,
    read: (response: EndpointResponse) => Promise<T>,
    accept: string,
  ): Promise<T | ModelFailure> {
    try {
      // Bound, because the breaker lets calls wait for the outcome of another one's attempt.
      return await patience.bound(this.#breaker.execute(() => this.#once(path, body, patience, read, accept)));
    } catch (failure) {
      if (failure instanceof BrokenCircuitError) return new ModelFailure('circuit_open');
      return failureOf(failure);
    }
  }

  async #once<T>(
    path: string,
    body: string,
    { signal }: Patience,
    read: (response: EndpointResponse) => Promise<T>,
    accept: string,
  ): Promise<T> {
    try {
      const headers = await this.#headers(accept);
      const response = await this.#pool.request({ path: this.#prefix + path, method: 'POST', headers, body, signal });
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

/** A name like `max_tokens` is no word of a question that the text may repeat; a plain word must stand in quotes. */
const refusedFields = (text: string): string[] =>
  OPTIONAL_FIELDS.filter((field) =>
    new RegExp(field.includes('_') ? `\\b${field}\\b` : `["'\`]${field}\\\\?["'\`]`).test(text),
  );

/** What is no failure of ours is one of the connection. */
function failureOf(failure: unknown): ModelFailure {
  if (failure instanceof ModelFailure) return failure;
  return new ModelFailure('connection', { retryable: true, counts: true });
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
