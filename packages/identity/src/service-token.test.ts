/** Tokens of services, signed by another implementation (jose). */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import type { Principal } from './principal.ts';
import { ServiceTokens } from './service-token.ts';

const NOW_S = 1_767_225_600;
const AUDIENCE = 'https://graph.example';
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let other: Keys;
let tokens: ServiceTokens;
before(async () => {
  keys = await generateKeyPair('EdDSA', { extractable: true });
  other = await generateKeyPair('EdDSA', { extractable: true });
  const { x = '' } = await exportJWK(keys.publicKey);
  tokens = new ServiceTokens([{ kid: 'a', x, subject: 'crawler', role: 'editor' }], () => [AUDIENCE]);
});

interface Wish {
  readonly claims?: Record<string, unknown>;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: Keys['privateKey'];
}

function sign({ claims = {}, header = {}, key = keys.privateKey }: Wish = {}): Promise<string> {
  const whole = { aud: AUDIENCE, iat: NOW_S, exp: NOW_S + 300, ...claims };
  const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  return new SignJWT(kept).setProtectedHeader({ alg: 'EdDSA', kid: 'a', ...header }).sign(key);
}

const verify = (token: string, at = NOW_S): Principal | null => tokens.verify(token, at * 1000);
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens of services', () => {
  it('stand for the service that the key is of', async () => {
    const principal = verify(await sign());
    assert.equal(principal?.subject, 'service:crawler');
    assert.equal(principal?.role, 'editor');
    assert.equal(principal?.until, (NOW_S + 330) * 1000, 'for as long as the token is good');
    assert.deepEqual([...(principal?.permissions ?? [])], ['public', 'look', 'ask', 'contribute', 'change']);
  });

  it('never stand for the owner, nor for a user, whatever the service is called', async () => {
    const { x = '' } = await exportJWK(keys.publicKey);
    const service = { kid: 'a', x, subject: 'owner', role: 'admin' } as const;
    const named = new ServiceTokens([service], () => [AUDIENCE]);
    assert.equal(named.verify(await sign({ claims: { sub: 'owner' } }), NOW_S * 1000), null);
    const principal = named.verify(await sign({ claims: { sub: 'service:owner' } }), NOW_S * 1000);
    assert.deepEqual([principal?.subject, principal?.role], ['service:owner', 'admin']);
    assert.equal(principal?.permissions.has('own'), false);
    assert.equal(principal?.permissions.has('account'), false);
  });

  it('may be narrowed by scope, never widened', async () => {
    const narrowed = verify(await sign({ claims: { scope: 'look audit' } }));
    assert.deepEqual([...(narrowed?.permissions ?? [])], ['public', 'look']);
    assert.equal(verify(await sign({ claims: { scope: 'manage' } })), null);
    assert.equal(verify(await sign({ claims: { scope: ['look'] } })), null);
  });

  it('end when they say so, half a minute of grace included', async () => {
    const token = await sign();
    assert.notEqual(verify(token, NOW_S + 329), null);
    assert.equal(verify(token, NOW_S + 330), null);
    assert.equal(verify(token, NOW_S - 31), null);
  });

  const refused: [string, Wish][] = [
    ['a life of more than 15 minutes', { claims: { exp: NOW_S + 901 } }],
    ['no end', { claims: { exp: undefined } }],
    ['no beginning', { claims: { iat: undefined } }],
    ['an end before the beginning', { claims: { exp: NOW_S - 1 } }],
    ['an end that is a text', { claims: { exp: String(NOW_S + 300) } }],
    ['a later "nbf"', { claims: { nbf: NOW_S + 60 } }],
    ['another audience', { claims: { aud: 'https://other.example' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['several audiences', { claims: { aud: [AUDIENCE, 'https://other.example'] } }],
    ['another subject', { claims: { sub: 'somebody' } }],
    ['an unknown kid', { header: { kid: 'b' } }],
    ['a kid that every object has', { header: { kid: '__proto__' } }],
    ['a header that names a key', { header: { jku: 'https://evil.example' } }],
  ];
  for (const [name, wish] of refused)
    it(`are refused for ${name}`, async () => assert.equal(verify(await sign(wish)), null));

  it('are refused when another key signed them', async () => {
    assert.equal(verify(await sign({ key: other.privateKey })), null);
  });

  it('are refused with any other algorithm, "none" among them', async () => {
    const [, body = '', signature = ''] = (await sign()).split('.');
    for (const alg of ['none', 'HS256', 'ES256', 'Ed25519', 'eddsa', undefined]) {
      const head = encode({ alg, kid: 'a' });
      assert.equal(verify(`${head}.${body}.${signature}`), null, String(alg));
      assert.equal(verify(`${head}.${body}.`), null, String(alg));
    }
    // The public key as the secret of a MAC, the classic confusion.
    const { x = '' } = await exportJWK(keys.publicKey);
    const mac = await new SignJWT({ aud: AUDIENCE, iat: NOW_S, exp: NOW_S + 300 })
      .setProtectedHeader({ alg: 'HS256', kid: 'a' })
      .sign(Buffer.from(x, 'base64url'));
    assert.equal(verify(mac), null);
  });

  it('are refused in any other form', async () => {
    const token = await sign();
    for (const text of [
      '',
      'a',
      'a.b',
      '..',
      '...',
      `${token}.x`,
      `${token}=`,
      token.slice(0, -1),
      `${token}${'x'.repeat(5_000)}`,
      'null.null.null',
    ])
      assert.equal(verify(text), null);
    const [head = '', , signature = ''] = token.split('.');
    assert.equal(verify(`${head}.${encode([])}.${signature}`), null);
  });

  it('need keys that are keys, of roles below the owner', () => {
    const x = 'A'.repeat(43);
    const make = (more: object) => () =>
      new ServiceTokens([{ kid: 'a', x, subject: 's', role: 'reader', ...more }], () => [AUDIENCE]);
    assert.throws(make({ role: 'owner' }), /"role"/);
    assert.throws(make({ role: 'king' }), /"role"/);
    assert.throws(make({ x: 'short' }), /"x"/);
    assert.throws(make({ kid: '' }), /"kid"/);
    assert.throws(make({ subject: 'a b' }), /"subject"/);
  });
});
