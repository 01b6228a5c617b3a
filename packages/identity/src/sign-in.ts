/** The ways to a session: a Nostr signature, an owner link, or a key; then the second factor, where there is one. */
import { wireError } from '@vortexflow/protocol';
import type { IdentityContext } from './context.ts';
import { NONCE_MS, Nonces } from './nonces.ts';
import { NostrHttpAuth, type SignedRequest } from './nostr/http-auth.ts';
import { OneTime } from './one-time.ts';
import { OWNER_ID, type Principal } from './principal.ts';
import type { UserRecord } from './records.ts';
import { type Scope, SCOPES } from './roles.ts';
import type { SecondFactor } from './second-factor.ts';
import type { Client, Sessions, SessionStart } from './sessions.ts';
import { createToken, hasDigest, type TokenKind, tokenId } from './tokens.ts';
import type { Users } from './users.ts';

/** An owner link is good for so long; so is half a sign-in. ms. */
const LINK_MS = 10 * 60_000;
const HALF_MS = 5 * 60_000;
const MOST_LINKS = 10;
const MOST_HALVES = 1_000;

/** A session, or what the second factor is to be sent with. */
export type SignedIn =
  | { readonly kind: 'session'; readonly token: string; readonly user: UserRecord }
  | { readonly kind: 'second_factor'; readonly ticket: string; readonly expiresInMs: number };

interface Secret<T> {
  readonly hash: string;
  readonly value: T;
}

interface SignInParts {
  readonly sessions: Sessions;
  readonly users: Users;
  readonly secondFactor: SecondFactor;
}

export class SignIn {
  readonly #context: IdentityContext;
  readonly #parts: SignInParts;
  readonly #nonces: Nonces;
  readonly #nostr: NostrHttpAuth;
  readonly #links: OneTime<Secret<null>>;
  readonly #halves: OneTime<Secret<SessionStart>>;

  constructor(context: IdentityContext, parts: SignInParts) {
    const { clock, random } = context;
    this.#context = context;
    this.#parts = parts;
    this.#nonces = new Nonces(clock, random);
    this.#nostr = new NostrHttpAuth(clock);
    this.#links = new OneTime(clock, LINK_MS, MOST_LINKS);
    this.#halves = new OneTime(clock, HALF_MS, MOST_HALVES);
  }

  /** What a signature is to be made over. */
  challenge(): { nonce: string; expiresInMs: number } {
    return { nonce: this.#nonces.create(), expiresInMs: NONCE_MS };
  }

  /** @throws CodedError `nostr_refused`, `sign_in_refused` */
  async withNostr(request: SignedRequest, nonce: string, client: Client): Promise<SignedIn> {
    const { users } = this.#parts;
    if (!this.#nonces.isGood(nonce)) throw this.#refusal('nostr');
    const publicKey = await this.#nostr.verify(request, (key) => users.withKey(key) !== undefined);
    const user = users.withKey(publicKey);
    // Looked at again: it may have been used while the signature was computed.
    if (!user || !this.#nonces.isGood(nonce)) throw this.#refusal('nostr');
    this.#nonces.use(nonce);
    return this.#enter({ subject: user.id, scopes: null, how: 'nostr', key: null, ...client });
  }

  /** A link by which the owner signs in once. */
  createLink(by: string): { token: string; expiresInMs: number } {
    const token = this.#secret('vfl', this.#links, null);
    this.#context.tell({ type: 'link_created', by });
    return { token, expiresInMs: LINK_MS };
  }

  /** @throws CodedError `sign_in_refused` when the link is wrong, used or over */
  async withLink(token: string, client: Client): Promise<SignedIn> {
    if (takeSecret('vfl', this.#links, token) === null) throw this.#refusal('link');
    return this.#enter({ subject: OWNER_ID, scopes: null, how: 'link', key: null, ...client });
  }

  /** For the bearer of a key: a session that may do what the key may. */
  async withKey(principal: Principal, client: Client): Promise<SignedIn> {
    const { how, subject, permissions, credential } = principal;
    if (how !== 'owner-key' && how !== 'api-key') throw this.#refusal('key');
    // The owner key is above the second factor: who has it can read the file in which the factor is kept.
    const scopes = how === 'owner-key' ? null : SCOPES.filter((scope): scope is Scope => permissions.has(scope));
    const start: SessionStart = { subject, scopes, how: 'key', key: credential, ...client };
    return this.#session(start);
  }

  /** The second half. @throws CodedError `sign_in_refused`, `second_factor_refused`, `second_factor_locked` */
  async withSecondFactor(ticket: string, code: string): Promise<SignedIn> {
    const half = peekSecret('vfp', this.#halves, ticket);
    const user = half === null ? undefined : this.#parts.users.get(half.subject);
    if (!half || !user) throw this.#refusal('second factor');
    await this.#parts.secondFactor.check(user, code);
    // Two right codes at once must not make two sessions of one ticket.
    if (takeSecret('vfp', this.#halves, ticket) === null) throw this.#refusal('second factor');
    return this.#session(half);
  }

  async #enter(start: SessionStart): Promise<SignedIn> {
    const user = this.#parts.users.get(start.subject);
    if (!user?.second_factor) return this.#session(start);
    const ticket = this.#secret('vfp', this.#halves, start);
    return { kind: 'second_factor', ticket, expiresInMs: HALF_MS };
  }

  async #session(start: SessionStart): Promise<SignedIn> {
    const token = await this.#parts.sessions.start(start);
    return { kind: 'session', token, user: this.#parts.users.require(start.subject) };
  }

  #secret<T>(kind: TokenKind, place: OneTime<Secret<T>>, value: T): string {
    const { id, text, hash } = createToken(kind, this.#context.random);
    place.put(id, { hash, value });
    return text;
  }

  #refusal(how: string): Error {
    this.#context.tell({ type: 'sign_in_refused', how, subject: null });
    return wireError('sign_in_refused');
  }
}

/** The value of a secret that is right; null otherwise. */
function peekSecret<T>(kind: TokenKind, place: OneTime<Secret<T>>, text: string): Secret<T>['value'] | null {
  const id = tokenId(kind, text);
  const secret = id === null ? undefined : place.peek(id);
  return secret && hasDigest(text, secret.hash) ? secret.value : null;
}

function takeSecret<T>(kind: TokenKind, place: OneTime<Secret<T>>, text: string): true | null {
  const id = tokenId(kind, text);
  const secret = id === null ? undefined : place.peek(id);
  if (id === null || !secret || !hasDigest(text, secret.hash)) return null;
  place.take(id);
  return true;
}
