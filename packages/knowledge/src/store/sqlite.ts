/** {@link DocumentStore} over node:sqlite: one file, write-ahead log, fsync at every commit, one process at a time. */
import type { Clock } from '@vortexflow/primitives';
import { Kysely, type Selectable, type Transaction } from 'kysely';
import { DatabaseSync } from 'node:sqlite';
import { fromSqlite, storeError } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { APPLICATION_ID, inspectFile } from './inspect.ts';
import { migrate, type StoreTables } from './migrations.ts';
import { BUSY_TIMEOUT_MS, NodeSqliteDialect } from './node-sqlite.ts';
import type { DocumentRecord, DocumentStore, DocumentStoreStatus } from './store.ts';

/** Rows in one INSERT; SQLite takes 32,766 parameters, a row has 4. */
const ROWS_PER_INSERT = 200;
/** Documents in memory at once during a walk over all of them. */
const ROWS_PER_PAGE = 200;

/** Where the store is and what time it is. */
export interface SqliteStoreOptions {
  /** Path of the database file; its folder exists. Made when missing, together with `-wal` and `-shm` beside it. */
  readonly file: string;
  readonly clock: Clock;
}

/**
 * Opens or makes a document store in one SQLite file.
 *
 * The file is locked against other processes until `close` or the end of this process, however it ends.
 * Survives SIGKILL and power loss up to the last resolved write (journal_mode=WAL, synchronous=FULL), as far as the
 * disk keeps its promise of fsync.
 *
 * @throws CodedError `store_in_use`, `store_unavailable`, `store_corrupt`, `store_foreign` or `store_newer`
 */
export async function openSqliteStore({ file, clock }: SqliteStoreOptions): Promise<DocumentStore> {
  let database: DatabaseSync | undefined;
  try {
    inspectFile(file);
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    takeOver(database);
    const db = new Kysely<StoreTables>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db);
    return new SqliteStore(db, clock);
  } catch (error) {
    if (database?.isOpen) database.close();
    throw fromSqlite(error, 'store_unavailable');
  }
}

/** Locks the file for this process, then sets what SQLite forgets between two openings. */
function takeOver(database: DatabaseSync): void {
  // Before the first access: in this order the lock is exclusive, and no shared memory is needed.
  database.exec('pragma locking_mode = exclusive');
  database.exec('pragma journal_mode = wal');
  database.exec('pragma synchronous = full');
  database.exec('pragma foreign_keys = on');
  // The lock is taken by the first write; this is one even when the number is there already.
  database.exec(`pragma application_id = ${APPLICATION_ID}`);
}

class SqliteStore implements DocumentStore {
  readonly #db: Kysely<StoreTables>;
  readonly #commits: GroupCommit<Transaction<StoreTables>>;
  #closing: Promise<void> | null = null;

  constructor(db: Kysely<StoreTables>, clock: Clock) {
    this.#db = db;
    this.#commits = new GroupCommit((apply) => db.transaction().execute(apply), clock);
  }

  async put(documents: readonly DocumentRecord[]): Promise<void> {
    const rows = documents.map(toRow);
    await this.#write((transaction) => upsert(transaction, rows));
  }

  async remove(id: string): Promise<boolean> {
    const deletion = await this.#write((transaction) =>
      transaction.deleteFrom('documents').where('id', '=', id).executeTakeFirst(),
    );
    return deletion.numDeletedRows > 0n;
  }

  async get(id: string): Promise<DocumentRecord | null> {
    const row = await this.#read((db) =>
      db.selectFrom('documents').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? null : fromRow(row);
  }

  /** Page by page: a cursor held open would block every write until the caller has finished. */
  async *all(): AsyncGenerator<DocumentRecord, void, undefined> {
    for (let after = 0; ;) {
      const page = await this.#read((db) =>
        db
          .selectFrom('documents')
          .selectAll()
          .where('position', '>', after)
          .orderBy('position')
          .limit(ROWS_PER_PAGE)
          .execute(),
      );
      for (const row of page) yield fromRow(row);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.position;
    }
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
    return { commits, writes, lastError, lastCommitMs };
  }

  close(): Promise<void> {
    this.#closing ??= this.#commits.idle().then(() => this.#db.destroy());
    return this.#closing;
  }

  async #write<Result>(apply: (transaction: Transaction<StoreTables>) => Promise<Result>): Promise<Result> {
    if (this.#closing) throw storeError('store_closed');
    try {
      return await this.#commits.submit(apply);
    } catch (error) {
      throw fromSqlite(error, 'store_write_failed');
    }
  }

  async #read<Result>(query: (db: Kysely<StoreTables>) => Promise<Result>): Promise<Result> {
    if (this.#closing) throw storeError('store_closed');
    try {
      return await query(this.#db);
    } catch (error) {
      throw fromSqlite(error, 'store_read_failed');
    }
  }
}

type Row = Omit<Selectable<StoreTables['documents']>, 'position'>;

async function upsert(transaction: Transaction<StoreTables>, rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await transaction
      .insertInto('documents')
      .values(rows.slice(start, start + ROWS_PER_INSERT))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          title: row.ref('excluded.title'),
          text: row.ref('excluded.text'),
          updated_at: row.ref('excluded.updated_at'),
        })),
      )
      .execute();
  }
}

/** Copied at the time of the call, so that the caller may reuse its objects before the commit. */
function toRow({ id, title, text, updatedAt }: DocumentRecord): Row {
  // SQLite keeps UTF-8, in which all lone surrogates become the same character: two ids could become one.
  if (!id.isWellFormed()) throw storeError('store_document_refused', { reason: 'its id is not valid Unicode' });
  return { id, title, text, updated_at: updatedAt };
}

function fromRow({ id, title, text, updated_at }: Row): DocumentRecord {
  return { id, title, text, updatedAt: updated_at };
}
