import assert from 'node:assert/strict';
import test from 'node:test';
import { OwnSessions } from './own-sessions.ts';
import { refused, testServer } from './test-server.ts';

const session = (id: string, last_seen_at: string, current = false) => ({ id, last_seen_at, current });

/** A server that forgets the sessions that are ended. @param gone one that it lists and does not find */
function world(all: readonly ReturnType<typeof session>[], gone = '') {
  let left = [...all];
  const ends = [...all.map(({ id }) => id), 'later'].map((id) => [
    `DELETE /sessions/${id}`,
    () => {
      left = left.filter((one) => one.id !== id);
      return id === gone ? refused(404, 'identity_not_found', 'There is none.') : ([204, {}] as const);
    },
  ]);
  const { access, asked } = testServer({
    ...Object.fromEntries(ends),
    'GET /sessions': () => [200, { sessions: left }],
  });
  const sessions = new OwnSessions(access, () => undefined);
  const ids = () => sessions.state.get().sessions?.map(({ id }) => id);
  return { sessions, asked, ids, begin: (id: string) => void left.push(session(id, '2026-11-26T13:00:00Z')) };
}

const ALL = [session('old', '2026-11-26T10:00:00Z'), session('new', '2026-11-26T12:00:00Z'), session('own', '', true)];

test('this one comes first, then what was used last', async () => {
  const { sessions, ids } = world(ALL);
  await sessions.load();
  assert.deepEqual(ids(), ['own', 'new', 'old']);
});

test('one ends, and is gone from the list', async () => {
  const { sessions, ids } = world(ALL);
  await sessions.load();
  await sessions.end('new');
  assert.deepEqual([ids(), sessions.state.get().done], [['own', 'old'], 'The session has ended.']);
});

test('all others end, also one that has begun meanwhile, and one that is gone already; never this one', async () => {
  const { sessions, asked, ids, begin } = world(ALL, 'old');
  await sessions.load();
  begin('later');
  await sessions.endOthers();
  const ended = asked.map(({ route }) => route).filter((route) => route.startsWith('DELETE'));
  assert.deepEqual(ended, ['DELETE /sessions/later', 'DELETE /sessions/new', 'DELETE /sessions/old']);
  assert.deepEqual([ids(), sessions.state.get().done], [['own'], '3 other sessions have ended.']);
});
