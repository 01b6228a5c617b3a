/**
 * The connection that writes, made again with backoff after it was lost. It holds the store's lock, so that a process
 * that lost its connection can't write any more, whatever it believes; and it counts the openings, so that a process
 * notices when another one wrote in the meantime.
 */
import type { Clock, CodedError, Timer } from '@vortexflow/primitives';
import { sql } from 'kysely';
import type { StoreDatabase } from '../engine.ts';
import { storeError, type StoreErrorCode } from '../errors.ts';
import { connect, type Access, type Backend, type Connection } from './connect.ts';
import { fromPostgres, isConnectionLoss } from './errors.ts';

/** Pause before the first and at most before each later attempt to connect, ms; it doubles from one to the next. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
/** Longest wait for a new connection that can tell what became of a commit, ms. */
const DOUBT_MS = 5000;

type StoreError = CodedError<StoreErrorCode>;

export class PostgresSession {
  readonly #access: Access;
  readonly #clock: Clock;
  readonly #opening: number;
  readonly #waiting = new Set<() => void>();
  #connection: Connection | null = null;
  #former: Backend | null = null;
  #failure: StoreError | null = null;
  #pause = FIRST_PAUSE_MS;
  #timer: Timer | null = null;
  #closed = false;

  /** @param connection to a database of the latest schema */
  static async over(connection: Connection, access: Access, clock: Clock): Promise<PostgresSession> {
    return new PostgresSession(connection, access, clock, await countOpening(connection.db, clock));
  }

  private constructor(connection: Connection, access: Access, clock: Clock, opening: number) {
    this.#access = access;
    this.#clock = clock;
    this.#opening = opening;
    this.#adopt(connection);
  }

  /** Why there is no connection; null while there is one. */
  get failure(): StoreError | null {
    return this.#failure;
  }

  /** Like a transaction of Kysely; a commit whose answer was lost is looked up over the next connection. */
  async transact(apply: (transaction: StoreDatabase) => Promise<void>): Promise<void> {
    const connection = this.#connection;
    if (connection === null) throw this.#failure ?? storeError('store_closed');
    const transaction = await this.#watched(connection, connection.db.startTransaction().execute());
    let id: string | null;
    try {
      await apply(transaction);
      id = await transactionId(transaction);
    } catch (error) {
      if (isConnectionLoss(error)) this.#drop(connection, error);
      await this.#watched(connection, transaction.rollback().execute()).catch(() => undefined);
      throw error;
    }
    try {
      await transaction.commit().execute();
    } catch (error) {
      if (isConnectionLoss(error)) this.#drop(connection, error);
      await this.#requireCommitted(id, error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const connection = this.#connection;
    this.#connection = null;
    this.#wake();
    await connection?.client.end();
  }

  async #watched<Result>(connection: Connection, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      this.#drop(connection, error);
      throw error;
    }
  }

  #adopt(connection: Connection): void {
    this.#connection = connection;
    this.#failure = null;
    this.#pause = FIRST_PAUSE_MS;
    connection.client.on('error', (error) => this.#lost(connection, error));
    connection.client.on('end', () => this.#lost(connection, new Error('Connection terminated')));
  }

  /** Cuts the connection: after a time-out, the answers to come would belong to older questions. */
  #drop(connection: Connection, error: unknown): void {
    this.#lost(connection, error);
    connection.client.connection.stream.destroy();
  }

  #lost(connection: Connection, error: unknown): void {
    if (this.#connection !== connection || this.#closed) return;
    this.#connection = null;
    this.#former = connection.backend;
    this.#failure = fromPostgres(error, 'store_unreachable');
    this.#schedule();
  }

  #schedule(): void {
    this.#timer = this.#clock.after(this.#pause, () => void this.#reconnect());
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  async #reconnect(): Promise<void> {
    let connection: Connection | null = null;
    try {
      connection = await connect(this.#access, this.#former);
      await requireOpening(connection.db, this.#opening);
    } catch (error) {
      void connection?.client.end();
      if (this.#closed) return;
      this.#failure = fromPostgres(error, 'store_unreachable');
      // What is in memory no longer fits what is stored: only a restart helps.
      if (this.#failure.code === 'store_taken_over') this.#wake();
      else this.#schedule();
      return;
    }
    if (this.#closed) return void connection.client.end();
    this.#adopt(connection);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /**
   * @param id of the transaction; null when it had written nothing
   * @param failure of its commit
   */
  async #requireCommitted(id: string | null, failure: unknown): Promise<void> {
    if (id === null) throw failure;
    // The connection still stands when PostgreSQL itself refused the commit.
    let status = await this.#statusOf(id);
    if (status === null && this.#connection === null) {
      await this.#nextConnection();
      status = await this.#statusOf(id);
    }
    if (status === 'committed') return;
    throw status === 'aborted' ? failure : storeError('store_outcome_unknown', undefined, failure);
  }

  /** Resolves when there is a connection, when there will be none, or after {@link DOUBT_MS}. */
  #nextConnection(): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        timer.cancel();
        this.#waiting.delete(finish);
        resolve();
      };
      const timer = this.#clock.after(DOUBT_MS, finish);
      this.#waiting.add(finish);
    });
  }

  /** What became of a transaction; null when nobody can tell. Our lock says that the backend of an earlier connection is gone, so it can't be in progress any more. */
  async #statusOf(id: string): Promise<string | null> {
    const connection = this.#connection;
    if (connection === null) return null;
    // A server that crashed may have forgotten the transaction with its number: then nothing of it is there.
    const query = sql<{ status: string | null }>`
      select case when ${id}::xid8 < pg_snapshot_xmax(pg_current_snapshot())
        then pg_xact_status(${id}::xid8) else 'aborted' end as status`;
    const found = await this.#watched(connection, query.execute(connection.db)).catch(() => null);
    return found?.rows[0]?.status ?? null;
  }
}

async function transactionId(transaction: StoreDatabase): Promise<string | null> {
  const found = await sql<{ id: string | null }>`select pg_current_xact_id_if_assigned()::text as id`.execute(
    transaction,
  );
  return found.rows[0]?.id ?? null;
}

/** In a namespace that no caller can name. */
const COUNTER = { namespace: '_store', key: 'openings' } as const;

/** Durably counts this opening. */
async function countOpening(db: StoreDatabase, clock: Clock): Promise<number> {
  const { value } = await db
    .insertInto('key_values')
    .values({ ...COUNTER, value: '1', updated_at: clock.now() })
    .onConflict((conflict) =>
      conflict.columns(['namespace', 'key']).doUpdateSet({
        value: sql`(key_values.value::bigint + 1)::text`,
        updated_at: clock.now(),
      }),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  return Number(value);
}

async function requireOpening(db: StoreDatabase, opening: number): Promise<void> {
  const row = await db
    .selectFrom('key_values')
    .select('value')
    .where('namespace', '=', COUNTER.namespace)
    .where('key', '=', COUNTER.key)
    .executeTakeFirst();
  if (Number(row?.value) !== opening) throw storeError('store_taken_over');
}
