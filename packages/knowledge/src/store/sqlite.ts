/** {@link Store} over node:sqlite: one file, write-ahead log, fsync at every commit, one process at a time. */
import type { Clock } from '@vortexflow/primitives';
import { Kysely } from 'kysely';
import { DatabaseSync } from 'node:sqlite';
import type { Engine } from './engine.ts';
import { APPLICATION_ID, inspectFile } from './inspect.ts';
import { migrate, migrationsOf, type StoreTables } from './migrations.ts';
import { BUSY_TIMEOUT_MS, NodeSqliteDialect } from './node-sqlite.ts';
import { SqlStore } from './sql-store.ts';
import { fromSqlite } from './sqlite-errors.ts';
import type { Store } from './store.ts';

/** Where the store is and what time it is. */
export interface SqliteStoreOptions {
  /** Path of the database file; its folder exists. Made when missing, together with `-wal` and `-shm` beside it. */
  readonly file: string;
  readonly clock: Clock;
}

/**
 * Opens or makes a store in one SQLite file.
 *
 * The file is locked against other processes until `close` or the end of this process, however it ends.
 * Survives SIGKILL and power loss up to the last resolved write (journal_mode=WAL, synchronous=FULL), as far as the
 * disk keeps its promise of fsync.
 *
 * @throws CodedError `store_in_use`, `store_unavailable`, `store_read_only`, `store_corrupt`, `store_foreign` or `store_newer`
 */
export async function openSqliteStore({ file, clock }: SqliteStoreOptions): Promise<Store> {
  let database: DatabaseSync | undefined;
  try {
    inspectFile(file);
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    takeOver(database);
    const db = new Kysely<StoreTables>({ dialect: new NodeSqliteDialect(database) });
    await migrate(db, migrationsOf('sqlite'));
    return new SqlStore(engineOf(db), clock);
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

function engineOf(db: Kysely<StoreTables>): Engine {
  return {
    transact: (apply) => db.transaction().execute(apply),
    reader: db,
    failure: null,
    // Even on a full disk a small write may have room where all together had none.
    isOwnFault: () => true,
    toStoreError: fromSqlite,
    encode: (text) => text,
    decode: (text) => text,
    close: () => db.destroy(),
  };
}
