/** What the driver `pg` throws, in the words of the store's table. */
import { CodedError } from '@vortexflow/primitives';
import { storeError, type StoreErrorCode } from '../errors.ts';

/** PostgreSQL's codes, https://www.postgresql.org/docs/15/errcodes-appendix.html: whole ones, then classes (the first two characters). */
const BY_SQLSTATE: Readonly<Record<string, StoreErrorCode>> = {
  '28000': 'store_access_denied', // invalid_authorization_specification
  '28P01': 'store_access_denied', // invalid_password
  '42501': 'store_access_denied', // insufficient_privilege
  '3D000': 'store_database_missing', // invalid_catalog_name
  '25006': 'store_read_only', // read_only_sql_transaction
  '53100': 'store_full', // disk_full
  '53300': 'store_unreachable', // too_many_connections
  '57P01': 'store_unreachable', // admin_shutdown
  '57P02': 'store_unreachable', // crash_shutdown
  '57P03': 'store_unreachable', // cannot_connect_now
  '57P05': 'store_unreachable', // idle_session_timeout
  '25P03': 'store_unreachable', // idle_in_transaction_session_timeout
  XX001: 'store_corrupt', // data_corrupted
  XX002: 'store_corrupt', // index_corrupted
  '08': 'store_unreachable', // connection_exception
  '22': 'store_document_refused', // data_exception
  '23': 'store_document_refused', // integrity_constraint_violation
  '54': 'store_document_refused', // program_limit_exceeded
};

/** Codes of Node's network functions, with words that name neither host nor path. */
const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'it took too long',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ENOENT: 'there is no such socket',
  EACCES: 'its socket may not be opened',
};

/** Codes of a name that no name server knows, or of no name server at all. */
const NO_SUCH_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);

/** @param otherwise the code for what no row of the tables decides */
export function fromPostgres(error: unknown, otherwise: StoreErrorCode): CodedError<StoreErrorCode> {
  if (error instanceof CodedError) return error as CodedError<StoreErrorCode>;
  const message = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  if (state !== null) {
    const code = BY_SQLSTATE[state] ?? BY_SQLSTATE[state.slice(0, 2)] ?? otherwise;
    // PostgreSQL's sentence about a login names the user.
    return storeError(code, { reason: code === 'store_access_denied' ? state : message }, error);
  }
  const code = codeOf(error);
  if (NO_SUCH_HOST.has(code)) return storeError('store_host_unknown', undefined, error);
  // The driver's own words for "the server asks for a password".
  if (/client password must be/.test(message))
    return storeError('store_access_denied', { reason: 'no password' }, error);
  if (/certificate|SSL|TLS/.test(message) || code.startsWith('ERR_TLS'))
    return storeError('store_unreachable', { reason: `no secure connection (${message})` }, error);
  if (isConnectionLoss(error)) return storeError('store_unreachable', { reason: reasonOf(error) }, error);
  return storeError(otherwise, { reason: message }, error);
}

/** True when nothing more can come over the connection that failed so, and what was sent last may have been done. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return /^(57P0[1235]|25P03|08)/.test(state);
  return codeOf(error) in NETWORK_REASONS || DRIVER_LOSS.test(String((error as { message?: unknown })?.message));
}

/** The sentences of pg, pg-pool and Kysely, which have no code. */
const DRIVER_LOSS =
  /^(Connection terminated|timeout expired|timeout exceeded|Query read timeout|Cannot use a pool after)|is not queryable|has been discarded/;

function reasonOf(error: unknown): string {
  const reason = NETWORK_REASONS[codeOf(error)];
  if (reason !== undefined) return reason;
  return /^(timeout|Query read)/.test((error as Error).message) ? 'it took too long' : 'the connection was lost';
}

function sqlState(error: unknown): string | null {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && severity !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
