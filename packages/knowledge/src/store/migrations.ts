/** The schema of the store, one step after the other, on SQLite and PostgreSQL. A step that was released is never edited again. */
import { sql, type CreateTableBuilder, type Generated, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

/** The tables after the last migration. */
export interface StoreTables {
  documents: {
    /** Order of first insertion; an upsert leaves it alone. */
    position: Generated<number>;
    id: string;
    title: string;
    text: string;
    /** ms since the Unix epoch */
    updated_at: number;
    format: string;
    /** On whose account it is; null: on nobody's. */
    account: string | null;
  };
  key_values: {
    namespace: string;
    key: string;
    /** JSON text */
    value: string;
    /** ms since the Unix epoch */
    updated_at: number;
  };
}

/** The databases that the schema is written for. */
export type Database = 'sqlite' | 'postgres';

/** What the two databases write differently. */
interface Words {
  /** A whole number of 64 bits. */
  readonly integer: 'integer' | 'bigint';
  /** Text that is compared byte by byte, whatever locale the server has: an index outlives an update of its library. */
  readonly name: ReturnType<typeof sql>;
  /** Ends a definition of a table. */
  readonly end: ReturnType<typeof sql>;
}

const WORDS: Readonly<Record<Database, Words>> = {
  sqlite: { integer: 'integer', name: sql`text`, end: sql`strict` },
  postgres: { integer: 'bigint', name: sql`text collate "C"`, end: sql`` },
};

function documents(database: Database): Migration {
  const { integer, name, end } = WORDS[database];
  return {
    async up(db) {
      await db.schema
        .createTable('documents')
        // Neither gives the place of a removed document away again.
        .addColumn('position', integer, (column) =>
          database === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedAlwaysAsIdentity(),
        )
        .addColumn('id', name, (column) =>
          column
            .notNull()
            .unique()
            .check(sql`id <> ''`),
        )
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .$call((table) => addTime(table, integer))
        .modifyEnd(end)
        .execute();
    },
  };
}

const format: Migration = {
  async up(db) {
    await db.schema
      .alterTable('documents')
      .addColumn('format', 'text', (column) => column.notNull().defaultTo('markdown'))
      .execute();
  },
};

const account: Migration = {
  async up(db) {
    await db.schema.alterTable('documents').addColumn('account', 'text').execute();
  },
};

function keyValues(database: Database): Migration {
  const { integer, name, end } = WORDS[database];
  return {
    async up(db) {
      await db.schema
        .createTable('key_values')
        .addColumn('namespace', name, (column) => column.notNull())
        .addColumn('key', name, (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .$call((table) => addTime(table, integer))
        .addPrimaryKeyConstraint('key_values_key', ['namespace', 'key'])
        .modifyEnd(end)
        .execute();
    },
  };
}

/** 8.64e15 is the last millisecond of a JavaScript date. */
function addTime<Table extends string, Columns extends string>(
  table: CreateTableBuilder<Table, Columns>,
  integer: Words['integer'],
): CreateTableBuilder<Table, Columns | 'updated_at'> {
  return table.addColumn('updated_at', integer, (column) =>
    column.notNull().check(sql`updated_at between 0 and 8640000000000000`),
  );
}

/** Name to step; they run in the order of their names. */
export function migrationsOf(database: Database): Readonly<Record<string, Migration>> {
  return {
    '0001_documents': documents(database),
    '0002_format': format,
    '0003_key_values': keyValues(database),
    '0004_account': account,
  };
}

/** Table in which Kysely notes the steps that were run. */
export const MIGRATION_TABLE = 'kysely_migration';

/** Steps in a database that this version does not know: a newer one wrote them. */
export function unknownSteps(names: readonly string[]): string[] {
  const known = migrationsOf('sqlite');
  return names.filter((name) => !(name in known)).sort();
}

/**
 * Brings the schema up to date, all missing steps in one transaction.
 * @param schema of PostgreSQL; made when missing
 */
export async function migrate(
  db: Kysely<StoreTables>,
  migrations: Readonly<Record<string, Migration>>,
  schema?: string,
): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const where = schema === undefined ? {} : { migrationTableSchema: schema };
  const migrator = new Migrator({ db, provider, migrationTableName: MIGRATION_TABLE, ...where });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
