/** {@link KeyValueStore} in a table beside the documents. */
import type { Clock } from '@vortexflow/primitives';
import { sql, type Selectable } from 'kysely';
import type { StoreDatabase } from '../engine.ts';
import { jsonText, type KeyValue, type KeyValueStore, requireKey, requireNamespace } from './key-values.ts';
import type { StoreTables } from '../migrations.ts';
import { inPages, ROWS_PER_PLAN, type RowSize } from '../pages.ts';

type Run = <Result>(query: (db: StoreDatabase) => Promise<Result>) => Promise<Result>;
type Row = Selectable<StoreTables['key_values']>;

export class SqlKeyValues implements KeyValueStore {
  readonly #read: Run;
  readonly #write: Run;
  readonly #clock: Clock;

  /** @param write resolves when what it ran is durable */
  constructor(read: Run, write: Run, clock: Clock) {
    this.#read = read;
    this.#write = write;
    this.#clock = clock;
  }

  async get(namespace: string, key: string): Promise<KeyValue | null> {
    requireNamespace(namespace);
    requireKey(key);
    const row = await this.#read((db) =>
      db
        .selectFrom('key_values')
        .selectAll()
        .where('namespace', '=', namespace)
        .where('key', '=', key)
        .executeTakeFirst(),
    );
    return row === undefined ? null : fromRow(row);
  }

  async put(namespace: string, key: string, value: unknown): Promise<void> {
    requireNamespace(namespace);
    requireKey(key);
    const row = { namespace, key, value: jsonText(value), updated_at: this.#clock.now() };
    await this.#write((db) =>
      db
        .insertInto('key_values')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['namespace', 'key']).doUpdateSet({ value: row.value, updated_at: row.updated_at }),
        )
        .execute(),
    );
  }

  async remove(namespace: string, key: string): Promise<boolean> {
    requireNamespace(namespace);
    requireKey(key);
    const deletion = await this.#write((db) =>
      db.deleteFrom('key_values').where('namespace', '=', namespace).where('key', '=', key).executeTakeFirst(),
    );
    return deletion.numDeletedRows > 0n;
  }

  async *list(namespace: string, prefix = ''): AsyncGenerator<KeyValue, void, undefined> {
    requireNamespace(namespace);
    if (prefix !== '') requireKey(prefix);
    const rows = inPages<string, Row>({
      sizes: (after) => this.#read((db) => sizesAfter(db, namespace, prefix, after)),
      rows: (first, last) => this.#read((db) => rowsBetween(db, namespace, first, last)),
    });
    for await (const row of rows) yield fromRow(row);
  }
}

/** Both databases compare bytes of UTF-8, so the keys with a prefix stand together, the shortest first. */
async function sizesAfter(
  db: StoreDatabase,
  namespace: string,
  prefix: string,
  after: string | null,
): Promise<RowSize<string>[]> {
  const rows = await db
    .selectFrom('key_values')
    .select('key as place')
    .select(sql<number>`octet_length(value)`.as('size'))
    .where('namespace', '=', namespace)
    .where('key', after === null ? '>=' : '>', after ?? prefix)
    .orderBy('key')
    .limit(ROWS_PER_PLAN)
    .execute();
  const end = rows.findIndex(({ place }) => !place.startsWith(prefix));
  return end < 0 ? rows : rows.slice(0, end);
}

function rowsBetween(db: StoreDatabase, namespace: string, first: string, last: string): Promise<Row[]> {
  return db
    .selectFrom('key_values')
    .selectAll()
    .where('namespace', '=', namespace)
    .where('key', '>=', first)
    .where('key', '<=', last)
    .orderBy('key')
    .execute();
}

const fromRow = ({ key, value, updated_at }: Row): KeyValue => ({
  key,
  value: JSON.parse(value) as unknown,
  updatedAt: updated_at,
});
