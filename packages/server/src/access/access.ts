/**
 * Who is calling, and what that caller may do. Deny by default: a route without a permission cannot be registered, and
 * what the table of roles does not name is refused. Who that is gets decided where connections come in, once for each
 * request: in this process, or in the front before it, which passes it on (see `passed.ts`).
 */
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Permission, Principal } from '@vortexflow/identity';
import { wireError } from '@vortexflow/protocol';

export interface Access {
  /**
   * Who is calling.
   * @throws CodedError `unauthenticated` for a wrong key, `host_invalid` or `forbidden` for a page of another origin,
   *   `rate_limited`
   */
  admit(request: IncomingMessage): Principal;
  /** Who opens a WebSocket: a ticket in the address counts, too; a page must be our own. @throws as {@link admit} */
  admitSocket(request: IncomingMessage): Principal;
  /** Closes the connection when the key or session of its holder counts no more. */
  hold(principal: Principal, socket: Duplex): void;
  /** Who it was that {@link admit} refused, as far as it was found out: for the log. */
  refused(request: IncomingMessage): Principal | null;
  /** From where a request comes: an IP address. */
  addressOf(request: IncomingMessage): string;
}

/**
 * HMAC-SHA256 (RFC 2104) of a nonce under the owner key, hexadecimal. The command line asks for it before it sends the
 * key: what listens on a remembered address may be another program by now.
 */
export function identityProof(ownerKey: string, nonce: string): string {
  return createHmac('sha256', ownerKey).update(`vortexflow identity ${nonce}`).digest('hex');
}

/**
 * Lets somebody through or not.
 * @throws CodedError `unauthenticated` when he might by showing who he is, `forbidden` when we know who he is
 */
export function requirePermission({ permissions, how }: Principal, permission: Permission): void {
  if (permissions.has(permission)) return;
  throw wireError(how === 'none' || how === 'loopback' ? 'unauthenticated' : 'forbidden');
}
