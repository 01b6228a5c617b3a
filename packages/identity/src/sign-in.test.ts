/** Signing in with a Nostr key: the nonce, the signature, the session. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { nostrHeader, nostrKey } from '@vortexflow/testkit';
import { OWNER } from './principal.ts';
import type { SignedIn } from './sign-in.ts';
import { CLIENT, createWorld, isError, ORIGIN, type World } from './test-world.ts';
import { digest } from './tokens.ts';

const KEY = await nostrKey(5);
const url = `${ORIGIN}/api/v1/auth/login`;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.identity.users.create(OWNER, { name: 'Ada', role: 'editor', nostr: KEY.publicKey });
});
afterEach(() => world.close());

function signIn(nonce: string, key = KEY): Promise<SignedIn> {
  const body = JSON.stringify({ nonce });
  const event = key.sign({ url, method: 'POST', body, at: world.clock.now() / 1000 });
  const request = { authorization: nostrHeader(event), method: 'POST', urls: [url], bodyHash: digest(body) };
  return world.identity.signIn.withNostr(request, nonce, CLIENT);
}

describe('sign-in with a Nostr key', () => {
  it('opens a session of the user who has the key', async () => {
    const signed = await signIn(world.identity.signIn.challenge().nonce);
    assert.equal(signed.kind, 'session');
    const principal = world.identity.sessions.verify((signed as { token: string }).token);
    assert.equal(principal?.role, 'editor');
    assert.ok(world.events.some(({ type }) => type === 'signed_in'));
  });

  it('takes a nonce once', async () => {
    const { nonce } = world.identity.signIn.challenge();
    await signIn(nonce);
    world.clock.advance(1_000);
    await assert.rejects(signIn(nonce), isError('sign_in_refused'));
  });

  it('takes a nonce for two minutes', async () => {
    const { nonce, expiresInMs } = world.identity.signIn.challenge();
    world.clock.advance(expiresInMs);
    await assert.rejects(signIn(nonce), isError('sign_in_refused'));
  });

  it('takes no nonce that is not of this server', async () => {
    const { nonce } = world.identity.signIn.challenge();
    const [until = '', random = '', mac = ''] = nonce.split('.');
    const later = `${(Number.parseInt(until, 36) + 1).toString(36)}.${random}.${mac}`;
    for (const wrong of ['', later, `${until}.${random}.${digest('x')}`, nonce.toUpperCase()])
      await assert.rejects(signIn(wrong), isError('sign_in_refused'), wrong);
    // Those of an earlier start are void: it had another key.
    const again = await world.reopen();
    await assert.rejects(
      again.signIn.withNostr({ authorization: '', method: 'POST', urls: [url], bodyHash: '' }, nonce, CLIENT),
      isError('sign_in_refused'),
    );
  });

  it('refuses a key that nobody has, and one that was taken from its user', async () => {
    await assert.rejects(signIn(world.identity.signIn.challenge().nonce, await nostrKey(6)), isError('nostr_refused'));
    const [, ada] = world.identity.users.list();
    await world.identity.changeUser(OWNER, ada?.id ?? '', { nostr: null });
    await assert.rejects(signIn(world.identity.signIn.challenge().nonce), isError('nostr_refused'));
  });
});
