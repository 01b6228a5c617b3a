/** Looks at a file before anything writes to it: is it ours, whole, and of a version that we know? */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';
import { MIGRATION_TABLE, unknownSteps } from './migrations.ts';
import { BUSY_TIMEOUT_MS } from './node-sqlite.ts';

/** `VTXF` in the header of every store, https://www.sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x56545846;

/**
 * Throws `store_foreign`, `store_newer` or `store_corrupt` when the file must not be used; does nothing for a file
 * that is missing or empty. Opens it read-only: a damaged file stays as it is, its write-ahead log included.
 * Reads the whole file once (SQLite's quick_check).
 */
export function inspectFile(file: string): void {
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    inspectDatabase(database);
  } finally {
    database.close();
  }
}

function inspectDatabase(database: DatabaseSync): void {
  const tables = column(database, 'select name from sqlite_schema');
  const [applicationId] = column(database, 'pragma application_id');
  if (applicationId !== APPLICATION_ID && tables.length > 0) throw storeError('store_foreign');

  const [verdict] = column(database, 'pragma quick_check(1)');
  if (verdict !== 'ok') throw storeError('store_corrupt', { reason: String(verdict) });

  if (!tables.includes(MIGRATION_TABLE)) return;
  const unknown = unknownSteps(column(database, `select name from ${MIGRATION_TABLE}`).map(String));
  if (unknown.length > 0) throw storeError('store_newer', { migrations: unknown });
}

/** First column of every row. */
function column(database: DatabaseSync, sql: string): unknown[] {
  return database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);
}
