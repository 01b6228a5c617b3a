/** People: who they are here, and what role they have. */
import { wireError } from '@vortexflow/protocol';
import type { IdentityContext } from './context.ts';
import { OWNER_ID, type Principal } from './principal.ts';
import type { UserRecord } from './records.ts';
import { isAbove, type Role } from './roles.ts';

const MOST_USERS = 1_000;

export interface UserWish {
  readonly name: string;
  readonly role: Role;
  /** Public key, hexadecimal, by which he signs in. */
  readonly nostr: string | null;
}

/** What may be shown of a user. */
export type UserView = Omit<UserRecord, 'second_factor'> & { readonly second_factor: boolean };

export class Users {
  readonly #context: IdentityContext;

  constructor(context: IdentityContext) {
    this.#context = context;
  }

  get(id: string): UserRecord | undefined {
    return this.#context.book.users.get(id);
  }

  withKey(publicKey: string): UserRecord | undefined {
    for (const user of this.#context.book.users.values()) if (user.nostr === publicKey) return user;
    return undefined;
  }

  list(): UserView[] {
    return [...this.#context.book.users.values()].map(viewOf);
  }

  /** @throws CodedError `forbidden` for a role that is not below one's own; `identity_conflict` */
  async create(by: Principal, wish: UserWish): Promise<UserView> {
    const { book, clock, random, tell } = this.#context;
    refuseUnlessAbove(by, wish.role);
    this.#refuseTaken(wish.nostr, null);
    if (book.users.size >= MOST_USERS)
      throw wireError('identity_conflict', { problem: `There are ${MOST_USERS} users already.` });
    const id = random(8).toString('hex');
    const user: UserRecord = { id, ...wish, second_factor: null, created_at: clock.now() };
    book.users.set(id, user);
    await book.save(() => book.users.delete(id));
    tell({ type: 'user_created', subject: id, by: by.subject });
    return viewOf(user);
  }

  /**
   * Changes a user; one's own name and key, too. What he holds ends when his role or his key does.
   * @throws CodedError as {@link create}, `identity_not_found`
   * @returns whether his sessions must end
   */
  async change(by: Principal, id: string, wish: Partial<UserWish>): Promise<{ user: UserView; isOther: boolean }> {
    const { book, tell } = this.#context;
    const old = this.require(id);
    if (by.subject !== id) refuseUnlessAbove(by, old.role);
    if (wish.role !== undefined && wish.role !== old.role) {
      if (id === OWNER_ID) throw wireError('identity_conflict', { problem: 'The owner stays the owner.' });
      refuseUnlessAbove(by, old.role);
      refuseUnlessAbove(by, wish.role);
    }
    if (wish.nostr !== undefined) this.#refuseTaken(wish.nostr, id);
    const user: UserRecord = { ...old, ...wish };
    book.users.set(id, user);
    await book.save(() => book.users.set(id, old));
    tell({ type: 'user_changed', subject: id, by: by.subject });
    return { user: viewOf(user), isOther: user.role !== old.role || user.nostr !== old.nostr };
  }

  /** @throws CodedError as {@link change}, `identity_not_found` */
  refuseRemoval(by: Principal, id: string): void {
    if (id === OWNER_ID) throw wireError('identity_conflict', { problem: 'The owner stays the owner.' });
    refuseUnlessAbove(by, this.require(id).role);
  }

  /**
   * Counts at once, also when it cannot be kept.
   * @throws CodedError as {@link refuseRemoval}, `identity_unavailable` when it cannot be kept
   */
  async remove(by: Principal, id: string): Promise<void> {
    const { book, tell } = this.#context;
    this.refuseRemoval(by, id);
    book.users.delete(id);
    tell({ type: 'user_removed', subject: id, by: by.subject });
    await book.save();
  }

  /** @throws CodedError `identity_not_found` */
  require(id: string): UserRecord {
    const user = this.get(id);
    if (!user) throw wireError('identity_not_found', { kind: 'user', id });
    return user;
  }

  #refuseTaken(publicKey: string | null, id: string | null): void {
    const other = publicKey === null ? undefined : this.withKey(publicKey);
    if (other && other.id !== id)
      throw wireError('identity_conflict', {
        problem: 'Another user signs in with this public key.',
        pointer: '/nostr',
      });
  }
}

/** Owners stand beside each other, and yet may change each other: nobody else could. */
export function refuseUnlessAbove(by: Principal, role: Role): void {
  const may = by.permissions.has('own') || (by.permissions.has('manage') && isAbove(by.role, role));
  if (!may) throw wireError('forbidden');
}

function viewOf({ second_factor, ...shown }: UserRecord): UserView {
  return { ...shown, second_factor: second_factor !== null };
}
