/**
 * Who is calling, and what that caller may do. Deny by default: a route without a permission cannot be registered, and
 * a role that is not in the table may do nothing.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { wireError } from '@vortexflow/protocol';
import { isLoopbackHost } from '../config/settings.ts';

const PERMISSIONS = ['public', 'look', 'ask', 'change'] as const;
/**
 * `public`: health, the page's own files. `look`: the graph and its viewers. `ask`: questions. `change`: documents and
 * everything else that alters the installation.
 */
export type Permission = (typeof PERMISSIONS)[number];

export type Role = 'owner' | 'anonymous' | 'stranger';

const ALLOWED: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(PERMISSIONS),
  // Somebody on this very machine who has shown no key.
  anonymous: new Set(['public', 'look', 'ask']),
  stranger: new Set(['public']),
};

/** What access looks at in a request. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** True when a proxy says that it speaks for somebody else: then nobody is trusted for coming from loopback. */
  readonly forwarded: boolean;
  readonly remoteAddress: string | undefined;
}

/** Set by our own front, and by nobody else: it takes away what callers send under this name. */
export const PEER_HEADER = 'x-vortexflow-peer';

/** Says to our own front which error an answer is, so that it knows whether another process would do better. */
export const CODE_HEADER = 'x-vortexflow-code';

/** @param isBehindFront the request came over a local socket that only our own front can reach */
export function callerOf({ headers, socket }: IncomingMessage, isBehindFront: boolean): Caller {
  const peer = headers[PEER_HEADER];
  return {
    authorization: headers.authorization,
    host: headers.host,
    origin: headers.origin,
    forwarded: isForwarded(headers),
    remoteAddress: !isBehindFront ? socket.remoteAddress : typeof peer === 'string' ? peer : undefined,
  };
}

/** Decides for one server. */
export interface Access {
  /**
   * The role of a caller.
   * @throws CodedError `unauthenticated` for a wrong key, `host_invalid` or `forbidden` for a page of another origin
   */
  roleOf(caller: Caller): Role;
  /** Shows knowledge of the owner key without showing the key; see {@link identityProof}. */
  prove(nonce: string): string;
}

/**
 * HMAC-SHA256 (RFC 2104) of a nonce under the owner key, hexadecimal. The command line asks for it before it sends the
 * key: what listens on a remembered address may be another program by now.
 */
export function identityProof(ownerKey: string, nonce: string): string {
  return createHmac('sha256', ownerKey).update(`vortexflow identity ${nonce}`).digest('hex');
}

/**
 * @param ownerKey the key that makes its bearer the owner
 * @param boundHost address the server listens on; only on loopback are callers trusted without a key
 */
export function createAccess(ownerKey: string, boundHost: string): Access {
  const expected = digest(ownerKey);
  const trustsLoopback = isLoopbackHost(boundHost);
  return {
    prove: (nonce) => identityProof(ownerKey, nonce),
    roleOf(caller) {
      if (caller.authorization !== undefined) {
        if (isOwner(caller.authorization, expected)) return 'owner';
        throw wireError('unauthenticated');
      }
      if (!trustsLoopback || caller.forwarded || !isLoopbackAddress(caller.remoteAddress)) return 'stranger';
      refuseForeignPages(caller);
      return 'anonymous';
    },
  };
}

/**
 * Lets a role through or not.
 * @throws CodedError `unauthenticated` when a key would help
 */
export function requirePermission(role: Role, permission: Permission): void {
  if (!allows(role, permission)) throw wireError('unauthenticated');
}

export const allows = (role: Role, permission: Permission): boolean => ALLOWED[role].has(permission);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isOwner(authorization: string, expected: Buffer): boolean {
  const match = /^Bearer +(\S+)$/i.exec(authorization);
  // Digests have equal length, so the comparison tells nothing about the key, not even its length.
  return match !== null && timingSafeEqual(digest(match[1] as string), expected);
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/**
 * A page of another site that runs in a browser on this machine comes from loopback too. It gives itself away by its
 * Origin, or, after DNS rebinding, by its Host.
 */
function refuseForeignPages({ host, origin }: Caller): void {
  if (host === undefined || !isLoopbackHost(hostName(host))) throw wireError('host_invalid');
  if (origin === undefined) return;
  const url = URL.parse(origin);
  if (!url || url.host.toLowerCase() !== host.toLowerCase()) throw wireError('forbidden');
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

/** True when the request came through a proxy that says so. */
function isForwarded(headers: IncomingHttpHeaders): boolean {
  return PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/** Number of Host headers. RFC 9112, section 3.2: exactly one; Node accepts several. */
export function hostCount({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}

/** Host name of a Host header, without the port. */
function hostName(header: string): string {
  return header.replace(/:\d{1,5}$/, '').toLowerCase();
}
