/** API keys: for programs, with scopes and an end. */
import { wireError } from '@vortexflow/protocol';
import type { IdentityContext } from './context.ts';
import type { Principal } from './principal.ts';
import { Principals } from './principals.ts';
import type { KeyRecord } from './records.ts';
import type { Scope } from './roles.ts';
import { createToken, hasDigest, tokenId } from './tokens.ts';

/** Most keys of one user. */
const MOST_KEYS = 100;

export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** ms since the Unix epoch; null: none. */
  readonly expiresAt: number | null;
}

/** What may be shown of a key. */
export type KeyView = Omit<KeyRecord, 'hash'>;

export class ApiKeys {
  readonly #context: IdentityContext;
  readonly #principals: Principals;

  constructor(context: IdentityContext) {
    this.#context = context;
    this.#principals = new Principals(context.book, 'api-key');
  }

  /** Whom a key stands for; null when it is wrong, has ended or was revoked. */
  verify(text: string): Principal | null {
    const { book, clock } = this.#context;
    const id = tokenId('vfk', text);
    const record = id === null ? undefined : book.keys.get(id);
    if (!record || !hasDigest(text, record.hash)) return null;
    const now = clock.now();
    if (record.expires_at !== null && record.expires_at <= now) return null;
    book.keys.set(record.id, { ...record, last_used_at: now });
    book.saveLater();
    return this.#principals.of(record);
  }

  /** Whom the key of this id stands for by now; null when it is not good any more. */
  current(id: string): Principal | null {
    const { book, clock } = this.#context;
    const record = book.keys.get(id);
    if (!record || (record.expires_at !== null && record.expires_at <= clock.now())) return null;
    return this.#principals.of(record);
  }

  /**
   * A new key for whoever asks; its text is told here and never again.
   * @throws CodedError `forbidden` for a scope that he has not himself; `identity_conflict` when he has too many
   */
  async create(by: Principal, { name, scopes, expiresAt }: KeyWish): Promise<{ key: string; record: KeyView }> {
    const { book, clock, random, tell } = this.#context;
    if (scopes.some((scope) => !by.permissions.has(scope))) throw wireError('forbidden');
    if (this.list(by.subject).length >= MOST_KEYS)
      throw wireError('identity_conflict', { problem: `There are ${MOST_KEYS} keys already.` });
    const { id, text, hash } = createToken('vfk', random);
    const now = clock.now();
    if (expiresAt !== null && expiresAt <= now)
      throw wireError('request_invalid', { problem: 'The end of the key has passed already.' });
    const rest = { name, subject: by.subject, scopes: [...scopes], created_at: now };
    const record: KeyRecord = { id, hash, ...rest, expires_at: expiresAt, last_used_at: null };
    book.keys.set(id, record);
    await book.save(() => book.keys.delete(id));
    tell({ type: 'key_created', subject: by.subject, credential: id, scopes });
    return { key: text, record: viewOf(record) };
  }

  /** Keys of a user, or of all. */
  list(subject: string | null): KeyView[] {
    const all = [...this.#context.book.keys.values()];
    return all.filter((record) => subject === null || record.subject === subject).map(viewOf);
  }

  subjectOf(id: string): string | null {
    return this.#context.book.keys.get(id)?.subject ?? null;
  }

  /** Counts at once, also when it cannot be kept. @throws CodedError `identity_unavailable` when it cannot */
  async revoke(id: string, by: string): Promise<void> {
    const { book, tell, onRevoked } = this.#context;
    const record = book.keys.get(id);
    if (!record) return;
    book.keys.delete(id);
    this.#principals.forget(id);
    onRevoked(id);
    tell({ type: 'key_revoked', subject: record.subject, credential: id, by });
    await book.save();
  }
}

function viewOf({ hash: _hash, ...shown }: KeyRecord): KeyView {
  return shown;
}
