/** What goes wrong between the store and a PostgreSQL server, with a real server and a real network. */
import { CodedError, systemClock, VirtualClock, type Clock } from '@vortexflow/primitives';
import {
  type FaultProxy,
  launchPostgres,
  launchProxy,
  postgresMissing,
  type PostgresServer,
} from '@vortexflow/testkit';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { idsOf, record, rejectsWith } from '../conformance.ts';
import { openPostgresStore } from '../postgres.ts';
import type { Store } from '../store.ts';
import { parsePostgresUrl } from './url.ts';

/** In CI nothing may be skipped: there the launch fails with the reason. */
const skip = process.env['CI'] ? false : (postgresMissing ?? false);

describe('with a PostgreSQL server', { skip }, () => {
  let server: PostgresServer;
  let proxy: FaultProxy;
  let schemas = 0;
  const notices: string[] = [];
  const stores: Store[] = [];

  before(async () => {
    server = await launchPostgres();
    proxy = await launchProxy(server.port);
  });
  after(async () => {
    await proxy.stop();
    await server.remove();
  });
  afterEach(async () => {
    proxy.closed = false;
    for (const store of stores.splice(0)) await store.close();
  });

  async function open(url: string, clock: Clock = systemClock): Promise<Store> {
    const onNotice = (text: string) => void notices.push(text);
    const store = await openPostgresStore({ place: parsePostgresUrl(url), readPassword: noPassword, clock, onNotice });
    stores.push(store);
    return store;
  }

  const noPassword = (): Promise<undefined> => Promise.resolve(undefined);
  const newSchema = (): string => `store_${schemas++}`;
  const direct = (schema: string): string => `${server.url}?schema=${schema}`;
  const throughProxy = (schema: string): string => direct(schema).replace(`:${server.port}/`, `:${proxy.port}/`);

  describe('an opening is refused, with a code and without secrets,', () => {
    async function refused(url: string, code: Parameters<typeof rejectsWith>[1]): Promise<CodedError> {
      const opening = open(url);
      await rejectsWith(opening, code);
      const error = await opening.then(
        () => assert.fail(),
        (failure: unknown) => failure as CodedError,
      );
      const shown = JSON.stringify([error.message, error.hint, error.details]);
      for (const secret of [server.password, 'secret', 'somebody', '127.0.0.1', server.socketFolder])
        assert.ok(!shown.includes(secret), shown);
      return error;
    }
    const as = (user: string, password = 'secret'): string =>
      direct(newSchema()).replace(`owner:${server.password}`, `${user}:${password}`);

    test('of a wrong password, of none, of an unknown user', async () => {
      const error = await refused(as('owner'), 'store_access_denied');
      assert.equal(error.definition.recovery, 'Propagate');
      await refused(as('owner', ''), 'store_access_denied');
      await refused(as('somebody'), 'store_access_denied');
    });

    test('of a host that nobody knows', async () => {
      await refused('postgres://somebody:secret@nowhere.invalid/vortexflow', 'store_host_unknown');
    });

    test('of a port where nobody listens, of a socket that is not there', async () => {
      const error = await refused('postgres://somebody:secret@127.0.0.1:1/vortexflow', 'store_unreachable');
      assert.match(error.message, /refused/);
      await refused(
        `postgres://somebody:secret@localhost/vortexflow?host=${server.socketFolder}/none`,
        'store_unreachable',
      );
    });

    test('of something that is no database server', async () => {
      proxy.closed = true;
      await refused(throughProxy(newSchema()), 'store_unreachable');
    });

    test('of a server without TLS when TLS is asked for', async () => {
      await refused(`${direct(newSchema())}&sslmode=require`, 'store_unreachable');
    });

    test('of a database that does not exist', async () => {
      await refused(direct(newSchema()).replace('/vortexflow?', '/missing?'), 'store_database_missing');
    });

    test('of a user who may not make a schema', async () => {
      await server.sql("create role somebody login password 'secret2'");
      await refused(as('somebody', 'secret2'), 'store_access_denied');
    });

    test('of a database that does not keep UTF-8', async () => {
      await server.sql("create database bytes encoding 'SQL_ASCII' template template0");
      await refused(direct(newSchema()).replace('/vortexflow?', '/bytes?'), 'store_unavailable');
    });

    test('of a schema of another program, which is left as it was', async () => {
      const schema = newSchema();
      await server.sql(`create schema ${schema}; create table ${schema}.documents (photo text)`);
      await refused(direct(schema), 'store_foreign');
      assert.equal(await server.sql(`select count(*) from pg_tables where schemaname = '${schema}'`), '1');
    });

    test('of a newer version, which it names', async () => {
      const schema = newSchema();
      await (await open(direct(schema))).close();
      await server.sql(`insert into ${schema}.kysely_migration values ('9999_future', '2030-01-01T00:00:00.000Z')`);
      const error = await refused(direct(schema), 'store_newer');
      assert.match(error.message, /9999_future/);
    });

    test('of a store that another one has open, also under another name', async () => {
      const schema = newSchema();
      const first = await open(direct(schema));
      const error = await refused(throughProxy(schema), 'store_in_use');
      assert.equal(error.definition.recovery, 'Retry');
      await first.put([record('a')]);
      await first.close();
      assert.deepEqual(await idsOf(await open(direct(schema))), ['a']);
    });

    test('of a database that can only be read', async () => {
      await server.sql('create database reading');
      await server.sql('alter database reading set default_transaction_read_only = on');
      await refused(direct(newSchema()).replace('/vortexflow?', '/reading?'), 'store_read_only');
    });
  });

  test('opens over a Unix socket too', async () => {
    const store = await open(
      `${direct(newSchema())}&host=${server.socketFolder}`.replace('127.0.0.1', 'nowhere.invalid'),
    );
    await store.put([record('a')]);
    assert.deepEqual(await idsOf(store), ['a']);
  });

  test('a server without fsync is named to the operator', async () => {
    await open(direct(newSchema()));
    assert.deepEqual(notices, []);
    await server.sql('alter system set fsync = off');
    await server.sql('select pg_reload_conf()');
    await open(direct(newSchema()));
    assert.match(notices.join(), /fsync is off/);
    await server.sql('alter system reset fsync');
    await server.sql('select pg_reload_conf()');
  });

  describe('a write that PostgreSQL refuses', () => {
    /** A rule of the database that raises this code when a document of this id is written. */
    async function raising(sqlState: string): Promise<Store> {
      const schema = newSchema();
      const store = await open(direct(schema));
      await server.sql(`
        create function ${schema}.refuse() returns trigger language plpgsql as
          $$ begin raise exception 'no' using errcode = '${sqlState}'; end $$;
        create trigger refuse before insert on ${schema}.documents for each row when (new.id = 'bad')
          execute function ${schema}.refuse()`);
      return store;
    }

    for (const [sqlState, code] of [
      ['53100', 'store_full'],
      ['25006', 'store_read_only'],
      ['42501', 'store_access_denied'],
      ['40001', 'store_write_failed'],
      ['XX001', 'store_corrupt'],
    ] as const) {
      test(`with ${sqlState} is ${code}; nothing of it is stored, and the next one is`, async () => {
        const store = await raising(sqlState);
        await rejectsWith(store.put([record('a'), record('bad')]), code);
        assert.ok(store.status().lastError);
        await recovered(store, () => store.put([record('b')]));
        assert.deepEqual(await idsOf(store), ['b']);
        assert.equal(store.status().lastError, null);
      });
    }

    test('does not fail its neighbours', async () => {
      const store = await raising('53100');
      const writes = ['a', 'bad', 'b'].map((id) => store.put([record(id)]));
      const outcomes = (await Promise.allSettled(writes)).map(({ status }) => status);
      assert.deepEqual(outcomes, ['fulfilled', 'rejected', 'fulfilled']);
    });
  });

  /** Tries again as long as the database is away. */
  async function recovered<Result>(store: Store, call: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== 'store_unreachable') throw error;
        assert.ok(store.status().lastError);
        await pause(20);
      }
    }
  }

  describe('when the database goes away', () => {
    test('every call is refused, and it comes back by itself, with nothing lost', async () => {
      const store = await open(direct(newSchema()));
      await store.put([record('a')]);
      await store.values.put('a', 'key', 1);
      for (const how of ['fast', 'immediate'] as const) {
        await server.stop(how);
        const refusal = store.put([record('b')]);
        await rejectsWith(refusal, 'store_unreachable');
        await refusal.catch((error: CodedError) => assert.equal(error.definition.recovery, 'Retry'));
        await rejectsWith(store.remove('a'), 'store_unreachable');
        await rejectsWith(store.values.put('a', 'key', 2), 'store_unreachable');
        await rejectsWith(store.get('a'), 'store_unreachable');
        await rejectsWith(idsOf(store), 'store_unreachable');
        assert.ok(store.status().lastError);
        await server.start();
        // Nobody writes: it must find out on its own.
        while (store.status().lastError !== null) await pause(20);
        assert.deepEqual(await recovered(store, () => idsOf(store)), ['a']);
        assert.equal((await store.values.get('a', 'key'))?.value, 1);
      }
      await store.put([record('b')]);
      assert.deepEqual(await idsOf(store), ['a', 'b']);
    });

    test('in the middle of many writes: every acknowledged one is there, none in half', async () => {
      const schema = newSchema();
      const store = await open(direct(schema));
      const acknowledged = new Set<string>();
      // A database that takes long to come back leaves some commits without an answer; that is said, too.
      const unknown = new Set<string>();
      const state = { writing: true };
      let unexpected: unknown = null;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let round = 0; state.writing; round++) {
          const ids = ['x', 'y'].map((part) => `${writer}-${round}-${part}`);
          try {
            await store.put(ids.map((id) => record(id)));
            ids.forEach((id) => acknowledged.add(id));
          } catch (error) {
            const { code } = error as CodedError;
            if (code === 'store_outcome_unknown') ids.forEach((id) => unknown.add(id));
            else if (code !== 'store_unreachable') unexpected = error;
            await pause(5);
          }
        }
      });
      for (let crash = 0; crash < 2; crash++) {
        const seen = acknowledged.size;
        while (acknowledged.size < seen + 40) await pause(5);
        await server.stop('immediate');
        await server.start();
      }
      const seen = acknowledged.size;
      while (acknowledged.size < seen + 2) await pause(5);
      state.writing = false;
      await Promise.all(writers);
      assert.equal(unexpected, null);
      const stored = new Set(await idsOf(store));
      // A commit whose answer was lost is looked up: what was refused is not there, either.
      assert.deepEqual([...stored.difference(unknown)].sort(), [...acknowledged].sort());
      // None in half.
      for (const id of stored)
        assert.ok(stored.has(id.endsWith('x') ? id.replace(/x$/, 'y') : id.replace(/y$/, 'x')), id);
    });

    test('a role that does not wait for the disk loses nothing either', async () => {
      await server.sql('alter role owner set synchronous_commit = off');
      const store = await open(direct(newSchema()));
      await store.put([record('a')]);
      await server.stop('immediate');
      await server.start();
      assert.deepEqual(await recovered(store, () => idsOf(store)), ['a']);
      await server.sql('alter role owner reset synchronous_commit');
    });

    test('while it is away, a store can be closed', async () => {
      const store = await open(throughProxy(newSchema()));
      proxy.closed = true;
      proxy.cut();
      await rejectsWith(store.put([record('a')]), 'store_unreachable');
      await store.close();
      await rejectsWith(store.put([record('a')]), 'store_closed');
    });
  });

  describe('when the connection breaks during a commit', () => {
    test('that the server got, the write is acknowledged once that is known, although the server still held the lock', async () => {
      const store = await open(throughProxy(newSchema()));
      const cut = proxy.cutAt('commit', 'deliver');
      const written = store.put([record('a')]);
      await cut;
      await written;
      assert.deepEqual(await idsOf(store), ['a']);
      assert.equal(store.status().lastError, null);
    });

    test('that the server did not get, the write is refused and nothing of it is there', async () => {
      const store = await open(throughProxy(newSchema()));
      const cut = proxy.cutAt('commit', 'swallow');
      const writes = ['a', 'b'].map((id) => rejectsWith(store.put([record(id)]), 'store_unreachable'));
      await cut;
      await Promise.all(writes);
      assert.equal(store.status().lastError, null);
      assert.deepEqual(await idsOf(store), []);
      await store.put([record('a')]);
    });

    test('and nobody can tell in time, that is what the caller hears', async () => {
      const clock = new VirtualClock();
      const store = await open(throughProxy(newSchema()), clock);
      const cut = proxy.cutAt('commit', 'deliver');
      const written = rejectsWith(store.put([record('a')]), 'store_outcome_unknown');
      await cut;
      proxy.closed = true;
      const state = { told: false };
      void written.finally(() => (state.told = true));
      for (let turn = 0; !state.told; turn++) {
        assert.ok(turn < 10_000);
        await pause(1);
        clock.advance(turn % 10 === 0 ? 100 : 0);
      }
      await written;
      proxy.closed = false;
      while (store.status().lastError !== null) {
        await pause(5);
        clock.advance(1000);
      }
      assert.deepEqual(await idsOf(store), ['a']);
    });
  });

  test('a store whose place another one took in the meantime writes no more', async () => {
    const schema = newSchema();
    const first = await open(throughProxy(schema));
    await first.put([record('a')]);
    proxy.closed = true;
    proxy.cut();
    const second = await open(direct(schema));
    await second.put([record('b')]);
    proxy.closed = false;
    while (!/Another process has/.test(first.status().lastError ?? '')) await pause(20);
    await rejectsWith(first.put([record('c')]), 'store_in_use');
    assert.deepEqual(await idsOf(first), ['a', 'b']);
    await second.close();
    while (!/Another process changed/.test(first.status().lastError ?? '')) await pause(20);
    await rejectsWith(first.put([record('c')]), 'store_taken_over');
    assert.deepEqual(await idsOf(first), ['a', 'b']);
  });
});
