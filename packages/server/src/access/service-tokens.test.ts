/** Tokens of services at a real server: whom they stand for, and whom never. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse, QuotaResponse, WhoResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT (RFC 7519) with EdDSA, good for a minute. */
function tokenOf(key: KeyObject, kid: string, claims: object): string {
  const at = Math.floor(Date.now() / 1000);
  const signed = `${encode({ alg: 'EdDSA', kid })}.${encode({ iat: at, exp: at + 60, ...claims })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

for (const workers of ['0', '1']) {
  describe(`a service that is called owner, WORKERS=${workers}`, { timeout: 120_000 }, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    let folder: string;
    let server: LaunchedServer;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'vortexflow-services-'));
      const file = join(folder, 'services.json');
      const { x } = publicKey.export({ format: 'jwk' });
      await writeFile(file, JSON.stringify({ keys: [{ kid: 'k1', x, subject: 'owner', role: 'admin' }] }));
      server = await launchServer({ env: { WORKERS: workers, REASONER_THREADS: '1', SERVICE_KEYS_FILE: file } });
    });
    after(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const send = (method: string, path: string, claims: object = {}, body?: unknown): Promise<Response> =>
      fetch(server.url + path, {
        method,
        headers: {
          authorization: `Bearer ${tokenOf(privateKey, 'k1', { aud: server.url, ...claims })}`,
          'if-match': '*',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });

    it('is that service, with the role that the file gives it', async () => {
      assert.equal((await send('GET', '/api/v1/auth/me', { sub: 'owner' })).status, 401, 'whatever the token says');
      const who = (await (await send('GET', '/api/v1/auth/me', { sub: 'service:owner' })).json()) as WhoResponse;
      assert.deepEqual([who.subject, who.role, who.how], ['service:owner', 'admin', 'service']);
      const quota = (await (await send('GET', '/api/v1/auth/me/quota')).json()) as QuotaResponse;
      assert.equal(quota.account, 'service:owner', 'it is counted, as the owner is not');
    });

    it('may nothing that only the owner may, nor begin a session', async () => {
      for (const [method, path, body] of [
        ['POST', '/api/v1/auth/links', undefined],
        ['POST', '/api/v1/privacy/export', { subject: 'owner' }],
        ['POST', '/api/v1/privacy/erase', { subject: 'owner' }],
        ['GET', '/api/v1/auth/keys', undefined],
        ['POST', '/api/v1/auth/keys', { name: 'x', scopes: ['look'], expires_in_days: 1 }],
        ['PATCH', '/api/v1/config', { max_connections: 5 }],
      ] as const) {
        assert.equal((await send(method, path, {}, body)).status, 403, `${method} ${path}`);
      }
      const login = await send('POST', '/api/v1/auth/login', {}, {});
      assert.deepEqual([login.status, ((await login.json()) as ErrorResponse).code], [401, 'sign_in_refused']);
    });

    it('is told from the owner in the log', async () => {
      assert.equal((await send('DELETE', '/api/v1/documents/nothing')).status, 404);
      const headers = { authorization: `Bearer ${server.key}` };
      const response = await fetch(`${server.url}/api/v1/audit?action=document.remove&limit=1`, { headers });
      const { entries } = (await response.json()) as { entries: { personal: { name: string } }[] };
      assert.equal(entries[0]?.personal.name, 'service:owner');
    });
  });
}
