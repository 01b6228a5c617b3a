/** The port for small durable state of other parts: what was learned, which folders are watched. The laws: `conformance.ts`. */
import { storeError } from '../errors.ts';

/** Most bytes (UTF-8) of one value's JSON text. */
export const MAX_VALUE_BYTES = 1_048_576;
const MAX_KEY_LENGTH = 512;

/** One entry. */
export interface KeyValue {
  readonly key: string;
  /** What `JSON.parse` made of the stored text. */
  readonly value: unknown;
  /** When it was put, whole milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/**
 * Durable JSON values by namespace and key. A namespace belongs to one part of the program: a small letter, then up to
 * 63 small letters, digits, `.` and `-`. A key has 1 to 512 characters, no control character among them.
 *
 * Writes are durable when they resolve (fsync) and are applied in the order of the calls, in one order with those of
 * the document store. Every method rejects with a `CodedError` of the store's table: `store_value_refused` for a bad
 * name or value, `store_closed` after `close`.
 */
export interface KeyValueStore {
  get(namespace: string, key: string): Promise<KeyValue | null>;
  /** Stores what `JSON.stringify` makes of `value` at the time of the call: 1 MiB at most; not `undefined`. */
  put(namespace: string, key: string, value: unknown): Promise<void>;
  /** Removes an entry; false when there is none. */
  remove(namespace: string, key: string): Promise<boolean>;
  /** Entries whose key starts with the prefix (default: all), in the order of their keys' code points. An entry written during the walk may or may not appear. */
  list(namespace: string, prefix?: string): AsyncIterable<KeyValue>;
}

/** @throws CodedError `store_value_refused` */
export function requireNamespace(namespace: string): void {
  if (!/^[a-z][a-z0-9.-]{0,63}$/.test(namespace)) throw refused('its namespace is not a short name in small letters');
}

/** @throws CodedError `store_value_refused` */
export function requireKey(key: string): void {
  if (key.length < 1 || key.length > MAX_KEY_LENGTH) throw refused(`its key has not 1 to ${MAX_KEY_LENGTH} characters`);
  if (/\p{Cc}|\p{Cs}/u.test(key)) throw refused('its key holds a control character or half a character');
}

/** JSON text of a value. @throws CodedError `store_value_refused` when it has none, or one that is too long */
export function jsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (failure) {
    throw refused('it cannot be written as JSON', failure);
  }
  if (text === undefined) throw refused('it cannot be written as JSON');
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) throw refused(`it takes more than ${MAX_VALUE_BYTES} bytes as JSON`);
  return text;
}

const refused = (reason: string, cause?: unknown): Error => storeError('store_value_refused', { reason }, cause);
