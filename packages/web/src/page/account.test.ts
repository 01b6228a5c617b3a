import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { Account } from './account.ts';
import type { NostrSigner } from './nostr.ts';

const ORIGIN = 'https://graph.example';
type Answers = Readonly<Record<string, readonly [status: number, body: object]>>;

interface Asked {
  readonly path: string;
  readonly body: string;
  readonly authorization: string | null;
}

/** An account over a server that answers as the test says. */
function world(answers: Answers, signer: NostrSigner | null = null) {
  const asked: Asked[] = [];
  let changes = 0;
  const account = new Account({
    origin: ORIGIN,
    fetch: async (url, init) => {
      const path = new URL(url as string).pathname.replace('/api/v1/auth', '');
      asked.push({ path, body: init?.body as string, authorization: new Headers(init?.headers).get('authorization') });
      const [status, body] = answers[path] ?? [404, { message: `no ${path}` }];
      return new Response(status === 204 ? null : JSON.stringify(body), { status });
    },
    signer: () => signer,
    now: () => 1_767_225_600_500,
    changed: () => changes++,
  });
  return { account, asked, changes: () => changes };
}

const READER = { subject: 'anonymous', role: 'reader', how: 'loopback', permissions: ['public', 'look', 'ask'] };
const OWNER = { subject: 'owner', role: 'owner', how: 'session', permissions: ['public', 'look', 'ask', 'own'] };
const GUEST = { subject: 'guest', role: 'guest', how: 'none', permissions: ['public'] };

test('an owner link in the address signs in', async () => {
  const { account, asked, changes } = world({ '/login': [200, { status: 'signed_in' }], '/me': [200, READER] });
  await account.start('vfl_x');
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), { link: 'vfl_x' });
  assert.equal(changes(), 1);
});

test('without one it is asked who it is', async () => {
  const { account, asked, changes } = world({ '/me': [200, READER] });
  await account.start(null);
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/me'],
  );
  assert.equal(account.state.get().who?.role, 'reader');
  assert.equal(changes(), 0);
});

test('a second factor is asked for, and sent with its ticket', async () => {
  const { account, asked, changes } = world({
    '/login': [200, { status: 'second_factor', ticket: 'vfp_y' }],
    '/second-factor': [200, { status: 'signed_in' }],
  });
  await account.withKey(' vfk_z ');
  assert.equal(asked[0]?.authorization, 'Bearer vfk_z');
  assert.equal(account.state.get().ticket, 'vfp_y');
  assert.equal(changes(), 0);
  await account.withCode(' 123 456 ');
  assert.deepEqual(JSON.parse(asked[1]?.body ?? ''), { ticket: 'vfp_y', code: '123456' });
  assert.equal(changes(), 1);
});

test('a refusal is said in the words of the server, and nothing else happens', async () => {
  const { account, changes } = world({ '/login': [401, { message: 'This is not valid.', hint: 'Begin anew.' }] });
  await account.withKey('x');
  const { problem, busy } = account.state.get();
  assert.deepEqual([problem, busy, changes()], ['This is not valid. Begin anew.', false, 0]);
});

test('a wrong key is said in words for people, and one that no header can hold is not sent', async () => {
  const hint = 'Send a key as "Authorization: Bearer KEY".';
  const { account, asked } = world({ '/login': [401, { code: 'unauthenticated', message: 'None came.', hint }] });
  for (const key of ['wrong', 'not one word', 'schlüssel', 'emoji 🔑']) {
    account.dismiss();
    await account.withKey(key);
    assert.equal(account.state.get().problem, 'This key is not valid, or counts no more.', key);
  }
  assert.equal(asked.length, 1);
});

test('a Nostr key signs exactly the request that is sent', async () => {
  const signer: NostrSigner = {
    signEvent: async (event) => ({ ...event, id: 'i', pubkey: 'p', sig: 's', extra: 'of the extension' }),
  };
  const { account, asked } = world(
    { '/challenge': [200, { nonce: 'n' }], '/login': [200, { status: 'signed_in' }] },
    signer,
  );
  assert.equal(account.hasSigner, true);
  await account.withNostr();
  const { body, authorization } = asked[1] as Asked;
  const event = JSON.parse(Buffer.from((authorization ?? '').slice(6), 'base64').toString()) as Record<string, unknown>;
  assert.deepEqual(event, {
    id: 'i',
    pubkey: 'p',
    created_at: 1_767_225_600,
    kind: 27_235,
    tags: [
      ['u', `${ORIGIN}/api/v1/auth/login`],
      ['method', 'POST'],
      ['payload', createHash('sha256').update(body).digest('hex')],
    ],
    content: '',
    sig: 's',
  });
});

test('an extension whose user refuses is no end', async () => {
  const signer: NostrSigner = { signEvent: () => Promise.reject(new Error('refused by its user')) };
  const { account } = world({ '/challenge': [200, { nonce: 'n' }] }, signer);
  await account.withNostr();
  assert.equal(account.state.get().problem, 'refused by its user');
  assert.equal(account.state.get().busy, false);
});

/** Somebody for whom the server takes the page, and for whom it takes him when the page asks again. */
async function checked(first: object, then: object) {
  const answers: Record<string, readonly [number, object]> = { '/me': [200, first] };
  const { account, changes } = world(answers);
  await account.start(null);
  answers['/me'] = [200, then];
  await account.check();
  return { account, changes, problem: account.state.get().problem };
}

test('a session that has ended is told once, wherever it was ended', async () => {
  const { account, changes, problem } = await checked(OWNER, READER);
  assert.match(problem, /session has ended/);
  assert.deepEqual([account.state.get().who?.role, changes()], ['reader', 0]);
  account.dismiss();
  await account.check();
  assert.equal(account.state.get().problem, '');
});

test('who has seen nothing yet and signs in elsewhere sees everything; who has seen something keeps it', async () => {
  assert.equal((await checked(GUEST, OWNER)).changes(), 1);
  assert.equal((await checked(READER, OWNER)).changes(), 0);
  const same = await checked(OWNER, OWNER);
  assert.deepEqual([same.changes(), same.problem], [0, '']);
});

test('who signs in in the place of another one sees nothing of his', async () => {
  const other = await checked(OWNER, { ...OWNER, subject: 'ada' });
  assert.deepEqual([other.changes(), other.problem], [1, '']);
});

test('only who may not even look is outside', async () => {
  assert.equal((await checked(GUEST, GUEST)).account.isOutside, true);
  assert.equal((await checked(READER, READER)).account.isOutside, false);
  assert.equal(world({}).account.isOutside, false, 'while nobody knows');
});

test('a sign-out tells the page', async () => {
  const { account, changes } = world({ '/logout': [204, {}] });
  await account.signOut();
  assert.equal(changes(), 1);
});

test('nothing is begun, and nobody new shown, in a page that is about to be loaded anew', async () => {
  const { account, asked } = world({ '/login': [200, { status: 'signed_in' }], '/me': [200, OWNER] });
  await account.withKey('x');
  await account.check();
  assert.deepEqual([account.state.get().busy, account.state.get().who, asked.length], [true, null, 1]);
});
