/** Access where connections come in: keys, cookies and tickets are looked at here and nowhere else. */
import type { IncomingMessage } from 'node:http';
import { ANONYMOUS, GUEST, type Identity, type Principal } from '@vortexflow/identity';
import { wireError } from '@vortexflow/protocol';
import { isLoopbackHost } from '../config/settings.ts';
import type { Access } from './access.ts';
import { addressOf, type Caller, callerOf, routedPath } from './caller.ts';
import type { Connections } from './connections.ts';
import { cookieValue, type SessionCookie } from './cookies.ts';
import { isFree } from './limits/costs.ts';
import { type Limits, neighbourhood } from './limits/limits.ts';
import type { Origins } from './origins.ts';

/** The one address that takes Nostr signatures. */
export const LOGIN_PATH = '/api/v1/auth/login';
/** The one address that takes codes, which are short. */
const SECOND_FACTOR_PATH = '/api/v1/auth/second-factor';
/** A shorter owner key may be a phrase that somebody chose, which can be guessed; characters. */
const LONG_OWNER_KEY = 32;

export interface EdgeOptions {
  readonly identity: Identity;
  readonly ownerKey: string;
  readonly origins: Origins;
  readonly limits: Limits;
  readonly connections: Connections;
  readonly cookie: () => SessionCookie;
  /** Told of every use of a session: its id, whose it is, and from where. */
  readonly onSession: (session: string, subject: string, place: string) => void;
  /** Where the server listens: only on loopback are callers trusted without a key. */
  readonly host: string;
  /** Whether an address is that of a proxy that is believed. */
  readonly isProxy: (address: string) => boolean;
}

export function edgeAccess(options: EdgeOptions): Access {
  const { limits, origins, connections, isProxy } = options;
  const refused = new WeakMap<IncomingMessage, Principal>();
  const admit = (request: IncomingMessage, caller: Caller, identify: () => Principal): Principal => {
    origins.refuseForeignName(caller);
    // What nobody could guess is let in from wherever, for it shows that its bearer is none of those who guess there.
    const principal = identify();
    try {
      if (principal.how === 'none' || caller.path === SECOND_FACTOR_PATH) limits.refuseWaiting(caller);
      limits.charge(principal, caller);
    } catch (failure) {
      refused.set(request, principal);
      throw failure;
    }
    return principal;
  };
  return {
    admit(request) {
      if (isFree(routedPath(request.url))) return GUEST;
      const caller = callerOf(request, isProxy);
      return admit(request, caller, () => identify(caller, options));
    },
    admitSocket(request) {
      const caller = callerOf(request, isProxy);
      origins.refuseForeignSocket(caller);
      const ticket = ticketOf(request);
      if (ticket !== null) return admit(request, caller, () => redeem(ticket, caller, options));
      if (!isProgram(caller, options)) {
        // Nobody, but counted as everybody is.
        admit(request, caller, () => GUEST);
        throw wireError('ticket_needed');
      }
      return admit(request, caller, () => identify(caller, options));
    },
    hold: (principal, socket) => connections.hold(principal, socket),
    refused: (request) => refused.get(request) ?? null,
    addressOf: (request) => addressOf(request, isProxy),
  };
}

function identify(caller: Caller, options: EdgeOptions): Principal {
  const { identity, origins, cookie, host, onSession } = options;
  if (caller.authorization !== undefined) return bearerOf(caller, options);
  const token = cookieValue(caller.cookie, cookie().name);
  const principal = token === null ? null : identity.sessions.verify(token);
  // A session that is over is no mistake of its holder: he is asked to sign in again.
  if (principal) {
    origins.refuseForgery(caller);
    onSession(principal.credential as string, principal.subject, placeOf(caller));
    return principal;
  }
  if (!isLoopbackHost(host) || !caller.isLocal) return GUEST;
  origins.refuseForeignPage(caller);
  return ANONYMOUS;
}

/** One household, or one machine, has several addresses, which a browser may use in turn. */
const placeOf = ({ isLocal, address }: Caller): string => (isLocal ? 'this machine' : neighbourhood(address));

function bearerOf(caller: Caller, { identity, limits, ownerKey }: EdgeOptions): Principal {
  const { authorization = '', path } = caller;
  const [scheme = '', token, more] = authorization.split(/ +/, 3);
  if (scheme.toLowerCase() === 'nostr') {
    // It is looked at there, with the body that it signs.
    if (path === LOGIN_PATH) return GUEST;
    throw wireError('nostr_refused', {
      problem: 'Signatures are taken at the sign-in only; afterwards use its cookie.',
    });
  }
  const isBearer = scheme.toLowerCase() === 'bearer' && token !== undefined && more === undefined;
  const principal = isBearer ? identity.bearer(token) : null;
  // While his address waits, a guess that is right must look like one that is wrong.
  const isGuessable = principal?.how === 'owner-key' && ownerKey.length < LONG_OWNER_KEY;
  if (principal && !(isGuessable && limits.isWaiting(caller))) return principal;
  return limits.refuseWrong(caller);
}

/**
 * Who may open a WebSocket without a ticket: a program, which shows a key, or runs on this machine and is no browser. What
 * a browser takes along wherever a page sends it counts for nothing here.
 */
function isProgram({ authorization, origin, cookie: cookies }: Caller, { cookie }: EdgeOptions): boolean {
  return authorization !== undefined || (origin === undefined && cookieValue(cookies, cookie().name) === null);
}

function redeem(ticket: string, caller: Caller, { identity, limits }: EdgeOptions): Principal {
  const principal = identity.tickets.redeem(ticket);
  return principal && identity.isLive(principal) ? principal : limits.refuseWrong(caller);
}

/** `?ticket=` of the address; null when there is none. */
function ticketOf({ url = '' }: IncomingMessage): string | null {
  const at = url.indexOf('?');
  return at === -1 ? null : new URLSearchParams(url.slice(at + 1)).get('ticket');
}
