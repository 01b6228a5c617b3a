/** Everything about who is who, over one file. No HTTP: it is asked with what came, and says who that is. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { ApiKeys } from './api-keys.ts';
import { Book } from './book.ts';
import type { IdentityContext } from './context.ts';
import type { TellIdentity } from './events.ts';
import { OWNER, type Principal } from './principal.ts';
import { SecondFactor } from './second-factor.ts';
import { type ServiceKey, ServiceTokens } from './service-token.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Tickets } from './tickets.ts';
import { digest, hasDigest, type RandomBytes } from './tokens.ts';
import { refuseUnlessAbove, Users, type UserView, type UserWish } from './users.ts';

export interface IdentityOptions {
  /** File of the records; made when missing. */
  readonly file: string;
  /** Makes its bearer the owner. */
  readonly ownerKey: string;
  readonly services: readonly ServiceKey[];
  /** What tokens of services may name as their audience. */
  readonly audience: () => readonly string[];
  readonly clock: Clock;
  readonly tell: TellIdentity;
  /** Told when the times of last use could not be written. */
  readonly onFailure: (failure: Error) => void;
  /** Default: of the system. */
  readonly random?: RandomBytes;
}

export class Identity {
  readonly keys: ApiKeys;
  readonly sessions: Sessions;
  readonly users: Users;
  readonly secondFactor: SecondFactor;
  readonly signIn: SignIn;
  readonly tickets: Tickets;
  readonly #book: Book;
  readonly #clock: Clock;
  readonly #ownerHash: string;
  readonly #services: ServiceTokens;
  readonly #revoked = new Set<(credential: string) => void>();

  private constructor(
    book: Book,
    { ownerKey, services, audience, clock, tell, random = randomBytes }: IdentityOptions,
  ) {
    const onRevoked = (credential: string): void => this.#tellRevoked(credential);
    const context: IdentityContext = { book, clock, random, tell, onRevoked };
    this.#book = book;
    this.#clock = clock;
    this.#ownerHash = digest(ownerKey);
    this.#services = new ServiceTokens(services, audience);
    this.keys = new ApiKeys(context);
    this.sessions = new Sessions(context);
    this.users = new Users(context);
    this.secondFactor = new SecondFactor(context);
    this.signIn = new SignIn(context, this);
    this.tickets = new Tickets(clock, random);
  }

  /** @throws Error when the file cannot be read, or a key of a service is none */
  static async open(options: IdentityOptions): Promise<Identity> {
    const { file, clock, onFailure } = options;
    return new Identity(await Book.open(file, clock, onFailure), options);
  }

  /** Whom a bearer token stands for: the owner key, an API key, a token of a service; null when it is none. */
  bearer(text: string): Principal | null {
    if (text.startsWith('vfk_')) return this.keys.verify(text);
    if (hasDigest(text, this.#ownerHash)) return OWNER;
    return text.includes('.') ? this.#services.verify(text, this.#clock.now()) : null;
  }

  /** Whether what somebody has shown is still good, for all that it was good for. */
  isLive(principal: Principal): boolean {
    const { how, credential, permissions, until } = principal;
    if (until !== undefined && this.#clock.now() >= until) return false;
    if (credential === null || (how !== 'api-key' && how !== 'session')) return true;
    const current = (how === 'api-key' ? this.keys : this.sessions).current(credential);
    return current !== null && [...permissions].every((permission) => current.permissions.has(permission));
  }

  /** Calls `told` with the id of every key and session that counts no more, or not as it did. @returns ends that */
  onRevoked(told: (credential: string) => void): () => void {
    this.#revoked.add(told);
    return () => void this.#revoked.delete(told);
  }

  /** As {@link Users.change}; what he has open ends with his role or his key. */
  async changeUser(by: Principal, id: string, wish: Partial<UserWish>): Promise<UserView> {
    const { user, isOther } = await this.users.change(by, id, wish);
    if (!isOther) return user;
    for (const key of this.keys.list(id)) this.#tellRevoked(key.id);
    await this.sessions.endAll(id, by.subject, by.subject === id ? by.credential : null);
    return user;
  }

  /** As {@link Users.remove}, with all that he holds: all of it counts at once, also when none can be kept. */
  async removeUser(by: Principal, id: string): Promise<void> {
    this.users.refuseRemoval(by, id);
    const keys = this.keys.list(id).map((key) => this.keys.revoke(key.id, by.subject));
    await Promise.all([...keys, this.sessions.endAll(id, by.subject), this.users.remove(by, id)]);
  }

  /** One's own, or that of somebody below. @throws CodedError `identity_not_found`, `forbidden` */
  async revokeKey(by: Principal, id: string): Promise<void> {
    this.#refuseForeign(by, this.keys.subjectOf(id), 'key', id);
    this.sessions.endOfKey(id);
    await this.keys.revoke(id, by.subject);
  }

  /** One's own, or that of somebody below. @throws CodedError `identity_not_found`, `forbidden` */
  async endSession(by: Principal, id: string): Promise<void> {
    this.#refuseForeign(by, this.sessions.subjectOf(id), 'session', id);
    await this.sessions.end(id, by.subject);
  }

  /** Takes away the second factor of somebody below, who has lost it. @throws CodedError as above */
  async removeSecondFactor(by: Principal, id: string): Promise<void> {
    refuseUnlessAbove(by, this.users.require(id).role);
    await this.secondFactor.remove(id, by.subject);
    await this.sessions.endAll(id, by.subject, by.subject === id ? by.credential : null);
  }

  /** Writes what has not been written yet. */
  close(): Promise<void> {
    return this.#book.close();
  }

  #tellRevoked(credential: string): void {
    for (const told of this.#revoked) told(credential);
  }

  /** Whose it is; what is not one's own and not below looks as if it were not there. */
  #refuseForeign(by: Principal, subject: string | null, kind: string, id: string): void {
    if (subject === by.subject) return;
    const user = subject === null ? undefined : this.users.get(subject);
    if (!user || !by.permissions.has('manage')) throw wireError('identity_not_found', { kind, id });
    refuseUnlessAbove(by, user.role);
  }
}
