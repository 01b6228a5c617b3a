/** Settings of access that change while a real server runs, of one process and of several. */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ConfigResponse, ErrorResponse, WhoResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const PAGE = 'https://app.example';

for (const workers of ['0', '1']) {
  describe(`access while it changes, WORKERS=${workers}`, { timeout: 120_000 }, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS: workers, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(server.url + path, { headers });
    const change = (values: object): Promise<Response> =>
      fetch(`${server.url}/api/v1/config`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json', 'if-match': '*' },
        body: JSON.stringify(values),
      });
    const set = async (values: object): Promise<void> => {
      const response = await change(values);
      assert.equal(response.status, 200, await response.text());
    };
    const from = (address: string) => ({ 'x-forwarded-for': address });

    it('lets pages of other sites read as soon as they are named, and no longer than that', async () => {
      const allowed = async (): Promise<string | null> =>
        (await get('/api/v1/graph', { origin: PAGE })).headers.get('access-control-allow-origin');
      const preflight = async (): Promise<number> =>
        (
          await fetch(`${server.url}/api/v1/process`, {
            method: 'OPTIONS',
            headers: { origin: PAGE, 'access-control-request-method': 'POST' },
          })
        ).status;
      assert.equal((await get('/api/v1/graph', { origin: PAGE })).status, 403);
      await set({ cors_origins: PAGE });
      assert.equal((await get('/api/v1/graph', { origin: PAGE })).status, 200);
      assert.deepEqual([await allowed(), await preflight()], [PAGE, 204]);
      await set({ cors_origins: null });
      assert.equal((await get('/api/v1/graph', { origin: PAGE })).status, 403);
      assert.deepEqual([await allowed(), (await preflight()) === 204], [null, false]);
    });

    it('believes proxies from then on, and limits those behind them by the rate that holds', async () => {
      const statuses = async (headers: Record<string, string>, count: number): Promise<number[]> => {
        const all: number[] = [];
        for (let i = 0; i < count; i++) all.push((await get('/api/v1/auth/me', headers)).status);
        return all;
      };
      await set({ rate_per_address: 1 });
      // Nobody is believed yet: all of them are one caller, who came through some proxy of this machine.
      const untrusted = (await Promise.all([1, 2, 3, 4].map((i) => statuses(from(`198.51.100.${i}`), 4)))).flat();
      assert.ok(untrusted.includes(429));
      await set({ trusted_proxies: '127.0.0.1' });
      assert.ok((await statuses(from('198.51.100.5'), 5)).every((status) => status === 200));
      assert.ok((await statuses(from('198.51.100.6'), 30)).includes(429));
      await set({ rate_per_address: 100_000 });
      assert.ok((await statuses(from('198.51.100.7'), 50)).every((status) => status === 200));
      await set({ trusted_proxies: null, rate_per_address: null });
    });

    it('limits keys by the rate that holds', async () => {
      const made = await fetch(`${server.url}/api/v1/auth/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'test', scopes: ['look'], expires_in_days: 1 }),
      });
      const { key } = (await made.json()) as { key: string };
      const headers = { authorization: `Bearer ${key}`, ...from('198.51.100.8') };
      const isLimited = async (): Promise<boolean> => {
        for (let i = 0; i < 30; i++) if ((await get('/api/v1/graph', headers)).status === 429) return true;
        return false;
      };
      assert.equal(await isLimited(), false);
      await set({ rate_per_key: 1 });
      assert.equal(await isLimited(), true);
      const role = ((await (await get('/api/v1/auth/me')).json()) as WhoResponse).role;
      assert.equal(role, 'reader', 'who sits at the machine is not counted');
      await set({ rate_per_key: null });
    });

    it('changes with the file, too', async () => {
      const file = join(server.dataFolder, 'vortexflow.yaml');
      await writeFile(`${file}.new`, `cors_origins: ${PAGE}\n`);
      await rename(`${file}.new`, file);
      const end = performance.now() + 20_000;
      while ((await get('/api/v1/graph', { origin: PAGE })).status !== 200) {
        assert.ok(performance.now() < end, 'waited too long');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });

    it('keeps its own address until a restart, and says why', async () => {
      const response = await change({ public_origin: 'https://graph.example' });
      const { code, message } = (await response.json()) as ErrorResponse;
      assert.deepEqual([response.status, code], [409, 'config_needs_restart']);
      assert.match(message, /public_origin cannot change .*because sessions, links and tokens .* are bound to it/);
    });

    it('refuses what cannot be meant, and stays as it was', async () => {
      for (const values of [
        { cors_origins: 'https://app.example/path' },
        { trusted_proxies: '10.0.0.0/99' },
        { rate_per_address: 0 },
        { quota_bytes: -1 },
        { quota_cost_per_day: '5' },
      ])
        assert.equal((await change(values)).status, 400, JSON.stringify(values));
      const shown = await get('/api/v1/config', { authorization: `Bearer ${server.key}` });
      const { settings } = (await shown.json()) as ConfigResponse;
      assert.equal(settings['rate_per_address']?.value, 20);
    });
  });
}
