/** The schema of the document store, one step after the other. A step that was released is never edited again. */
import { sql, type Generated, type Kysely } from 'kysely';
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
  };
}

const documents: Migration = {
  async up(db) {
    await db.schema
      .createTable('documents')
      // AUTOINCREMENT: the place of a removed document is not given away again.
      .addColumn('position', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('id', 'text', (column) =>
        column
          .notNull()
          .unique()
          .check(sql`id <> ''`),
      )
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'integer', (column) =>
        column.notNull().check(sql`updated_at between 0 and 8640000000000000`),
      )
      .modifyEnd(sql`strict`)
      .execute();
  },
};

/** Name to step; they run in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = { '0001_documents': documents };

/** Table in which Kysely notes the steps that were run. */
export const MIGRATION_TABLE = 'kysely_migration';

/** Brings the schema up to date, all missing steps in one transaction. */
export async function migrate(db: Kysely<StoreTables>, migrations = MIGRATIONS): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const migrator = new Migrator({ db, provider, migrationTableName: MIGRATION_TABLE });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
