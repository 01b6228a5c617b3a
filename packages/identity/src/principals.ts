/** Principals of keys and sessions, made once for as long as nothing changes. */
import type { Book } from './book.ts';
import type { Principal, Proof } from './principal.ts';
import type { KeyRecord, SessionRecord, UserRecord } from './records.ts';
import { permissionsOf } from './roles.ts';

interface Made {
  readonly user: UserRecord;
  readonly principal: Principal;
}

export class Principals {
  readonly #book: Book;
  readonly #how: Proof;
  readonly #made = new Map<string, Made>();

  constructor(book: Book, how: Proof) {
    this.#book = book;
    this.#how = how;
  }

  /** null when the user is no more. */
  of(record: KeyRecord | SessionRecord): Principal | null {
    const { id, subject, scopes } = record;
    const user = this.#book.users.get(subject);
    const made = this.#made.get(id);
    if (made && made.user === user) return made.principal;
    if (!user) return null;
    const { role } = user;
    const permissions = permissionsOf(role, scopes);
    const key = 'key' in record && record.key !== null ? { key: record.key } : {};
    const principal: Principal = { subject, role, permissions, how: this.#how, credential: id, ...key };
    this.#made.set(id, { user, principal });
    return principal;
  }

  forget(id: string): void {
    this.#made.delete(id);
  }
}
