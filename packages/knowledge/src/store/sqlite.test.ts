import { VirtualClock, systemClock } from '@vortexflow/primitives';
import { Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { describeDocumentStore, idsOf, record, rejectsWith } from './conformance.ts';
import { migrate, type StoreTables } from './migrations.ts';
import { NodeSqliteDialect } from './node-sqlite.ts';
import { openSqliteStore } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(folder, `store-${files++}.db`);
const open = (file: string) => openSqliteStore({ file, clock: systemClock });

describeDocumentStore('openSqliteStore', () => {
  const file = newFile();
  return () => open(file);
});

/** Makes a store with enough documents to fill several pages, closed. */
async function filledStore(): Promise<string> {
  const file = newFile();
  const store = await open(file);
  await store.put(Array.from({ length: 300 }, (_, index) => record(`doc-${index}`)));
  await store.close();
  return file;
}

/** Runs SQL on a closed store, as a tool of another program would. */
function tamper(file: string, statements: string): void {
  const database = new DatabaseSync(file);
  database.exec(statements);
  database.close();
}

describe('openSqliteStore refuses a file that it must not touch', () => {
  test('one that is no database', async () => {
    const file = newFile();
    writeFileSync(file, 'Dear diary, this is not a database. '.repeat(100));
    await refusedUntouched(file, 'store_corrupt');
  });

  test('one damaged in the middle', async () => {
    const file = await filledStore();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 3, 4096 * 5);
    writeFileSync(file, bytes);
    await refusedUntouched(file, 'store_corrupt');
  });

  test('one cut short', async () => {
    const file = await filledStore();
    truncateSync(file, 4096 * 3);
    await refusedUntouched(file, 'store_corrupt');
  });

  test('one of another program', async () => {
    const file = newFile();
    tamper(file, 'create table photos (id integer primary key)');
    await refusedUntouched(file, 'store_foreign');
  });

  test('one of a newer version, which it names', async () => {
    const file = await filledStore();
    tamper(file, "insert into kysely_migration values ('9999_future', '2030-01-01T00:00:00.000Z')");
    await assert.rejects(open(file), /9999_future/);
    await refusedUntouched(file, 'store_newer');
  });

  async function refusedUntouched(file: string, code: 'store_corrupt' | 'store_foreign' | 'store_newer') {
    const before = readFileSync(file);
    await rejectsWith(open(file), code);
    assert.ok(readFileSync(file).equals(before), 'the file was changed');
  }
});

describe('openSqliteStore cannot open', () => {
  test('in a folder that is missing', () => rejectsWith(open(join(folder, 'missing', 'x.db')), 'store_unavailable'));

  test('a folder', async () => {
    const path = join(folder, 'a-folder');
    mkdirSync(path);
    await rejectsWith(open(path), 'store_unavailable');
  });

  test('a file that this process has open already, and loses nothing by it', async () => {
    const file = newFile();
    const first = await open(file);
    await rejectsWith(open(file), 'store_in_use');
    await first.put([record('a')]);
    await rejectsWith(open(file), 'store_in_use');
    await first.close();
    const second = await open(file);
    assert.deepEqual(await idsOf(second), ['a']);
    await second.close();
  });
});

test('an empty file becomes a store', async () => {
  const file = newFile();
  writeFileSync(file, '');
  const store = await open(file);
  await store.put([record('a')]);
  await store.close();
});

test('errors tell callers no path', async () => {
  const error = await open(join(folder, 'missing', 'x.db')).catch((error: Error) => error);
  assert.ok(error instanceof Error);
  assert.ok(!error.message.includes(folder));
});

test('the length of a commit is read from the clock that was handed in', async () => {
  const store = await openSqliteStore({ file: newFile(), clock: new VirtualClock() });
  assert.equal(store.status().lastCommitMs, null);
  await store.put([record('a')]);
  assert.equal(store.status().lastCommitMs, 0);
  await store.close();
});

test('a migration that fails in its middle leaves nothing behind, and the next start succeeds', async () => {
  const database = new DatabaseSync(':memory:');
  const db = new Kysely<StoreTables>({ dialect: new NodeSqliteDialect(database) });
  const tables = () => database.prepare("select name from sqlite_schema where name = 'half'").all().length;
  const createTable: Migration['up'] = (db) => db.schema.createTable('half').addColumn('id', 'integer').execute();
  const createAndFail: Migration['up'] = async (db) => {
    await createTable(db);
    await sql`select no_such_function()`.execute(db);
  };
  await assert.rejects(migrate(db, { '0001_half': { up: createAndFail } }), /no_such_function/);
  assert.equal(tables(), 0);
  await migrate(db, { '0001_half': { up: createTable } });
  assert.equal(tables(), 1);
  await db.destroy();
});
