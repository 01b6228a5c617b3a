/** The port behind which a caller's own documents live. Adapters: `sqlite.ts`, `postgres.ts`; the laws: `conformance.ts`. */
import type { KeyValueStore } from './values/key-values.ts';

/** Format of a document whose sender names none. */
export const DEFAULT_FORMAT = 'markdown';

/** One document as the caller sent it. */
export interface DocumentRecord {
  /** Chosen by the caller, unique, not empty, at most 2,048 bytes of UTF-8; often a relative file path. */
  readonly id: string;
  readonly title: string;
  /** In the language that `format` names. */
  readonly text: string;
  /** How to read the text: 1 to 64 visible ASCII characters; `markdown` also stands for plain text. */
  readonly format: string;
  /** Whole milliseconds since the Unix epoch, 0 to 8.64e15. */
  readonly updatedAt: number;
  /** On whose account it is: 1 to 128 visible ASCII characters. Absent: on nobody's. */
  readonly account?: string;
}

/** What a store did since it was opened; for metrics and health. */
export interface DocumentStoreStatus {
  /** Transactions that reached the disk. Fewer than `writes` shows the group commit at work. */
  readonly commits: number;
  /** Calls of `put` and `remove` that succeeded, those of the key-value table included. */
  readonly writes: number;
  /** Why the last write failed, or why none is possible now; null when the last write succeeded. */
  readonly lastError: string | null;
  /** How long the last commit took, fsync included, in ms; null before the first. */
  readonly lastCommitMs: number | null;
}

/**
 * Keeps documents. Writes are applied in the order of the calls, each one entirely or not at all.
 * Every method rejects with a `CodedError` of the store's table, and with `store_closed` once `close` was called.
 */
export interface DocumentStore {
  /** Stores all of these or none; an id already known is replaced and keeps its place. Resolves once they are on the disk (fsync). */
  put(documents: readonly DocumentRecord[]): Promise<void>;
  /** Removes a document; false when there is none. Durable like {@link put}. */
  remove(id: string): Promise<boolean>;
  get(id: string): Promise<DocumentRecord | null>;
  /** Every document in the order of its first insertion. A document written during the walk may or may not appear in it. */
  all(): AsyncIterable<DocumentRecord>;
  count(): Promise<number>;
  status(): DocumentStoreStatus;
  /** Waits for the pending writes, then lets go of the database. Calling it twice is harmless. */
  close(): Promise<void>;
}

/** A document store with the key-value table of the same database. Both share transactions, lock and life. */
export interface Store extends DocumentStore {
  readonly values: KeyValueStore;
}
