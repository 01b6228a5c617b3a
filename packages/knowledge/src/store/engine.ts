/** What an adapter of a database gives to the shared store of `sql-store.ts`. */
import type { CodedError } from '@vortexflow/primitives';
import type { Kysely } from 'kysely';
import type { StoreErrorCode } from './errors.ts';
import type { StoreTables } from './migrations.ts';

/** Kysely over the tables of the store, inside a transaction or not. */
export type StoreDatabase = Kysely<StoreTables>;

/** One database, open and of the latest schema. */
export interface Engine {
  /** Runs `apply` in one transaction: resolves when it is durable, rejects when nothing of it happened. */
  transact(apply: (transaction: StoreDatabase) => Promise<void>): Promise<void>;
  /** Where to read; never sees half of a transaction. */
  readonly reader: StoreDatabase;
  /** Why nothing can be written now; null as long as it can. */
  readonly failure: CodedError<StoreErrorCode> | null;
  /** False for errors that have nothing to do with what was written, such as a lost connection: {@link failure} tells of them. */
  isOwnFault(error: unknown): boolean;
  /** @param otherwise the code for what the database's own code does not decide */
  toStoreError(error: unknown, otherwise: StoreErrorCode): CodedError<StoreErrorCode>;
  /** Any text without half characters as text that the database can hold, and back. */
  encode(text: string): string;
  decode(text: string): string;
  close(): Promise<void>;
}
