import assert from 'node:assert/strict';
import test from 'node:test';
import { OwnKeys } from './own-keys.ts';
import { OwnSessions } from './own-sessions.ts';
import { refused, testServer } from './test-server.ts';

/** What is said when a session is ended and the server answers so. */
async function said(answer: ReturnType<typeof refused>) {
  let outs = 0;
  const { access } = testServer({ 'DELETE /sessions/a': answer });
  const sessions = new OwnSessions(access, () => outs++);
  await sessions.end('a');
  return { ...sessions.state.get(), outs };
}

test('a refusal is told at its place, with the hint that the server gives', async () => {
  const { refusal, busy, outs } = await said(
    refused(503, 'identity_unavailable', 'Not kept.', { hint: 'See the log.' }),
  );
  assert.deepEqual(refusal, { place: 'a', field: '', text: 'Not kept. See the log.' });
  assert.deepEqual([busy, outs], [false, 0]);
});

test('hints for programs are left out, and who is not known any more is told so', async () => {
  const { refusal, outs } = await said(
    refused(401, 'unauthenticated', 'This needs a sign-in.', { hint: 'Send a key.' }),
  );
  assert.deepEqual([refusal?.text, outs], ['This needs a sign-in.', 1]);
  assert.equal(
    (await said(refused(403, 'forbidden', 'This caller may not do that.'))).refusal?.text,
    'You may not do that.',
  );
});

test('what is wrong with a field is told there, without its name', async () => {
  const details = { problem: '', pointer: '/name' };
  const answer = refused(400, 'request_invalid', '"name" must have at most 100 characters.', {
    details,
    hint: 'At /docs.',
  });
  const keys = new OwnKeys(testServer({ 'POST /keys': answer }).access, () => undefined);
  keys.edit({ name: 'x'.repeat(101) });
  await keys.make();
  const { refusal, draft } = keys.state.get();
  assert.deepEqual(refusal, { place: 'new', field: 'name', text: 'Must have at most 100 characters.' });
  assert.equal(draft.name.length, 101, 'what was typed stays');
  keys.edit({ name: 'x' });
  assert.equal(keys.state.get().refusal, null);
});

test('one thing at a time: what is pressed meanwhile does nothing', async () => {
  const { access, asked } = testServer({ 'DELETE /sessions/a': [204, {}], 'GET /sessions': [200, { sessions: [] }] });
  const sessions = new OwnSessions(access, () => undefined);
  const first = sessions.end('a');
  assert.equal(sessions.state.get().busy, true);
  await sessions.end('a');
  await first;
  assert.equal(asked.filter(({ route }) => route === 'DELETE /sessions/a').length, 1);
});

test('a server that is away is told in its words', async () => {
  const access = { sessions: () => Promise.reject(new TypeError('fetch failed')) };
  const sessions = new OwnSessions(access as never, () => undefined);
  await sessions.load();
  assert.match(sessions.state.get().refusal?.text ?? '', /fetch failed/);
});
