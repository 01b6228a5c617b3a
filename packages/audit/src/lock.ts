/** One process at a time has a log. */
import { DatabaseSync } from 'node:sqlite';
import { auditError } from './errors.ts';

const SQLITE_BUSY = 5;

/**
 * Takes the lock of a file. It is one of the system's, taken through SQLite, which Node brings along and which knows how on every
 * system: it goes with the process, however that ends, and no number of a process that is long gone keeps anybody out.
 * @returns gives it back  @throws CodedError `audit_locked`, `audit_unavailable`
 */
export function takeLock(file: string): () => void {
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (failure) {
    database.close();
    const isLocked = (failure as { errcode?: number }).errcode === SQLITE_BUSY;
    throw auditError(isLocked ? 'audit_locked' : 'audit_unavailable', undefined, failure);
  }
  return () => database.close();
}
