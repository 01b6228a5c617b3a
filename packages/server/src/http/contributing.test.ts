/** Whose documents somebody may replace, of a real server. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ApiKeyResponse, ErrorResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

describe('documents from a key', { timeout: 120_000 }, () => {
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer({ env: { WORKERS: '0', REASONER_THREADS: '1' } });
  });
  after(() => server.stop());

  const post = (path: string, key: string, body: string, type = 'application/json'): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      body,
    });
  const add = (key: string, ...ids: readonly string[]): Promise<Response> =>
    post(
      '/api/v1/documents',
      key,
      JSON.stringify({ documents: ids.map((id) => ({ id, title: id, text: `by ${key}` })) }),
    );
  const makeKey = async (...scopes: readonly string[]): Promise<string> => {
    const wish = { name: 'test', scopes, expires_in_days: 1 };
    const response = await post('/api/v1/auth/keys', server.key, JSON.stringify(wish));
    assert.equal(response.status, 201, await response.clone().text());
    return ((await response.json()) as ApiKeyResponse).key;
  };
  const refused = async (response: Response, id: string): Promise<void> => {
    const { code, message } = (await response.json()) as ErrorResponse;
    assert.deepEqual([response.status, code], [403, 'document_of_another']);
    assert.ok(message.includes(`"${id}"`), message);
  };
  const textOf = async (id: string): Promise<string> => {
    const response = await fetch(`${server.url}/api/v1/documents/${id}`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    return ((await response.json()) as { text: string }).text;
  };

  it('that may only contribute take nobody else’s place', async () => {
    const [one, other] = [await makeKey('contribute'), await makeKey('contribute')];
    assert.equal((await add(server.key, 'owner')).status, 200);
    assert.equal((await add(one, 'one')).status, 200);
    assert.equal((await add(one, 'one')).status, 200, 'its own');
    await refused(await add(other, 'new', 'one'), 'one');
    await refused(await add(other, 'owner'), 'owner');
    await refused(
      await post('/api/v1/graph/import?format=csv&id=one', other, 'source,target\na,b\n', 'text/csv'),
      'one',
    );
    assert.deepEqual([await textOf('one'), await textOf('owner')], [`by ${one}`, `by ${server.key}`]);
  });

  it('that may change, too, may', async () => {
    const key = await makeKey('contribute', 'change');
    assert.equal((await add(key, 'one', 'owner')).status, 200);
    assert.equal(await textOf('owner'), `by ${key}`);
  });
});
