/** Requests and responses: addresses, headers, and every failure turned into a {@link VortexflowError}. */
import { isErrorResponse, responseInvalid, unreachable, VortexflowError } from './errors.ts';

/** What {@link createClient} needs to reach a server. */
export interface ClientOptions {
  /** Where the server is, e.g. `http://127.0.0.1:7000`. Default: the page's own origin. */
  readonly baseUrl?: string;
  /** The owner key or an API key, sent as `Authorization: Bearer`. Not needed to ask and look on one's own machine. */
  readonly key?: string;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Options of a single call. */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Call extends CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** A body that is sent as it is, instead of JSON. */
  readonly raw?: { readonly text: string; readonly type: string };
  readonly accept?: string;
  /** The ETag that what is changed must still have. */
  readonly ifMatch?: string | undefined;
}

/** Sends one request. */
export type Send = (path: string, call?: Call) => Promise<Response>;

/** @returns a function that sends requests and rejects with {@link unreachable} when nothing answers */
export function createSend({ baseUrl = '', key, fetch: fetcher = fetch }: ClientOptions): Send {
  const base = baseUrl.replace(/\/+$/, '');
  return async (path, { method = 'GET', body, raw, accept = 'application/json', ifMatch, signal } = {}) => {
    const headers = new Headers({ accept });
    if (key) headers.set('authorization', `Bearer ${key}`);
    if (ifMatch !== undefined) headers.set('if-match', ifMatch);
    const init: RequestInit = { method, headers };
    if (signal) init.signal = signal;
    if (body !== undefined) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(body);
    } else if (raw) {
      headers.set('content-type', raw.type);
      init.body = raw.text;
    }
    try {
      return await fetcher(`${base}${path}`, init);
    } catch (error) {
      throw failure(error, signal);
    }
  };
}

/** What a broken fetch or body means: the caller's own abort, or a lost server. */
export function failure(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || error instanceof VortexflowError) return error;
  return unreachable(error);
}

/** Reads a JSON body; `undefined` when it is none. */
export async function readJson(response: Response, signal?: AbortSignal): Promise<unknown> {
  try {
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw failure(error, signal);
  }
}

/** The error that a response with a failing status stands for. */
export async function errorOf(response: Response, signal?: AbortSignal): Promise<VortexflowError> {
  const body = await readJson(response, signal);
  if (isErrorResponse(body)) return new VortexflowError(body);
  return responseInvalid(response.status, `status ${response.status} without an error body`);
}

/** The body of a successful response. The server's word is taken for its shape; see the schemas in the protocol. */
export async function resultOf<T>(response: Response, signal?: AbortSignal): Promise<T> {
  if (!response.ok) throw await errorOf(response, signal);
  const body = await readJson(response, signal);
  if (typeof body !== 'object' || body === null) throw responseInvalid(response.status, 'the body is no JSON object');
  return body as T;
}
