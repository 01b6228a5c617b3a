import { VirtualClock, systemClock } from '@vortexflow/primitives';
import { Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { after, describe, test } from 'node:test';
import { describeDocumentStore, documentsOf, idsOf, type OpenStore, record, rejectsWith } from './conformance.ts';
import { migrate, type StoreTables } from './migrations.ts';
import { NodeSqliteDialect } from './node-sqlite.ts';
import { openSqliteStore } from './sqlite.ts';
import { describeKeyValueStore } from './values/conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'vortexflow-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newFile = () => join(folder, `store-${files++}.db`);
const open = (file: string) => openSqliteStore({ file, clock: systemClock });

const newPlace = (): OpenStore => {
  const file = newFile();
  return () => open(file);
};
describeDocumentStore('openSqliteStore', newPlace);
describeKeyValueStore('openSqliteStore', newPlace);

describe('a file of the first version', () => {
  /** Made by the commit before the column `format`; its documents are those of the test below. */
  const FIRST = fileURLToPath(new URL('fixtures/0001-documents.db', import.meta.url));

  function copyOfFirst(): string {
    const file = newFile();
    copyFileSync(FIRST, file);
    return file;
  }

  test('is carried over without loss: every document, its place, and the places of removed ones', async () => {
    const file = copyOfFirst();
    const store = await open(file);
    const nul = {
      id: 'nul',
      title: '',
      text: 'zero \0 byte, \ufffd, \u{10ffff}',
      updatedAt: 8.64e15,
      format: 'markdown',
    };
    const expected = [
      record('b', 2),
      ...['c', 'folder/d.md', '\u{1f30d}'].map((id) => record(id)),
      record('a', 3),
      nul,
    ];
    assert.deepEqual(await documentsOf(store), expected);
    await store.remove('nul');
    await store.put([record('new'), record('c', 4)]);
    await store.values.put('a', 'key', 1);
    await store.close();
    const again = await open(file);
    assert.deepEqual(await documentsOf(again), [
      record('b', 2),
      record('c', 4),
      ...['folder/d.md', '\u{1f30d}'].map((id) => record(id)),
      record('a', 3),
      record('new'),
    ]);
    assert.equal((await again.values.get('a', 'key'))?.value, 1);
    await again.close();
    // A place that was given away is never given away again.
    assert.ok(placeOf(file, 'new') > placeOf(copyOfFirst(), 'nul'));
  });

  function placeOf(path: string, id: string): number {
    const database = new DatabaseSync(path);
    const row = database.prepare('select position from documents where id = ?').get(id);
    database.close();
    return Number(row?.['position']);
  }

  test('is left as it was when the migration fails', async () => {
    const file = copyOfFirst();
    tamper(file, 'create table key_values (other text)');
    await rejectsWith(open(file), 'store_unavailable');
    tamper(file, 'drop table key_values');
    const store = await open(file);
    assert.equal(await store.count(), 6);
    await store.close();
  });
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
