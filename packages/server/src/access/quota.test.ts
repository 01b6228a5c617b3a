/** Quotas of a real server, of one process and of several: set while it runs, shown, kept over a restart. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { ApiKeyResponse, ErrorResponse, QuotaResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer, nostrHeader, nostrKey } from '@vortexflow/testkit';

type Headers = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
/** Longer than one test takes, ms. */
const TEST_MS = 60_000;

/** What is used is counted by the day of the real clock: no test begins shortly before one ends. */
async function awayFromMidnight(): Promise<void> {
  const left = DAY_MS - (Date.now() % DAY_MS);
  if (left < TEST_MS) await new Promise((resolve) => setTimeout(resolve, left + 1_000));
}

for (const workers of ['0', '2']) {
  describe(`quotas of a server with WORKERS=${workers}`, { timeout: 300_000 }, () => {
    const env = { WORKERS: workers, REASONER_THREADS: '1' };
    let dataFolder: string;
    let server: LaunchedServer;
    before(async () => {
      dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-quota-'));
      server = await launchServer({ env, dataFolder });
    });
    beforeEach(awayFromMidnight);
    after(async () => {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    });

    const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
    const send = (method: string, path: string, headers: Headers, body?: unknown): Promise<Response> =>
      fetch(server.url + path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const owner = (): Headers => bearer(server.key);
    const set = async (values: object): Promise<void> => {
      const headers = { ...owner(), 'if-match': '*' };
      assert.equal((await send('PATCH', '/api/v1/config', headers, values)).status, 200);
    };
    const makeKey = async (by: Headers, scopes: readonly string[]): Promise<Headers> => {
      const wish = { name: 'test', scopes, expires_in_days: 1 };
      const response = await send('POST', '/api/v1/auth/keys', by, wish);
      assert.equal(response.status, 201, await response.clone().text());
      return bearer(((await response.json()) as ApiKeyResponse).key);
    };
    const quotaOf = async (headers: Headers): Promise<QuotaResponse> =>
      (await (await send('GET', '/api/v1/auth/me/quota', headers)).json()) as QuotaResponse;
    const look = (headers: Headers): Promise<Response> => send('GET', '/api/v1/graph', headers);
    const add = (headers: Headers, ...documents: (readonly [id: string, text: string])[]): Promise<Response> =>
      send('POST', '/api/v1/documents', headers, {
        documents: documents.map(([id, text]) => ({ id, title: id, text })),
      });
    const refused = async (given: Promise<Response>, status: number, code: string): Promise<Response> => {
      const response = await given;
      const text = await response.text();
      assert.deepEqual([response.status, (JSON.parse(text) as ErrorResponse).code], [status, code], text);
      return response;
    };
    const metric = async (line: string): Promise<number> => {
      const text = await (await send('GET', '/metrics', {})).text();
      return Number(
        text
          .split('\n')
          .find((one) => one.startsWith(`${line} `))
          ?.slice(line.length + 1) ?? 0,
      );
    };

    it('are none at first', async () => {
      const key = await makeKey(owner(), ['look']);
      for (let i = 0; i < 20; i++) assert.equal((await look(key)).status, 200);
      const shown = await quotaOf(key);
      assert.match(shown.account ?? '', /^key:/);
      assert.deepEqual(
        [shown.cost_per_day.limit, shown.cost_per_day.used, shown.documents.limit, shown.bytes.limit],
        [null, 0, null, null],
      );
    });

    it('of requests a day hold for each key of the owner, and not for himself', async () => {
      await set({ quota_cost_per_day: 6 });
      const [key, other] = [await makeKey(owner(), ['look', 'ask']), await makeKey(owner(), ['look'])];
      for (let i = 0; i < 5; i++) assert.equal((await look(key)).status, 200);
      // A dear one.
      await refused(send('GET', '/api/v1/graph/analytics?measure=degree&k=1', key), 429, 'quota_exceeded');
      assert.equal((await send('POST', '/api/v1/process', key, { input: 'What is a dog?' })).status, 200);
      const response = await refused(look(key), 429, 'quota_exceeded');
      const wait = Number(response.headers.get('retry-after'));
      assert.ok(wait > 0 && wait <= 86_400, `${wait}`);
      const shown = await quotaOf(key);
      assert.deepEqual([shown.cost_per_day.limit, shown.cost_per_day.used], [6, 6]);
      assert.ok(Math.abs(Date.parse(shown.cost_per_day.resets_at) - Date.now() - wait * 1000) < 60_000);
      assert.equal((await send('GET', '/api/v1/auth/me', key)).status, 200, 'he still sees who he is');
      assert.equal((await send('GET', '/metrics', key)).status, 200);
      assert.equal((await look(other)).status, 200);
      for (let i = 0; i < 10; i++) assert.equal((await look(owner())).status, 200);
      assert.deepEqual((await quotaOf(owner())).account, null);
      await set({ quota_cost_per_day: 7 });
      assert.equal((await look(key)).status, 200, 'more at once');
      await refused(look(key), 429, 'quota_exceeded');
    });

    it('hold for a session that such a key began', async () => {
      const key = await makeKey(owner(), ['look']);
      for (let i = 0; i < 7; i++) await look(key);
      const login = await send('POST', '/api/v1/auth/login', key, {});
      assert.equal(login.status, 200);
      const cookie = (login.headers.getSetCookie()[0] ?? '').split(';', 1)[0] as string;
      await refused(look({ cookie }), 429, 'quota_exceeded');
    });

    it('hold for a user with all keys and sessions of his together', async () => {
      const nostr = await nostrKey(17);
      const wish = { name: 'Ada', role: 'editor', nostr: nostr.publicKey };
      assert.equal((await send('POST', '/api/v1/auth/users', owner(), wish)).status, 201);
      const challenge = (await (await send('POST', '/api/v1/auth/challenge', {})).json()) as { nonce: string };
      const body = JSON.stringify({ nonce: challenge.nonce });
      const url = `${server.url}/api/v1/auth/login`;
      const event = nostr.sign({ url, method: 'POST', body, at: Math.floor(Date.now() / 1000) });
      const login = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: nostrHeader(event) },
        body,
      });
      assert.equal(login.status, 200, await login.clone().text());
      const cookie = (login.headers.getSetCookie()[0] ?? '').split(';', 1)[0] as string;
      const session = { cookie, origin: server.url };
      for (let i = 0; i < 4; i++) assert.equal((await look(session)).status, 200);
      const key = await makeKey(session, ['look']);
      for (let i = 0; i < 3; i++) assert.equal((await look(key)).status, 200);
      await refused(look(key), 429, 'quota_exceeded');
      await refused(look(await makeKey(session, ['look'])), 429, 'quota_exceeded');
      assert.match((await quotaOf(session)).account ?? '', /^user:/);
    });

    it('are counted where they refuse, and are no attack', async () => {
      const key = await makeKey(owner(), ['look']);
      for (let i = 0; i < 7; i++) await look(key);
      const before = await metric('vortex_quota_refusals_total{quota="cost"}');
      const tier = await metric('vortex_validation_total{tier="resources",outcome="refused"}');
      for (let i = 0; i < 30; i++) await refused(look(key), 429, 'quota_exceeded');
      assert.equal(await metric('vortex_quota_refusals_total{quota="cost"}'), before + 30);
      assert.equal(await metric('vortex_validation_total{tier="resources",outcome="refused"}'), tier + 30);
      const text = await (await send('GET', '/metrics', {})).text();
      assert.ok(!/^vortex_audit_incidents_total\{.*\} [1-9]/m.test(text), 'nobody is locked out for it');
      await set({ quota_cost_per_day: null });
      assert.equal((await look(key)).status, 200);
    });

    it('of documents let so many be stored, whichever way they come, and be replaced and taken away', async () => {
      await set({ quota_documents: 2 });
      const key = await makeKey(owner(), ['look', 'contribute', 'change']);
      assert.equal((await add(owner(), ['q/owner-1', 'x'], ['q/owner-2', 'x'], ['q/owner-3', 'x'])).status, 200);
      assert.equal((await add(key, ['q/1', 'one'])).status, 200);
      await refused(add(key, ['q/2', 'two'], ['q/3', 'three']), 413, 'storage_quota_exceeded');
      assert.equal((await send('GET', '/api/v1/documents/q%2F2', key)).status, 404, 'all or none');
      assert.equal((await add(key, ['q/1', 'one again'], ['q/2', 'two'])).status, 200);
      const file = await fetch(`${server.url}/api/v1/graph/import?format=csv&id=q/import`, {
        method: 'POST',
        headers: { ...key, 'content-type': 'text/csv' },
        body: 'source,target\nquagga,zebra\n',
      });
      await refused(Promise.resolve(file), 413, 'storage_quota_exceeded');
      assert.deepEqual((await quotaOf(key)).documents, { limit: 2, used: 2 });
      assert.equal((await send('DELETE', '/api/v1/documents/q%2F1', key)).status, 200);
      assert.equal((await add(key, ['q/3', 'three'])).status, 200);
      // The owner takes one over: it is his, and no longer counted.
      assert.equal((await add(owner(), ['q/3', 'of the owner'])).status, 200);
      assert.deepEqual((await quotaOf(key)).documents, { limit: 2, used: 1 });
      const many = await Promise.all([4, 5, 6, 7].map((i) => add(key, [`q/${i}`, 'x'])));
      assert.equal(many.filter(({ status }) => status === 200).length, 1);
      assert.equal(many.filter(({ status }) => status === 413).length, 3);
      assert.equal(await metric('vortex_quota_refusals_total{quota="documents"}'), 5);
      await set({ quota_documents: null });
    });

    it('of bytes count titles and texts', async () => {
      await set({ quota_bytes: 100 });
      const key = await makeKey(owner(), ['contribute']);
      assert.equal((await add(key, ['b/1', 'x'.repeat(90)])).status, 200);
      assert.deepEqual((await quotaOf(key)).bytes, { limit: 100, used: 93 });
      await refused(add(key, ['b/2', 'x'.repeat(10)]), 413, 'storage_quota_exceeded');
      assert.equal(await metric('vortex_quota_refusals_total{quota="bytes"}'), 1);
      await set({ quota_bytes: null });
    });

    it('are still used up after a restart', async () => {
      await set({ quota_cost_per_day: 20, quota_documents: 1 });
      const key = await makeKey(owner(), ['look', 'contribute']);
      assert.equal((await add(key, ['r/1', 'x'])).status, 200);
      const before = await quotaOf(key);
      assert.deepEqual([before.cost_per_day.used, before.documents.used, before.bytes.used], [5, 1, 4]);
      await server.stop();
      server = await launchServer({ env, dataFolder });
      const after = await quotaOf(key);
      assert.deepEqual(
        [after.cost_per_day, after.documents, after.bytes],
        [before.cost_per_day, before.documents, before.bytes],
      );
      await refused(add(key, ['r/2', 'x']), 413, 'storage_quota_exceeded');
    });
  });
}
