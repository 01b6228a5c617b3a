import assert from 'node:assert/strict';
import test from 'node:test';
import { SettingsForm } from './settings-form.ts';
import { SettingsHistory } from './settings-history.ts';
import { TestServer } from './test-server.ts';

async function opened(changes: number) {
  const server = new TestServer();
  for (let i = 1; i <= changes; i++) server.changeElsewhere({ least: i + 1 });
  const form = new SettingsForm({ config: server, people: async () => [], signedOut: () => undefined });
  const history = new SettingsHistory(server, form);
  await form.load();
  await history.load();
  return { server, form, history, state: () => history.state.get() };
}

const numbers = (versions: readonly { readonly version: number }[]): number[] => versions.map(({ version }) => version);

test('versions come newest first, and older ones on demand', async () => {
  const { history, state } = await opened(24);
  assert.deepEqual([numbers(state().versions).slice(0, 2), state().versions.length], [[25, 24], 20]);
  assert.equal(state().hasOlder, true);
  await history.older();
  assert.deepEqual([state().versions.at(-1)?.version, state().versions.length], [1, 25]);
  assert.equal(state().hasOlder, false);
});

test('a version tells what it changed of the one before, also over a gap in the numbers and the edge of the list', async () => {
  const { server, history, state } = await opened(24);
  server.gap = 3;
  server.changeElsewhere({ most: 20 });
  await history.load();
  await history.toggle(29);
  assert.deepEqual(
    state().opened?.differences?.map(({ setting, from, to }) => [setting, from?.value, to?.value]),
    [['most', 10, 20]],
  );
  const edge = state().versions.at(-1)?.version as number;
  await history.toggle(edge);
  assert.equal(state().opened?.differences?.length, 1);
  await history.older();
  await history.toggle(1);
  assert.deepEqual(state().opened, { version: 1, differences: null });
  await history.toggle(1);
  assert.equal(state().opened, null);
});

test('a way back is confirmed first, and makes a new version', async () => {
  const { server, form, history, state } = await opened(2);
  await history.rollBack();
  assert.equal((await server.show()).version, 3, 'nothing was asked for');
  await history.ask(2);
  assert.deepEqual(
    state().target?.differences?.map(({ from, to }) => [from?.value, to?.value]),
    [[3, 2]],
  );
  await history.rollBack();
  assert.deepEqual([server.values, form.state.get().config?.version], [{ least: 2 }, 4]);
  assert.match(form.state.get().done, /Version 4 .* version 2\. Not brought back: port \(it takes a restart\)/);
  assert.deepEqual([numbers(state().versions), state().target], [[4, 3, 2, 1], null]);
});

test('a way back from what has changed since is shown anew before it is done', async () => {
  const { server, form, history, state } = await opened(2);
  await history.toggle(2);
  await history.ask(2);
  server.changeElsewhere({ most: 50 });
  await history.rollBack();
  assert.deepEqual(server.values, { least: 3, most: 50 });
  assert.match(form.state.get().problem, /config_conflict/);
  assert.deepEqual([state().opened?.version, state().versions[0]?.version], [2, 4]);
  assert.deepEqual(
    state().target?.differences?.map(({ setting }) => setting),
    ['least', 'most'],
  );
  await history.rollBack();
  assert.deepEqual(server.values, { least: 2 });
});

test('whoever thinks better of it changes nothing', async () => {
  const { server, history, state } = await opened(1);
  await history.ask(1);
  history.cancel();
  await history.rollBack();
  assert.deepEqual([state().target, (await server.show()).version], [null, 2]);
});
