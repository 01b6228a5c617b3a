/** {@link Auth} in the process that keeps the records. */
import { accountOf, type Identity, type Principal, type SignedIn, TICKET_MS } from '@vortexflow/identity';
import { CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { identityProof } from './access.ts';
import type { Auth, SignInInput, SignInResult } from './auth.ts';
import type { SessionCookie } from './cookies.ts';
import type { DailyQuota } from './limits/daily-quota.ts';
import type { Limits } from './limits/limits.ts';
import type { Origins } from './origins.ts';

export interface LocalAuthOptions {
  readonly identity: Identity;
  readonly ownerKey: string;
  readonly origins: Origins;
  readonly limits: Limits;
  readonly quota: DailyQuota;
  readonly cookie: () => SessionCookie;
  /** ms since the Unix epoch. */
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const seconds = (ms: number): number => Math.floor(ms / 1000);
/** What counts as guessing. */
const GUESSES = new Set(['sign_in_refused', 'nostr_refused', 'second_factor_refused']);

export function localAuth(options: LocalAuthOptions): Auth {
  const { identity, ownerKey, origins, quota, cookie, now } = options;
  const { sessions, keys, users, secondFactor, signIn, tickets } = identity;
  return {
    prove: async (nonce) => identityProof(ownerKey, nonce),
    async challenge() {
      const { nonce, expiresInMs } = signIn.challenge();
      return { nonce, expires_in_s: seconds(expiresInMs) };
    },
    signIn: (by, input) => guarded(options, input.client.address, () => begin(by, input, options)),
    secondFactor: ({ ticket, code, address }) => guarded(options, address, () => signIn.withSecondFactor(ticket, code)),
    async signOut(by) {
      if (by.how === 'session' && by.credential !== null) await sessions.end(by.credential, by.subject);
      return cookie().clear();
    },
    async link(by) {
      if (!origins.canSignIn) throw wireError('origin_unknown');
      const { token, expiresInMs } = signIn.createLink(by.subject);
      const [origin = ''] = origins.own;
      // Behind the hash: browsers send that to nobody.
      return { url: `${origin}/#link=${token}`, expires_in_s: seconds(expiresInMs) };
    },
    quota: async (by) => quota.use(accountOf(by)),
    ticket: async (by) => ({ ticket: tickets.create(by), expires_in_s: seconds(TICKET_MS) }),
    sessions: async (by) => sessions.list(by.subject),
    endSession: (by, id) => identity.endSession(by, id),
    async keys(by, all) {
      if (all && !by.permissions.has('manage')) throw wireError('forbidden');
      return keys.list(all ? null : by.subject);
    },
    createKey: (by, { name, scopes, expires_in_days: days }) =>
      keys.create(by, { name, scopes, expiresAt: days === null ? null : now() + days * DAY_MS }),
    revokeKey: (by, id) => identity.revokeKey(by, id),
    users: async () => users.list(),
    createUser: (by, wish) => users.create(by, wish),
    changeUser: (by, id, wish) => identity.changeUser(by, id, wish),
    removeUser: (by, id) => identity.removeUser(by, id),
    resetSecondFactor: (by, id) => identity.removeSecondFactor(by, id),
    ownSecondFactor: async (by) => secondFactor.view(users.require(by.subject)),
    enrol: async (by) => secondFactor.enrol(users.require(by.subject)),
    async confirm(by, code) {
      const recovery_codes = await secondFactor.confirm(users.require(by.subject), code);
      return { recovery_codes, cookie: await renew(by, options) };
    },
    async dropSecondFactor(by, code) {
      await secondFactor.check(users.require(by.subject), code);
      await secondFactor.remove(by.subject, by.subject);
      return renew(by, options);
    },
  };
}

function begin(by: Principal, input: SignInInput, { identity, origins }: LocalAuthOptions): Promise<SignedIn> {
  if (!origins.canSignIn) throw wireError('origin_unknown');
  const { link, nostr, method, target, bodyHash, client } = input;
  if (link !== undefined) return identity.signIn.withLink(link, client);
  if (!nostr) return identity.signIn.withKey(by, client);
  const urls = origins.own.map((origin) => origin + target);
  return identity.signIn.withNostr({ authorization: nostr.authorization, method, urls, bodyHash }, nostr.nonce, client);
}

/** What is wrong counts against the address that it came from. */
async function guarded(
  { limits, cookie }: LocalAuthOptions,
  address: string,
  enter: () => Promise<SignedIn>,
): Promise<SignInResult> {
  try {
    return resultOf(await enter(), cookie());
  } catch (failure) {
    if (failure instanceof CodedError && GUESSES.has(failure.code)) limits.failed(address);
    throw failure;
  }
}

function resultOf(signed: SignedIn, cookie: SessionCookie): SignInResult {
  if (signed.kind === 'second_factor')
    return { status: 'second_factor', ticket: signed.ticket, expires_in_s: seconds(signed.expiresInMs) };
  const { id, name, role } = signed.user;
  return { status: 'signed_in', cookie: cookie.set(signed.token), subject: id, name, role };
}

/** After what changes how far one's session can be trusted: a new secret for it, and an end for all others. */
async function renew(by: Principal, { identity, cookie }: LocalAuthOptions): Promise<string | null> {
  const own = by.how === 'session' ? by.credential : null;
  const token = own === null ? null : await identity.sessions.rotate(own);
  const kept = token === null ? null : identity.sessions.verify(token);
  await identity.sessions.endAll(by.subject, by.subject, kept?.credential ?? null);
  return token === null ? null : cookie().set(token);
}
