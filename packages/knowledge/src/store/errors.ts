/** What can go wrong with the document store, as one table. Messages never name a path. */
import { errorFactory, type ErrorDefinition } from '@vortexflow/primitives';

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
  store_unreachable: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The database does not answer: {reason}. Nothing was changed.',
    hint: 'Check that the database runs and that STORE_URL names its host and port; a running server connects again by itself.',
  },
  store_host_unknown: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The host of the database cannot be found.',
    hint: 'Check the host name in STORE_URL.',
  },
  store_access_denied: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message:
      'The database lets nobody in with this user and password, or does not let the user do what is needed ({reason}).',
    hint: 'Check the user in STORE_URL and the password that STORE_PASSWORD refers to; the user must be able to create a schema.',
  },
  store_database_missing: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message: 'The database server has no database of this name.',
    hint: 'Create it (createdb NAME), or correct the name in STORE_URL.',
  },
  store_full: {
    type: 'StorageError',
    status: 507,
    recovery: 'Retry',
    message: 'The disk of the document store is full. Nothing was changed.',
    hint: 'Free some space and send the documents again.',
  },
  store_read_only: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The document store can only be read. Nothing was changed.',
    hint: 'Make the file writable, or connect to the primary database server.',
  },
  store_taken_over: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message: 'Another process changed the document store while this one had lost its connection.',
    hint: 'Restart this server, so that it reads what is stored now.',
  },
  store_outcome_unknown: {
    type: 'StorageError',
    status: 503,
    recovery: 'Retry',
    message: 'The connection to the database broke during a commit: the write is stored entirely or not at all.',
    hint: 'Send it again; storing the same documents twice does no harm.',
  },
  store_unavailable: {
    type: 'StorageError',
    status: 503,
    recovery: 'Propagate',
    message: 'The document store cannot be opened: {reason}.',
    hint: 'Check that the data folder exists, has free space and may be written to.',
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
    message: 'The database belongs to another program. It was left as it is.',
    hint: 'Choose another data folder, or another schema in STORE_URL.',
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
  store_value_refused: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The store refuses a value: {reason}.',
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
