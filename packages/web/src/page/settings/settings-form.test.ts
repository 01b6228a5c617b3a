import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { refusalsOf, SettingsForm } from './settings-form.ts';
import { refusal, TestServer } from './test-server.ts';

async function opened() {
  const server = new TestServer();
  let signedOut = 0;
  const people = async () => [{ id: 'owner', name: 'Ada' }];
  const form = new SettingsForm({ config: server, people, signedOut: () => void signedOut++ });
  await form.load();
  return { server, form, state: () => form.state.get(), signedOut: () => signedOut };
}

test('what is typed is saved as one change, of its kind', async () => {
  const { server, form, state } = await opened();
  form.edit('least', '3');
  form.edit('most', '30');
  await form.save();
  assert.deepEqual(server.values, { least: 3, most: 30 });
  assert.deepEqual([state().drafts, state().config?.version, state().busy], [{}, 2, false]);
  assert.match(state().done, /Version 2 is in force/);
});

test('settings are there without the names of those who changed them', async () => {
  const people = () => Promise.reject(refusal(403, 'forbidden'));
  const form = new SettingsForm({ config: new TestServer(), people, signedOut: () => undefined });
  await form.load();
  const { authors, config, problem } = form.state.get();
  assert.deepEqual([authors, config?.version, problem], [{}, 1, '']);
  assert.deepEqual((await opened()).state().authors, { owner: 'Ada' });
});

test('typing what holds already is no change', async () => {
  const { form, state } = await opened();
  form.edit('least', '3');
  form.edit('least', '1');
  assert.deepEqual(state().drafts, {});
  await form.save();
  assert.equal(state().config?.version, 1);
});

test('only what was set at run time can be taken back, and then the layer below has the say', async () => {
  const { server, form, state } = await opened();
  form.takeBack('least');
  assert.deepEqual(state().drafts, {});
  form.edit('least', '3');
  await form.save();
  form.takeBack('least');
  assert.deepEqual(state().drafts, { least: null });
  await form.save();
  assert.deepEqual([server.values, state().config?.settings['least']?.source], [{}, 'default']);
});

test('what the server refuses is marked at its field, and stays', async () => {
  const { server, form, state } = await opened();
  form.edit('least', 'few');
  form.edit('most', '30');
  await form.save();
  assert.deepEqual(state().refusals, { least: 'Takes a whole number.' });
  assert.deepEqual([state().drafts, server.values], [{ least: 'few', most: '30' }, {}]);
  form.edit('least', '2');
  assert.deepEqual(state().refusals, {});
  await form.save();
  assert.deepEqual(server.values, { least: 2, most: 30 });
});

test('who was slower is shown what has changed, and decides', async () => {
  for (const keep of [true, false]) {
    const { server, form, state } = await opened();
    form.edit('least', '3');
    server.changeElsewhere({ least: 5, most: 20 });
    await form.save();
    const { conflict } = state();
    assert.deepEqual(server.values, { least: 5, most: 20 }, 'nothing is overwritten');
    assert.deepEqual(
      conflict?.differences?.map(({ setting, to }) => [setting, to?.value]),
      [
        ['least', 5],
        ['most', 20],
      ],
    );
    await form.save();
    assert.equal(server.values['least'], 5, 'not before it is decided');
    form.resolve(keep);
    assert.deepEqual([state().conflict, state().config?.version], [null, 2]);
    assert.deepEqual(state().drafts, keep ? { least: '3' } : {});
    await form.save();
    assert.deepEqual(server.values, { least: keep ? 3 : 5, most: 20 });
  }
});

test('a conflict with a version that is kept no more is told all the same', async () => {
  const { server, form, state } = await opened();
  form.edit('least', '3');
  server.changeElsewhere({ most: 20 });
  server.forgetAllButLast();
  await form.save();
  assert.deepEqual([state().conflict?.differences, state().conflict?.next.version], [null, 2]);
});

test('reading anew keeps what was typed, and tells what has changed under it', async () => {
  const { server, form, state } = await opened();
  server.changeElsewhere({ most: 20 });
  await form.load();
  assert.deepEqual([state().config?.version, state().conflict], [2, null], 'nothing was typed');
  form.edit('least', '3');
  server.changeElsewhere({ most: 30 });
  await form.load();
  assert.deepEqual([state().config?.version, state().conflict?.next.version], [2, 3]);
});

test('whoever is signed out meanwhile is told, and the hint for programs is not', async () => {
  const { server, form, state, signedOut } = await opened();
  form.edit('least', '3');
  server.failure = refusal(401, 'unauthenticated');
  await form.save();
  assert.deepEqual([signedOut(), state().problem, state().busy], [1, 'Refused: unauthenticated.', false]);
  server.failure = refusal(503, 'config_unwritable');
  await form.save();
  assert.deepEqual([signedOut(), state().problem], [1, 'Refused: config_unwritable. A hint.']);
  assert.deepEqual(state().drafts, { least: '3' });
});

test('whatever two people do in turn, nobody overwrites what he has not seen', async () => {
  const step = fc.record({
    who: fc.nat(1),
    name: fc.constantFrom('least', 'most'),
    value: fc.integer({ min: 0, max: 99 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const server = new TestServer();
      const forms = [0, 1].map(
        () => new SettingsForm({ config: server, people: async () => [], signedOut: () => undefined }),
      );
      for (const form of forms) await form.load();
      for (const { who, name, value } of steps) {
        const form = forms[who] as SettingsForm;
        const seen = form.state.get().config?.etag;
        const { etag: now } = await server.show();
        const before = server.values;
        form.edit(name, String(value));
        await form.save();
        if (seen !== now) assert.deepEqual(server.values, before);
        form.resolve(false);
        form.discard();
      }
    }),
  );
});

test('pointers name settings, escapes and all', () => {
  const details = { pointers: ['/a~1b~0c', '/d'], problems: ['this is wrong', 'd is not there.'] };
  const message = 'Nothing was changed';
  assert.deepEqual(refusalsOf({ message, details }), { 'a/b~c': 'This is wrong.', d: 'Is not there.' });
  assert.deepEqual(refusalsOf({ message, details: { pointers: ['/d'] } }), { d: 'Nothing was changed.' });
  assert.deepEqual(refusalsOf({ message }), {});
});
