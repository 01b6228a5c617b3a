/** {@link Store} over PostgreSQL: one connection that writes and holds the lock, a few that read. */
import { CodedError, type Clock } from '@vortexflow/primitives';
import { Kysely, PostgresDialect } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Engine, StoreDatabase } from './engine.ts';
import { storeError } from './errors.ts';
import { migrate, MIGRATION_TABLE, migrationsOf, type StoreTables, unknownSteps } from './migrations.ts';
import { type Access, clientOptions, connect, type Connection } from './postgres/connect.ts';
import { fromPostgres, isConnectionLoss } from './postgres/errors.ts';
import { PostgresSession } from './postgres/session.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/** Connections that read at the same time. */
const READERS = 4;
/** How long an opening waits for the lock of a process that is just ending, or for a server that is just starting, ms. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;
const ATTEMPTS = PATIENCE_MS / PAUSE_MS;

export interface PostgresStoreOptions extends Access {
  readonly clock: Clock;
  /** Told what an operator should know, in sentences without secrets. */
  readonly onNotice: (text: string) => void;
}

/**
 * Opens or makes a store in a schema of a PostgreSQL database.
 *
 * Locked against other processes (an advisory lock) until `close` or the end of this process, however it ends.
 * After a lost connection every call is refused at once with `store_unreachable` while the store connects again.
 *
 * @throws CodedError `store_unreachable`, `store_host_unknown`, `store_access_denied`, `store_database_missing`,
 * `store_read_only`, `store_in_use`, `store_unavailable`, `store_foreign` or `store_newer`
 */
export async function openPostgresStore({ clock, onNotice, ...access }: PostgresStoreOptions): Promise<Store> {
  const { schema } = access.place;
  const connection = await connectPatiently(access);
  try {
    const done = await stepsOf(connection, schema);
    // Kysely would look at every table of the database first.
    const steps = migrationsOf('postgres');
    if (Object.keys(steps).some((name) => !done.includes(name))) await migrate(connection.db, steps, schema);
    const session = await PostgresSession.over(connection, access, clock);
    if (!connection.durable)
      onNotice('fsync is off in the database server: after a crash of its machine, documents may be lost or damaged');
    return new SqlStore(engineOf(session, access), clock);
  } catch (error) {
    await connection.client.end();
    throw fromPostgres(error, 'store_unavailable');
  }
}

async function connectPatiently(access: Access): Promise<Connection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect(access, null);
    } catch (error) {
      if (!isPassing(error) || attempt >= ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof CodedError)) return false;
  // cannot_connect_now: the server is starting up.
  return error.code === 'store_in_use' || (error.cause as { code?: unknown } | undefined)?.code === '57P03';
}

/** Steps of the schema that were run. Changes nothing. @throws CodedError `store_foreign` or `store_newer` when it must not be used */
async function stepsOf({ client }: Connection, schema: string): Promise<string[]> {
  const tables = await client.query<{ name: string }>('select tablename as name from pg_tables where schemaname = $1', [
    schema,
  ]);
  if (tables.rows.length === 0) return [];
  if (!tables.rows.some(({ name }) => name === MIGRATION_TABLE)) throw storeError('store_foreign');
  const steps = await client.query<{ name: string }>(`select name from ${MIGRATION_TABLE}`);
  const names = steps.rows.map(({ name }) => name);
  const unknown = unknownSteps(names);
  if (unknown.length > 0) throw storeError('store_newer', { migrations: unknown });
  return names;
}

/** PostgreSQL has no U+0000 in a text. U+001A, "substitute", stands for it, and for itself. */
const SUBSTITUTE = '\u001a';
const encode = (text: string): string =>
  text.replaceAll(SUBSTITUTE, `${SUBSTITUTE}1`).replaceAll('\0', `${SUBSTITUTE}0`);
const decode = (text: string): string =>
  text.replaceAll(`${SUBSTITUTE}0`, '\0').replaceAll(`${SUBSTITUTE}1`, SUBSTITUTE);

function engineOf(session: PostgresSession, access: Access): Engine {
  const pool = new pg.Pool({ ...clientOptions(access), max: READERS });
  // An idle connection was lost; the pool makes another one when it is needed.
  pool.on('error', () => undefined);
  const reader: StoreDatabase = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  return {
    transact: (apply) => session.transact(apply),
    get reader() {
      // While the database is away, a caller should not wait for each attempt to connect.
      if (session.failure !== null && READING_FAILURES.has(session.failure.code)) throw session.failure;
      return reader;
    },
    get failure() {
      return session.failure;
    },
    isOwnFault: (error) => !(error instanceof CodedError) && !isConnectionLoss(error),
    toStoreError: fromPostgres,
    encode,
    decode,
    close: async () => {
      await session.close();
      await pool.end();
    },
  };
}

/** Those of {@link PostgresSession.failure} with which nothing can be read either. */
const READING_FAILURES: ReadonlySet<string> = new Set([
  'store_unreachable',
  'store_host_unknown',
  'store_access_denied',
  'store_database_missing',
]);
