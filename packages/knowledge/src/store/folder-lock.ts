/** Keeps a second server out of a data folder whose documents are in a database elsewhere. */
import { DatabaseSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS } from './node-sqlite.ts';
import { fromSqlite } from './sqlite-errors.ts';

/**
 * Locks through an empty SQLite file: such a lock ends with the process, however it ends, on every system.
 *
 * @returns how to let go
 * @throws CodedError `store_in_use` when another process has it, `store_unavailable` when the file cannot be made
 */
export function lockFolder(file: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec('begin exclusive');
  } catch (error) {
    database?.close();
    throw fromSqlite(error, 'store_unavailable');
  }
  const held = database;
  return () => {
    if (held.isOpen) held.close();
  };
}
