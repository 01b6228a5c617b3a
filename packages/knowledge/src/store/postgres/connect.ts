/** One connection that may write: prepared, and holding the lock of the store. */
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { StoreDatabase } from '../engine.ts';
import { storeError } from '../errors.ts';
import { APPLICATION_ID } from '../inspect.ts';
import type { StoreTables } from '../migrations.ts';
import { fromPostgres } from './errors.ts';
import type { PostgresPlace } from './url.ts';

/** Longest wait for a connection, ms. */
const CONNECT_MS = 5000;
/** Longest wait for the answer to one statement, ms; a batch may hold many megabytes. */
const STATEMENT_MS = 60_000;
/** Nothing here is known to need a newer one; older ones get no repairs any more. */
const OLDEST_VERSION = 13;
/** Oid of `bigint`, in which everything here is far below 2^53. */
const BIGINT = 20;

/** How to reach the database. */
export interface Access {
  readonly place: PostgresPlace;
  /** Asked at every connection when the place holds no password. */
  readonly readPassword: () => Promise<string | undefined>;
}

/** A process of the server, as it knows it: the number alone may be given to another one later. */
export interface Backend {
  readonly pid: number;
  readonly started: string;
}

/** A connection with the lock. */
export interface Connection {
  readonly client: pg.Client;
  readonly db: StoreDatabase;
  readonly backend: Backend;
  /** False when the server's administrator has turned fsync off. */
  readonly durable: boolean;
}

/** Settings of every connection, reading ones included. */
export function clientOptions({ place, readPassword }: Access): pg.ClientConfig {
  const { host, port, user, password, database, schema, ssl } = place;
  const session = [
    `search_path=${schema}`,
    // A server whose network broke learns within a minute that this client is gone, and lets go of the lock.
    'tcp_keepalives_idle=30',
    'tcp_keepalives_interval=10',
    'tcp_keepalives_count=3',
  ];
  return {
    host,
    port,
    user,
    // Never undefined, at which the driver would look for a file of passwords.
    password: password ?? (() => askPassword(readPassword)),
    database,
    ssl,
    application_name: 'vortexflow',
    options: session.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: STATEMENT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
}

async function askPassword(readPassword: Access['readPassword']): Promise<string> {
  try {
    return (await readPassword()) ?? '';
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    throw storeError('store_access_denied', { reason }, error);
  }
}

/**
 * Connects and takes the lock, which lasts as long as the connection.
 *
 * @param former the backend of a connection that was lost: the server may not know that yet, and is told
 * @throws CodedError of the store's table; `store_in_use` when another process has the lock
 */
export function connect(access: Access, former: Backend | null): Promise<Connection> {
  return connected(access, async (client) => {
    const session = await prepare(client);
    if (former !== null) await terminate(client, former);
    await lock(client, access.place.schema);
    return { client, db: databaseOver(client), ...session };
  });
}

/** Connects and leaves again, whoever has the lock. @throws CodedError as {@link connect}, but not `store_in_use` */
export function tryConnect(access: Access): Promise<void> {
  return connected(access, async (client) => {
    await prepare(client);
    await client.end();
  });
}

async function connected<T>(access: Access, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(clientOptions(access));
  // Whoever waits for a query hears of a failure too; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    client.end().catch(() => undefined);
    throw fromPostgres(error, 'store_unavailable');
  }
}

const FACTS = `
  select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding,
    current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
    current_setting('transaction_read_only') as read_only, pid, backend_start::text as started
  from pg_stat_activity where pid = pg_backend_pid()`;

/** Refuses a server that could not keep what it is given. */
async function prepare(client: pg.Client): Promise<{ backend: Backend; durable: boolean }> {
  const { rows } = await client.query<Record<string, string> & { version: number; pid: number }>(FACTS);
  const facts = rows[0] as NonNullable<(typeof rows)[0]>;
  if (facts.version < OLDEST_VERSION)
    throw storeError('store_unavailable', { reason: `PostgreSQL ${facts.version} is older than ${OLDEST_VERSION}` });
  if (facts['encoding'] !== 'UTF8')
    throw storeError('store_unavailable', { reason: `its encoding is ${facts['encoding']}, not UTF8` });
  if (facts['read_only'] === 'on') throw storeError('store_read_only');
  if (facts['commit'] === 'off') await client.query('set synchronous_commit = on');
  return { backend: { pid: facts.pid, started: facts['started'] as string }, durable: facts['fsync'] === 'on' };
}

async function terminate(client: pg.Client, { pid, started }: Backend): Promise<void> {
  await client.query(
    'select pg_terminate_backend(pid, 1000) from pg_stat_activity where pid = $1 and backend_start::text = $2',
    [pid, started],
  );
}

async function lock(client: pg.Client, schema: string): Promise<void> {
  const sql = 'select pg_try_advisory_lock($1::int, hashtext($2)) as held';
  const { rows } = await client.query<{ held: boolean }>(sql, [APPLICATION_ID, schema]);
  if (rows[0]?.held !== true) throw storeError('store_in_use');
}

/** Kysely over one connection, which somebody else opens and closes. */
function databaseOver(client: pg.Client): StoreDatabase {
  const query = (text: string, values: readonly unknown[]) => client.query(text, [...values]);
  const pooled = { query, release: () => undefined } as unknown as PostgresPoolClient;
  const pool = {
    options: {},
    connect: () => Promise.resolve(pooled),
    end: () => Promise.resolve(),
  };
  return new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
}
