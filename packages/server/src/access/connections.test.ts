import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { Identity, OWNER, type Principal } from '@vortexflow/identity';
import { VirtualClock } from '@vortexflow/primitives';
import { Connections } from './connections.ts';

const NOW = Date.UTC(2026, 10, 26);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function opened(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-connections-'));
  const clock = new VirtualClock(NOW);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const identity = await Identity.open({
    file: join(folder, 'identity.json'),
    ownerKey: 'a key of the owner, for tests',
    services: [{ kid: 'k1', x, subject: 'crawler', role: 'reader' }],
    audience: () => ['https://graph.example'],
    clock,
    tell: () => undefined,
    onFailure: () => undefined,
  });
  const connections = new Connections(identity, clock);
  t.after(async () => {
    connections.stop();
    await identity.close();
    await rm(folder, { recursive: true, force: true });
  });
  /** A connection that somebody has opened. */
  const hold = (principal: Principal | null): PassThrough => {
    assert.ok(principal);
    const socket = new PassThrough();
    connections.hold(principal, socket);
    return socket;
  };
  return { clock, identity, hold };
}

describe('connections that stay open', () => {
  it('of a key end at once when its maker has another role', async (t) => {
    const { identity, hold } = await opened(t);
    const user = { name: 'Ada', role: 'editor', nostr: null } as const;
    const { id: subject } = await identity.users.create(OWNER, user);
    const wish = { name: 'robot', scopes: ['look'], expiresAt: null } as const;
    const { key } = await identity.keys.create({ ...OWNER, subject }, wish);
    const [his, other] = [hold(identity.bearer(key)), hold(OWNER)];
    await identity.changeUser(OWNER, subject, { role: 'guest' });
    assert.deepEqual([his.destroyed, other.destroyed], [true, false]);
  });

  it('of a service end with its token', async (t) => {
    const { clock, identity, hold } = await opened(t);
    const at = NOW / 1000;
    const claims = { iat: at, exp: at + 60, aud: 'https://graph.example' };
    const signed = `${encode({ alg: 'EdDSA', kid: 'k1' })}.${encode(claims)}`;
    const token = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
    const socket = hold(identity.bearer(token));
    clock.advance(60_000);
    assert.equal(socket.destroyed, false);
    clock.advance(45_000);
    assert.equal(socket.destroyed, true);
  });
});
