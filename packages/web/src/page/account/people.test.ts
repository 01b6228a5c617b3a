import assert from 'node:assert/strict';
import test from 'node:test';
import type { UserRequest } from '@vortexflow/protocol';
import { npubOf } from './npub.ts';
import { People, type Person } from './people.ts';
import { refused, testServer, whoIs } from './test-server.ts';

const HEX = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';

const person = (id: string, role: Person['role'], rest: Partial<Person> = {}): Person => ({
  id,
  name: id,
  role,
  nostr: null,
  second_factor: false,
  created_at: '',
  ...rest,
});
const OWNER = person('owner', 'owner');
const ADMIN = person('admin', 'admin', { second_factor: true });
const ADA = person('ada', 'reader', { name: 'Ada', nostr: HEX, second_factor: true });

/** What somebody sees of a server with an owner, an administrator and Ada. */
function world(role: 'admin' | 'owner' = 'owner') {
  let all = [OWNER, ADMIN, ADA];
  const { access, asked } = testServer({
    'GET /users': () => [200, { users: all }],
    'POST /users': (body) => {
      const wish = body as UserRequest;
      if (wish.nostr === HEX) {
        const details = { problem: 'Taken.', pointer: '/nostr' };
        return refused(409, 'identity_conflict', 'Taken.', { details });
      }
      all = [...all, person('new-id', wish.role, wish)];
      return [201, {}];
    },
    'PATCH /users/ada': (body) => {
      all = all.map((one) => (one.id === 'ada' ? { ...one, ...(body as Partial<Person>) } : one));
      return [200, {}];
    },
    'DELETE /users/ada': () => {
      all = all.filter(({ id }) => id !== 'ada');
      return [204, {}];
    },
    'DELETE /users/ada/second-factor': [204, {}],
  });
  const people = new People(
    access,
    () => whoIs(role),
    () => undefined,
  );
  const sent = () => asked.filter(({ route }) => !route.startsWith('GET'));
  return {
    people,
    sent,
    state: () => people.state.get(),
    names: () => people.state.get().people?.map(({ name }) => name),
  };
}

const allowed = (may: ReturnType<People['mayFor']>): string[] =>
  Object.entries(may).flatMap(([what, isAllowed]) => (isAllowed ? [what] : []));

test('only those below may be changed; an owner may change all, but not take the first one out', () => {
  const { people } = world('admin');
  assert.deepEqual(people.roles, ['guest', 'reader', 'editor']);
  assert.deepEqual(allowed(people.mayFor(OWNER)), []);
  assert.deepEqual(allowed(people.mayFor(ADMIN)), ['change'], 'himself, but not his role');
  assert.deepEqual(allowed(people.mayFor(ADA)), ['change', 'changeRole', 'dropSecondFactor', 'remove']);
  const { people: ofOwner } = world('owner');
  assert.deepEqual(ofOwner.roles, ['guest', 'reader', 'editor', 'admin', 'owner']);
  assert.deepEqual(allowed(ofOwner.mayFor(OWNER)), ['change']);
  assert.deepEqual(allowed(ofOwner.mayFor(ADMIN)), ['change', 'changeRole', 'dropSecondFactor', 'remove']);
});

test('somebody is added with his key in either form', async () => {
  const { people, sent, state, names } = world();
  const other = 'ab'.repeat(32);
  for (const nostr of [npubOf(other), other.toUpperCase(), '']) {
    people.open(null);
    people.edit({ name: ' Bob ', role: 'editor', nostr: ` ${nostr} ` });
    await people.save();
    const expected = { name: 'Bob', role: 'editor', nostr: nostr === '' ? null : other };
    assert.deepEqual(sent().at(-1), { route: 'POST /users', body: expected });
    assert.deepEqual([state().editing, state().done], [null, 'Bob may sign in now.']);
  }
  assert.deepEqual(names(), ['Ada', 'admin', 'Bob', 'Bob', 'Bob', 'owner']);
});

test('what cannot be a public key is not sent, and what is wrong with it is said', async () => {
  const { people, sent, state } = world();
  const npub = npubOf(HEX);
  for (const [nostr, text] of [
    [`nsec${npub.slice(4)}`, /secret key/],
    [`${npub.slice(0, -1)}q`, /wrong or missing/],
    [npub.slice(0, -1), /wrong or missing/],
    ['ada@example.org', /begins with npub1/],
  ] as const) {
    people.open(null);
    people.edit({ name: 'Bob', nostr });
    await people.save();
    assert.deepEqual([state().refusal?.place, state().refusal?.field], ['new', 'nostr']);
    assert.match(state().refusal?.text ?? '', text);
  }
  people.edit({ name: ' ', nostr: '' });
  await people.save();
  assert.equal(state().refusal?.field, 'name');
  assert.deepEqual(sent(), []);
});

test('what the server refuses is said at its field, and what was typed stays', async () => {
  const { people, state } = world();
  people.open(null);
  people.edit({ name: 'Bob', nostr: HEX });
  await people.save();
  assert.deepEqual(state().refusal, { place: 'new', field: 'nostr', text: 'Taken.' });
  assert.deepEqual([state().editing, state().draft.name], ['new', 'Bob']);
});

test('of somebody who is changed only what is different is sent', async () => {
  const { people, sent, state } = world();
  await people.load();
  people.open(ADA);
  assert.deepEqual(state().draft, { name: 'Ada', role: 'reader', nostr: npubOf(HEX) });
  await people.save();
  assert.deepEqual(sent(), []);
  people.open(ADA);
  people.edit({ role: 'editor' });
  await people.save();
  assert.deepEqual(sent(), [{ route: 'PATCH /users/ada', body: { role: 'editor' } }]);
  people.open({ ...ADA, role: 'editor' });
  people.edit({ nostr: '' });
  await people.save();
  assert.deepEqual(sent().at(-1)?.body, { nostr: null });
});

test('somebody is removed, or loses his second factor, only after it was asked for', async () => {
  const { people, sent, state, names } = world();
  await people.load();
  people.ask({ id: 'ada', what: 'remove' });
  people.ask(null);
  await people.answer();
  assert.deepEqual(sent(), []);
  people.ask({ id: 'ada', what: 'second-factor' });
  await people.answer();
  assert.equal(state().done, 'Ada has no second factor any more.');
  people.ask({ id: 'ada', what: 'remove' });
  await people.answer();
  assert.deepEqual(
    sent().map(({ route }) => route),
    ['DELETE /users/ada/second-factor', 'DELETE /users/ada'],
  );
  assert.deepEqual(names(), ['admin', 'owner']);
});
