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

const READER = { subject: 'anonymous', role: 'reader', how: 'loopback' };

test('an owner link in the address signs in', async () => {
  const { account, asked, changes } = world({ '/login': [200, { status: 'signed_in' }], '/me': [200, READER] });
  await account.start('#link=vfl_x');
  assert.deepEqual(JSON.parse(asked[0]?.body ?? ''), { link: 'vfl_x' });
  assert.equal(changes(), 1);
});

test('without one it is asked who it is', async () => {
  const { account, asked, changes } = world({ '/me': [200, READER] });
  await account.start('');
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
  await account.withCode(' 123456 ');
  assert.deepEqual(JSON.parse(asked[1]?.body ?? ''), { ticket: 'vfp_y', code: '123456' });
  assert.equal(changes(), 1);
});

test('a refusal is said in the words of the server, and nothing else happens', async () => {
  const { account, changes } = world({ '/login': [401, { message: 'This is not valid.', hint: 'Begin anew.' }] });
  await account.withKey('x');
  const { problem, busy } = account.state.get();
  assert.deepEqual([problem, busy, changes()], ['This is not valid. Begin anew.', false, 0]);
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

test('a sign-out tells the page', async () => {
  const { account, changes } = world({ '/logout': [204, {}] });
  await account.signOut();
  assert.equal(changes(), 1);
});
