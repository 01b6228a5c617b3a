/** A server whose documents are in PostgreSQL; and when the database is the one that fails. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorResponse, HealthResponse } from '@vortexflow/protocol';
import { launchPostgres, launchServer, postgresMissing, type PostgresServer, spawnServer } from '@vortexflow/testkit';
import { killAgainAndAgain, newFolder, openPlace, type Place, post } from './conformance.ts';

/** In CI nothing may be skipped: there the launch fails with the reason. */
const skip = process.env['CI'] ? false : (postgresMissing ?? false);

describe('a server over PostgreSQL', { skip }, () => {
  let database: PostgresServer;
  let schemas = 0;
  before(async () => {
    database = await launchPostgres();
  });
  after(() => database.remove());

  async function newPlace(t: TestContext): Promise<Place> {
    const url = `${database.url}?schema=server_${schemas++}`;
    return { dataFolder: await newFolder(t), url, env: { STORE_URL: url } };
  }

  it('that is killed while it takes documents in loses none that it acknowledged: 4 times', async (t) => {
    await killAgainAndAgain(t, await newPlace(t), 4);
  });

  it('refuses writes while the database is away, shows it in health, and takes them again', async (t) => {
    const place = await newPlace(t);
    const server = await launchServer(place);
    const health = async (): Promise<HealthResponse> =>
      (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
    const healed = async (): Promise<void> => {
      while ((await health()).status !== 'Healthy') await pause(50);
    };
    try {
      assert.equal((await post(server, ['a'])).status, 200);
      await healed();
      await database.stop('immediate');
      const refused = await post(server, ['b', 'c']);
      assert.equal(refused.status, 503);
      const error = (await refused.json()) as ErrorResponse;
      assert.equal(error.code, 'store_unreachable');
      assert.equal(error.recovery_strategy, 'Retry');
      assert.ok(!JSON.stringify(error).includes(database.password));
      const { status, components } = await health();
      assert.equal(status, 'Degraded');
      assert.equal(components['store']?.status, 'Degraded');
      assert.match(components['store'].detail ?? '', /The database does not answer/);
      const answer = await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'What is the opposite of hot?' }),
      });
      assert.equal(answer.status, 200);
      await database.start();
      await healed();
      assert.equal((await fetch(`${server.url}/api/v1/documents/b`)).status, 404);
      assert.equal((await post(server, ['b', 'c'])).status, 200);
      assert.ok(!(server.output().stdout + server.output().stderr).includes(database.password));
    } finally {
      await server.stop();
    }
    const store = await openPlace(place);
    assert.equal(await store.count(), 3);
    await store.close();
  });

  it('takes the password from a file, locks the data folder, and says what is wrong without telling it', async (t) => {
    const place = await newPlace(t);
    const STORE_URL = (place.env['STORE_URL'] as string).replace(`:${database.password}@`, '@');
    const STORE_PASSWORD_FILE = join(place.dataFolder, 'password');
    await writeFile(STORE_PASSWORD_FILE, `${database.password}\n`);
    const first = await launchServer({ ...place, env: { STORE_URL, STORE_PASSWORD_FILE } });
    try {
      // Another database, the same data folder.
      const second = await spawnServer({ ...place, env: { STORE_URL: `${STORE_URL}x`, STORE_PASSWORD_FILE } });
      await assert.rejects(second.ready(60_000), /Another process has the (?:audit log|document store)/);
    } finally {
      await first.stop();
    }
    const refusal = async (env: Readonly<Record<string, string>>, expected: RegExp): Promise<void> => {
      const server = await spawnServer({ ...place, env });
      await assert.rejects(server.ready(60_000), (failure: Error) => {
        assert.match(failure.message, expected);
        assert.doesNotMatch(failure.message, /wrong-password/);
        return true;
      });
    };
    const wrong = { STORE_URL, STORE_PASSWORD_ENV: 'MY_PASSWORD', MY_PASSWORD: 'wrong-password' };
    await refusal(wrong, /lets nobody in with this user and password.*STORE_PASSWORD/s);
    await refusal({ STORE_URL, STORE_PASSWORD_ENV: 'NOT_SET' }, /STORE_PASSWORD_ENV names a variable that is not set/);
  });
});
