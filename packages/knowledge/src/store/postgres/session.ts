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
  /** Of this session. */
  #transactions = 0;

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
    const mark = `${this.#opening}.${++this.#transactions}`;
    try {
      await apply(transaction);
      await leaveMark(transaction, mark, this.#clock);
    } catch (error) {
      if (isConnectionLoss(error)) this.#drop(connection, error);
      await this.#watched(connection, transaction.rollback().execute()).catch(() => undefined);
      throw error;
    }
    try {
      await transaction.commit().execute();
    } catch (error) {
      if (isConnectionLoss(error)) this.#drop(connection, error);
      await this.#requireCommitted(mark, error);
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
   * @param mark that the transaction left
   * @param failure of its commit
   */
  async #requireCommitted(mark: string, failure: unknown): Promise<void> {
    // The connection still stands when PostgreSQL itself refused the commit.
    let last = await this.#lastMark();
    if (last === null && this.#connection === null) {
      await this.#nextConnection();
      last = await this.#lastMark();
    }
    if (last === mark) return;
    throw last === null ? storeError('store_outcome_unknown', undefined, failure) : failure;
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

  /**
   * Mark of the last transaction that is stored; null when nobody can tell. Our lock says that the backend of an earlier
   * connection is gone, so none can be in progress any more.
   */
  async #lastMark(): Promise<string | null> {
    const connection = this.#connection;
    return connection && (await this.#watched(connection, readOwn(connection.db, MARK)).catch(() => null));
  }
}

/** In a namespace that no caller can name. */
const COUNTER = { namespace: '_store', key: 'openings' } as const;
/**
 * What tells the last transaction from all others. Its number in PostgreSQL does not: a server that crashed before it was
 * on disk gives the number out again.
 */
const MARK = { namespace: '_store', key: 'last_transaction' } as const;

/** Stored with what the transaction wrote, or not at all. */
async function leaveMark(transaction: StoreDatabase, mark: string, clock: Clock): Promise<void> {
  const row = { value: mark, updated_at: clock.now() };
  await transaction
    .insertInto('key_values')
    .values({ ...MARK, ...row })
    .onConflict((conflict) => conflict.columns(['namespace', 'key']).doUpdateSet(row))
    .execute();
}

/** @returns empty when there is no such row */
async function readOwn(db: StoreDatabase, { namespace, key }: typeof MARK | typeof COUNTER): Promise<string> {
  const row = await db
    .selectFrom('key_values')
    .select('value')
    .where('namespace', '=', namespace)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value ?? '';
}

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
  if (Number(await readOwn(db, COUNTER)) !== opening) throw storeError('store_taken_over');
}
