/** Pages of other sites that may read answers: none, but those that the settings name; never with cookies. */
import type { IncomingMessage } from 'node:http';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const HEADERS = 'authorization, content-type, if-match, x-request-id';
const EXPOSED = 'x-request-id, retry-after, etag';
/** How long a browser may remember that it has asked, s. */
const MAX_AGE_S = 600;

/** Headers by which the browser of a listed page lets it read the answer; none for all others. */
export function corsHeaders(
  { headers }: IncomingMessage,
  allowed: readonly string[],
): Readonly<Record<string, string>> {
  const { origin } = headers;
  if (allowed.length === 0) return NONE;
  if (origin === undefined || !allowed.includes(origin)) return VARIES;
  return {
    ...VARIES,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
    'cross-origin-resource-policy': 'cross-origin',
  };
}

/** Whether a browser asks beforehand what a listed page may do; the answer is these headers and nothing else. */
export function preflightHeaders(
  request: IncomingMessage,
  allowed: readonly string[],
): Readonly<Record<string, string>> | null {
  const { method, headers } = request;
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return null;
  if (headers.origin === undefined || !allowed.includes(headers.origin)) return null;
  return {
    ...corsHeaders(request, allowed),
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': HEADERS,
    'access-control-max-age': String(MAX_AGE_S),
  };
}

const NONE = {};
const VARIES = { vary: 'origin' };
