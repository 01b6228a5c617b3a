/** Headers on their way through the front. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Principal } from '@vortexflow/identity';
import { PROXY_HEADERS } from '../../access/caller.ts';
import { PEER_HEADER, PRINCIPAL_HEADER, writePrincipal } from '../../access/passed.ts';
import { AUDIT_HEADER } from '../../audit/carried.ts';
import { CODE_HEADER } from '../../http/problems.ts';

/** Of one connection only (RFC 9110, section 7.6.1), or made anew by whoever writes the message. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'expect',
  // Say who is calling; nobody else than the front may.
  PEER_HEADER,
  PRINCIPAL_HEADER,
  CODE_HEADER,
  // What a process tells the log.
  AUDIT_HEADER,
]);

/** Who calls is judged by these: no caller can have them taken away by naming them in `Connection`. */
const JUDGED = new Set(['host', 'origin', 'authorization', 'cookie', ...PROXY_HEADERS]);

/** Who is calling, and from where: an IP address. */
export interface KnownCaller {
  readonly principal: Principal;
  readonly address: string;
}

/** What tells a process who is calling. */
export const callerHeaders = ({ principal, address }: KnownCaller): string[] => [
  PEER_HEADER,
  address,
  PRINCIPAL_HEADER,
  writePrincipal(principal),
];

/** Names and values in turn, as they came, and who is calling. */
export function requestHeaders({ rawHeaders, headers }: IncomingMessage, id: string, caller: KnownCaller): string[] {
  const named = new Set(headers.connection?.toLowerCase().split(/\s*,\s*/));
  const passed = [...callerHeaders(caller), 'x-request-id', id];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const lower = name.toLowerCase();
    const isNamed = named.has(lower) && !JUDGED.has(lower);
    if (!OF_CONNECTION.has(lower) && !isNamed && lower !== 'x-request-id')
      passed.push(name, rawHeaders[i + 1] as string);
  }
  return passed;
}

/** The length stays: the body passes as it is. */
export function responseHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && (!OF_CONNECTION.has(name) || name === 'content-length')) passed[name] = value;
  }
  return passed;
}
