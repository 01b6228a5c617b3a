/** What node:sqlite throws, in the words of the store's table. */
import { CodedError } from '@vortexflow/primitives';
import { storeError, type StoreErrorCode } from './errors.ts';

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const BY_RESULT_CODE = new Map<number, StoreErrorCode>([
  [5, 'store_in_use'], // SQLITE_BUSY
  [6, 'store_in_use'], // SQLITE_LOCKED
  [8, 'store_read_only'], // SQLITE_READONLY
  [11, 'store_corrupt'], // SQLITE_CORRUPT
  [13, 'store_full'], // SQLITE_FULL
  [18, 'store_document_refused'], // SQLITE_TOOBIG
  [19, 'store_document_refused'], // SQLITE_CONSTRAINT
  [26, 'store_corrupt'], // SQLITE_NOTADB
]);

/**
 * Translates what node:sqlite throws. An extended result code holds the primary one in its low 8 bits.
 *
 * @param otherwise the code for everything that the result code does not decide (full disk, I/O error, ...)
 */
export function fromSqlite(error: unknown, otherwise: StoreErrorCode): CodedError<StoreErrorCode> {
  if (error instanceof CodedError) return error as CodedError<StoreErrorCode>;
  const reason = error instanceof Error ? error.message : String(error);
  return storeError(codeOf(error) ?? otherwise, { reason }, error);
}

function codeOf(error: unknown): StoreErrorCode | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  // node:sqlite's own refusal of a value that has no SQLite type, before SQLite saw it.
  if (code === 'ERR_INVALID_ARG_TYPE') return 'store_document_refused';
  return typeof errcode === 'number' ? BY_RESULT_CODE.get(errcode & 0xff) : undefined;
}
