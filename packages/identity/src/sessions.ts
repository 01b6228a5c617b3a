/** Sessions of people: an opaque secret in a cookie, with an end when nobody uses it and an end in any case. */
import type { IdentityContext } from './context.ts';
import type { Principal } from './principal.ts';
import { Principals } from './principals.ts';
import type { SessionRecord } from './records.ts';
import { createToken, hasDigest, tokenId } from './tokens.ts';

/** Without a request, and in all, ms. */
export const SESSION_LIFE = { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 } as const;
/** Sessions of one user, and of all; beyond, the one that was used least lately ends. */
const MOST_OF_ONE = 20;
const MOST_OF_ALL = 5_000;

/** Where somebody signs in, as far as it is worth showing to him later. */
export interface Client {
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
}

export type SessionStart = Pick<SessionRecord, 'subject' | 'scopes' | 'how' | 'key'> & Client;
/** What may be shown of a session. */
export type SessionView = Omit<SessionRecord, 'hash'>;

export class Sessions {
  readonly #context: IdentityContext;
  readonly #principals: Principals;

  constructor(context: IdentityContext) {
    this.#context = context;
    this.#principals = new Principals(context.book, 'session');
  }

  /** Whose session it is; null when it is wrong or over. */
  verify(text: string): Principal | null {
    const { book, clock } = this.#context;
    const id = tokenId('vfs', text);
    const record = id === null ? undefined : book.sessions.get(id);
    if (!record || !hasDigest(text, record.hash)) return null;
    const now = clock.now();
    if (this.#isOver(record, now)) return null;
    book.sessions.set(record.id, { ...record, last_seen_at: now });
    book.saveLater();
    return this.#principals.of(record);
  }

  /** Whose the session of this id is by now; null when it is over. */
  current(id: string): Principal | null {
    const { book, clock } = this.#context;
    const record = book.sessions.get(id);
    return record === undefined || this.#isOver(record, clock.now()) ? null : this.#principals.of(record);
  }

  /** @returns the secret, told here and never again */
  async start({ address, agent, ...start }: SessionStart): Promise<string> {
    const { book, clock, random, tell } = this.#context;
    this.#makeRoom(start.subject);
    const { id, text, hash } = createToken('vfs', random);
    const now = clock.now();
    const client = { address: address.slice(0, 64), agent: plain(agent).slice(0, 200) };
    book.sessions.set(id, { id, hash, ...start, created_at: now, last_seen_at: now, ...client });
    await book.save(() => book.sessions.delete(id));
    tell({ type: 'signed_in', subject: start.subject, how: start.how, credential: id });
    return text;
  }

  /** A new secret in place of the old one, with the same end: after whatever changes what the session may do. */
  async rotate(id: string): Promise<string | null> {
    const { book, random } = this.#context;
    const old = book.sessions.get(id);
    if (!old) return null;
    const token = createToken('vfs', random);
    book.sessions.set(token.id, { ...old, id: token.id, hash: token.hash });
    this.#drop(old);
    await book.save();
    return token.text;
  }

  /** Those that are not over. */
  list(subject: string): SessionView[] {
    const now = this.#context.clock.now();
    const own = [...this.#context.book.sessions.values()].filter((record) => record.subject === subject);
    return own.filter((record) => !this.#isOver(record, now)).map(({ hash: _hash, ...shown }) => shown);
  }

  subjectOf(id: string): string | null {
    return this.#context.book.sessions.get(id)?.subject ?? null;
  }

  /** Counts at once. @throws CodedError `identity_unavailable` when it cannot be kept */
  async end(id: string, by: string): Promise<void> {
    const { book, tell } = this.#context;
    const record = book.sessions.get(id);
    if (!record) return;
    this.#drop(record);
    const { subject } = record;
    tell(
      by === subject
        ? { type: 'signed_out', subject, credential: id }
        : { type: 'session_revoked', subject, credential: id, by },
    );
    await book.save();
  }

  /** All sessions of a user but one. */
  async endAll(subject: string, by: string, except: string | null = null): Promise<void> {
    const ids = this.list(subject).map(({ id }) => id);
    await Promise.all(ids.filter((id) => id !== except).map((id) => this.end(id, by)));
  }

  /** Those of everybody. */
  async endEverybodys(by: string): Promise<void> {
    const ids = [...this.#context.book.sessions.keys()];
    await Promise.all(ids.map((id) => this.end(id, by)));
  }

  #isOver({ created_at, last_seen_at, key }: SessionRecord, now: number): boolean {
    if (now - last_seen_at >= SESSION_LIFE.idleMs || now - created_at >= SESSION_LIFE.absoluteMs) return true;
    if (key === null) return false;
    const record = this.#context.book.keys.get(key);
    return record === undefined || (record.expires_at !== null && record.expires_at <= now);
  }

  #drop({ id }: SessionRecord): void {
    this.#context.book.sessions.delete(id);
    this.#principals.forget(id);
    this.#context.onRevoked(id);
  }

  /** Those that a key began: it has been revoked. */
  endOfKey(key: string): void {
    for (const record of this.#context.book.sessions.values()) if (record.key === key) this.#drop(record);
  }

  #makeRoom(subject: string): void {
    const { book, clock } = this.#context;
    const now = clock.now();
    for (const record of book.sessions.values()) if (this.#isOver(record, now)) this.#drop(record);
    const own = [...book.sessions.values()].filter((record) => record.subject === subject);
    if (own.length >= MOST_OF_ONE) this.#drop(leastUsed(own));
    if (book.sessions.size >= MOST_OF_ALL) this.#drop(leastUsed([...book.sessions.values()]));
  }
}

const leastUsed = (records: readonly SessionRecord[]): SessionRecord =>
  records.reduce((least, record) => (record.last_seen_at < least.last_seen_at ? record : least));

const plain = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
