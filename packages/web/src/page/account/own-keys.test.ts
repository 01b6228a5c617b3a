import assert from 'node:assert/strict';
import test from 'node:test';
import { OwnKeys } from './own-keys.ts';
import { refused, testServer } from './test-server.ts';

const key = (id: string, created_at: string) => ({ id, name: id, created_at });

/** A server with two keys, that makes a third and forgets those that are revoked. */
function world() {
  let left = [key('a', '2026-11-24'), key('b', '2026-11-26')];
  const revoke = (id: string) => () => {
    const found = left.some((one) => one.id === id);
    left = left.filter((one) => one.id !== id);
    return found ? ([204, {}] as const) : refused(404, 'identity_not_found', 'There is none.');
  };
  const { access, asked } = testServer({
    'GET /keys': () => [200, { keys: left }],
    'POST /keys': (body) => {
      const record = { ...key('c', '2026-11-25'), ...(body as { name: string }) };
      left = [...left, record];
      return [201, { key: 'vfk_secret', record }];
    },
    'DELETE /keys/a': revoke('a'),
  });
  const keys = new OwnKeys(access, () => undefined);
  return { keys, asked, ids: () => keys.state.get().keys?.map(({ id }) => id), state: () => keys.state.get() };
}

test('a key is made as it was thought of, and shown until it is put away', async () => {
  const { keys, asked, ids, state } = world();
  keys.edit({ name: ' nightly ', days: null });
  keys.toggle('ask');
  keys.toggle('contribute');
  await keys.make();
  const made = asked.find(({ route }) => route === 'POST /keys');
  assert.deepEqual(made?.body, { name: 'nightly', scopes: ['look', 'contribute'], expires_in_days: null });
  assert.deepEqual(state().made, { name: 'nightly', key: 'vfk_secret' });
  assert.deepEqual(ids(), ['b', 'c', 'a'], 'the newest first');
  assert.equal(state().draft.name, '', 'the next one is typed anew');
  keys.putAway();
  assert.equal(JSON.stringify(state()).includes('vfk_secret'), false);
});

test('one without a name or a scope is not sent', async () => {
  const { keys, asked, state } = world();
  await keys.make();
  assert.equal(state().refusal?.field, 'name');
  keys.edit({ name: 'x' });
  for (const scope of state().draft.scopes) keys.toggle(scope);
  await keys.make();
  assert.deepEqual([state().refusal?.field, asked], ['scopes', []]);
});

test('one is revoked only after it was asked for', async () => {
  const { keys, asked, ids, state } = world();
  await keys.load();
  await keys.revoke();
  keys.ask('a');
  keys.ask(null);
  await keys.revoke();
  assert.equal(asked.length, 1);
  keys.ask('a');
  await keys.revoke();
  assert.deepEqual([ids(), state().asked], [['b'], null]);
});

test('one that was revoked elsewhere meanwhile is gone, as was wanted', async () => {
  const { keys, state } = world();
  for (let i = 0; i < 2; i++) {
    keys.ask('a');
    await keys.revoke();
    assert.deepEqual([state().refusal, state().done], [null, 'The key counts no more.']);
  }
});
