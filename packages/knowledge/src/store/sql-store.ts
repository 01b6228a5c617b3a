/** {@link Store} over any SQL database that an {@link Engine} opens. */
import type { Clock } from '@vortexflow/primitives';
import { sql, type Selectable } from 'kysely';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, StoreDatabase } from './engine.ts';
import { storeError, type StoreErrorCode } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import type { KeyValueStore } from './values/key-values.ts';
import type { StoreTables } from './migrations.ts';
import { inPages, ROWS_PER_PLAN } from './pages.ts';
import { SqlKeyValues } from './values/sql-key-values.ts';
import type { DocumentRecord, DocumentStoreStatus, Store } from './store.ts';

/** Rows in one INSERT; SQLite takes 32,766 parameters, PostgreSQL 65,535, a row has 6. */
const ROWS_PER_INSERT = 200;
/** Characters in one INSERT, about: SQLite stops the thread while it writes them. */
const CHARACTERS_PER_INSERT = 500_000;
/** PostgreSQL refuses more than 2,704 in an index. */
const MAX_ID_BYTES = 2048;

export class SqlStore implements Store {
  readonly values: KeyValueStore;
  readonly #engine: Engine;
  readonly #commits: GroupCommit<StoreDatabase>;
  #closing: Promise<void> | null = null;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#commits = new GroupCommit(
      (apply) => engine.transact(apply),
      clock,
      (error) => engine.isOwnFault(error),
    );
    this.values = new SqlKeyValues(
      (query) => this.#read(query),
      (apply) => this.#write(apply),
      clock,
    );
  }

  async put(documents: readonly DocumentRecord[]): Promise<void> {
    const rows = documents.map((document) => this.#toRow(document));
    await this.#write((transaction) => upsert(transaction, rows));
  }

  async remove(id: string): Promise<boolean> {
    if (!id.isWellFormed()) return false;
    const key = this.#engine.encode(id);
    const deletion = await this.#write((transaction) =>
      transaction.deleteFrom('documents').where('id', '=', key).executeTakeFirst(),
    );
    return deletion.numDeletedRows > 0n;
  }

  async get(id: string): Promise<DocumentRecord | null> {
    if (!id.isWellFormed()) return null;
    const key = this.#engine.encode(id);
    const row = await this.#read((db) =>
      db.selectFrom('documents').selectAll().where('id', '=', key).executeTakeFirst(),
    );
    return row === undefined ? null : this.#fromRow(row);
  }

  async *all(): AsyncGenerator<DocumentRecord, void, undefined> {
    const rows = inPages<number, Row>({
      sizes: (after) => this.#read((db) => sizesAfter(db, after)),
      rows: (first, last) => this.#read((db) => rowsBetween(db, first, last)),
    });
    for await (const row of rows) yield this.#fromRow(row);
  }

  async count(): Promise<number> {
    const row = await this.#read((db) =>
      db
        .selectFrom('documents')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    );
    return row.count;
  }

  status(): DocumentStoreStatus {
    const { commits, writes, lastError, lastCommitMs } = this.#commits;
    return { commits, writes, lastError: this.#engine.failure?.message ?? lastError, lastCommitMs };
  }

  close(): Promise<void> {
    this.#closing ??= this.#commits.idle().then(() => this.#engine.close());
    return this.#closing;
  }

  async #write<Result>(apply: (transaction: StoreDatabase) => Promise<Result>): Promise<Result> {
    if (this.#closing) throw storeError('store_closed');
    if (this.#engine.failure) throw this.#engine.failure;
    return this.#coded(this.#commits.submit(apply), 'store_write_failed');
  }

  async #read<Result>(query: (db: StoreDatabase) => Promise<Result>): Promise<Result> {
    if (this.#closing) throw storeError('store_closed');
    return this.#coded(query(this.#engine.reader), 'store_read_failed');
  }

  async #coded<Result>(work: Promise<Result>, otherwise: StoreErrorCode): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw this.#engine.toStoreError(error, otherwise);
    }
  }

  /** Copied at the time of the call, so that the caller may reuse its objects before the commit. */
  #toRow({ id, title, text, updatedAt, format, account }: DocumentRecord): NewRow {
    // Databases keep UTF-8, in which all lone surrogates become the same character: two ids could become one.
    if (!id.isWellFormed()) throw refused('its id is not valid Unicode');
    if (Buffer.byteLength(id) > MAX_ID_BYTES) throw refused(`its id takes more than ${MAX_ID_BYTES} bytes`);
    if (!/^[\x21-\x7e]{1,64}$/.test(format)) throw refused('its format is not a short name');
    if (account !== undefined && !/^[\x21-\x7e]{1,128}$/.test(account))
      throw refused('its account is not a short name');
    const encode = (value: string): string => this.#engine.encode(value);
    const row = { id: encode(id), title: encode(title), text: encode(text), updated_at: updatedAt, format };
    return { ...row, account: account ?? null };
  }

  #fromRow({ id, title, text, updated_at, format, account }: Row): DocumentRecord {
    const decode = (value: string): string => this.#engine.decode(value);
    const record = { id: decode(id), title: decode(title), text: decode(text), updatedAt: updated_at, format };
    return account === null ? record : { ...record, account };
  }
}

type Row = Selectable<StoreTables['documents']>;
type NewRow = Omit<Row, 'position'>;

const refused = (reason: string): Error => storeError('store_document_refused', { reason });

async function upsert(transaction: StoreDatabase, documents: readonly NewRow[]): Promise<void> {
  // A Map keeps the place of the first and the content of the last; PostgreSQL refuses the same row twice.
  const rows = [...new Map(documents.map((row) => [row.id, row])).values()];
  for (const some of groupsOf(rows)) {
    await transaction
      .insertInto('documents')
      .values(some)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          title: row.ref('excluded.title'),
          text: row.ref('excluded.text'),
          updated_at: row.ref('excluded.updated_at'),
          format: row.ref('excluded.format'),
          account: row.ref('excluded.account'),
        })),
      )
      .execute();
    // Waiting for SQLite alone gives nobody else a turn.
    if (some.at(-1) !== rows.at(-1)) await nextTurn();
  }
}

/** Rows that go into one INSERT each. */
function* groupsOf(rows: readonly NewRow[]): Generator<NewRow[]> {
  let group: NewRow[] = [];
  let characters = 0;
  for (const row of rows) {
    group.push(row);
    characters += row.text.length;
    if (group.length < ROWS_PER_INSERT && characters < CHARACTERS_PER_INSERT) continue;
    yield group;
    [group, characters] = [[], 0];
  }
  if (group.length > 0) yield group;
}

function sizesAfter(db: StoreDatabase, after: number | null) {
  return db
    .selectFrom('documents')
    .select('position as place')
    .select(sql<number>`octet_length(text)`.as('size'))
    .where('position', '>', after ?? 0)
    .orderBy('position')
    .limit(ROWS_PER_PLAN)
    .execute();
}

function rowsBetween(db: StoreDatabase, first: number, last: number) {
  return db
    .selectFrom('documents')
    .selectAll()
    .where('position', '>=', first)
    .where('position', '<=', last)
    .orderBy('position')
    .execute();
}
