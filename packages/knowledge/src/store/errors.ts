/** What can go wrong with the document store, as one table. Messages never name a path. */
import { CodedError, errorFactory, type ErrorDefinition } from '@vortexflow/primitives';

const define = <Table extends Record<string, ErrorDefinition>>(table: Table): Readonly<Table> => Object.freeze(table);

/** Every error that a {@link DocumentStore} or its opening rejects with. */
const STORE_ERRORS = define({
  store_in_use: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'Another process has the document store open.',
    hint: 'Stop the server first, or send the documents to it instead.',
  },
  store_unavailable: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message: 'The document store cannot be opened: {reason}.',
    hint: 'Check that the data folder exists and may be written to.',
  },
  store_corrupt: {
    type: 'StorageError',
    status: 500,
    recovery: 'Propagate',
    message: 'The document store is damaged: {reason}. The file was left as it is.',
    hint: 'Put a backup in its place, or move the file away to start empty.',
  },
  store_foreign: {
    type: 'StorageError',
    status: 500,
    recovery: 'Propagate',
    message: 'The file is a database of another program. It was left as it is.',
    hint: 'Choose another data folder.',
  },
  store_newer: {
    type: 'StorageError',
    status: 500,
    recovery: 'Propagate',
    message: 'A newer version wrote this document store (unknown migrations: {migrations}).',
    hint: 'Start the newer version again, or restore a backup made before the upgrade.',
  },
  store_write_failed: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The documents could not be stored: {reason}. Nothing was changed.',
    hint: 'Check the free space of the data folder.',
  },
  store_read_failed: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The documents could not be read: {reason}.',
  },
  store_document_refused: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The store refuses a document: {reason}.',
    hint: 'An id is not empty; updatedAt is a whole number of milliseconds since 1970.',
  },
  store_closed: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message: 'The document store is closed.',
  },
});

/** Name of a row of {@link STORE_ERRORS}. */
export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** Makes an error of the store's table. */
export const storeError = errorFactory(STORE_ERRORS);

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const BY_RESULT_CODE = new Map<number, StoreErrorCode>([
  [5, 'store_in_use'], // SQLITE_BUSY
  [6, 'store_in_use'], // SQLITE_LOCKED
  [11, 'store_corrupt'], // SQLITE_CORRUPT
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
