import assert from 'node:assert/strict';
import test from 'node:test';
import { SettingsForm } from './settings-form.ts';
import { TestServer } from './test-server.ts';
import { unsavedIn } from './unsaved.ts';

/** The storage of a tab, and forms of those who use it one after another. */
function tab() {
  const server = new TestServer();
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const formOf = async (subject: string): Promise<SettingsForm> => {
    const unsaved = unsavedIn(() => storage, subject);
    const form = new SettingsForm({ config: server, people: async () => [], signedOut: () => undefined, unsaved });
    await form.load();
    return form;
  };
  return { server, items, formOf };
}

test('what was typed is there in the next form of the same person, until it is saved', async () => {
  const { server, items, formOf } = tab();
  (await formOf('ada')).edit('least', '3');
  const next = await formOf('ada');
  assert.deepEqual(next.state.get().drafts, { least: '3' });
  await next.save();
  assert.deepEqual([server.values, items.size], [{ least: 3 }, 0]);
  assert.deepEqual((await formOf('ada')).state.get().drafts, {});
});

test('what is discarded or undone is kept no more', async () => {
  const { items, formOf } = tab();
  const form = await formOf('ada');
  form.edit('least', '3');
  form.discard();
  assert.equal(items.size, 0);
  form.edit('least', '3');
  form.undo('least');
  assert.equal(items.size, 0);
});

test('what was typed by somebody else is thrown away', async () => {
  const { items, formOf } = tab();
  (await formOf('ada')).edit('least', '3');
  assert.deepEqual((await formOf('bob')).state.get().drafts, {});
  assert.equal(items.size, 0);
});

test('what others changed meanwhile is told in the next form, too', async () => {
  const { server, formOf } = tab();
  (await formOf('ada')).edit('least', '3');
  await server.change({ most: 30 }, { ifMatch: '"1"' });
  const { conflict, drafts } = (await formOf('ada')).state.get();
  assert.deepEqual(drafts, { least: '3' });
  assert.equal(conflict?.next.version, 2);
});

test('a browser that keeps nothing for pages does no harm', async () => {
  const denied = unsavedIn(() => {
    throw new Error('SecurityError');
  }, 'ada');
  const form = new SettingsForm({
    config: new TestServer(),
    people: async () => [],
    signedOut: () => undefined,
    unsaved: denied,
  });
  await form.load();
  form.edit('least', '3');
  assert.deepEqual([form.state.get().drafts, form.state.get().problem], [{ least: '3' }, '']);
});
