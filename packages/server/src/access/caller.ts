/** What access looks at in a request, and from where it came. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What access looks at in a request. */
export interface Caller {
  readonly method: string;
  /** Without the query, as the router reads it. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: how a browser says whose page asks. */
  readonly site: string | undefined;
  /** From where it comes: of the connection, or what a trusted proxy says. */
  readonly address: string;
  /** On this very machine, without a proxy between. */
  readonly isLocal: boolean;
  /** A proxy that is believed passes it on. */
  readonly isProxied: boolean;
}

/** @param isProxy whether an address is that of a proxy that is believed */
export function callerOf(
  { headers, socket, method, url }: IncomingMessage,
  isProxy: (address: string) => boolean,
): Caller {
  const { authorization, cookie, host, origin } = headers;
  const remote = plainAddress(socket.remoteAddress ?? '');
  return {
    method: method ?? 'GET',
    path: routedPath(url),
    authorization,
    cookie,
    host,
    origin,
    site: one(headers['sec-fetch-site']),
    address: addressOf({ headers, socket }, isProxy),
    isLocal: isLoopbackAddress(remote) && !isForwarded(headers),
    isProxied: isProxy(remote),
  };
}

/** From where a request comes: an IP address. */
export function addressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  isProxy: (address: string) => boolean,
): string {
  return forwardedAddress(plainAddress(socket.remoteAddress ?? ''), one(headers['x-forwarded-for']), isProxy);
}

/** As it came. */
export const pathOf = (url: string | undefined): string => (url ?? '/').split('?', 1)[0] as string;

/** As the router reads it. */
export const routedPath = (url: string | undefined): string => decodedPath(pathOf(url));

/** A path up to a fragment, with escapes that stand for letters resolved: one and the same for all its spellings. */
export function decodedPath(path: string): string {
  const plain = path.split('#', 1)[0] as string;
  if (!plain.includes('%')) return plain;
  try {
    return decodeURI(plain);
  } catch {
    return plain;
  }
}

/** Headers by which a proxy says that it speaks for somebody else. Not every proxy sends one; see the README. */
export const PROXY_HEADERS = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
  'via',
];

/** Most proxies in a row. */
const MOST_HOPS = 10;

/**
 * Every proxy puts the address that called it behind those that it was told; only what trusted ones put there counts. So
 * the list is read from its end, up to the first address that is not a trusted proxy.
 */
export function forwardedAddress(
  remote: string,
  header: string | undefined,
  isProxy: (address: string) => boolean,
): string {
  if (header === undefined || !isProxy(remote)) return remote;
  const hops = header.split(',', 1_000).map((hop) => plainAddress(hop.trim()));
  let address = remote;
  for (const hop of hops.slice(-MOST_HOPS).reverse()) {
    if (isIP(hop) === 0) return address;
    address = hop;
    if (!isProxy(hop)) return address;
  }
  return address;
}

/** True when the request came through a proxy that says so. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/** Version 4 as itself, also where the system writes it as version 6. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header;

/** Number of Host headers. RFC 9112, section 3.2: exactly one; Node accepts several. */
export function hostCount({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}

/** Host name of a Host header, without the port. */
export function hostName(header: string): string {
  return header.replace(/:\d{1,5}$/, '').toLowerCase();
}
