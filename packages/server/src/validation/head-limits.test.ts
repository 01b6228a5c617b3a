/** What a head may hold, and how long it may take, is what the configuration says, in one process and behind the front. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

for (const WORKERS of ['0', '2'])
  describe(`limits of heads, WORKERS=${WORKERS}`, () => {
    let server: LaunchedServer;

    before(async () => {
      server = await launchServer({
        env: {
          WORKERS,
          REASONER_THREADS: '1',
          HEAD_LIMITS: 'lines 40, length 4500, target 5000',
          HEAD_BYTES: '10000',
          CONNECTION_TIMES: 'handshake 8000, head 1000, body 10000, idle 1500',
        },
      });
    });
    after(() => server.stop());

    const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(server.url + path, { headers });
    const long = (characters: number) => ({ 'x-long': 'a'.repeat(characters - 'x-long'.length) });

    async function refused(response: Response, pointer: RegExp): Promise<void> {
      const error = (await response.json()) as ErrorResponse;
      assert.equal(response.status, 400);
      assert.match(String(error.details?.['pointer']), pointer);
    }

    it('takes a head that just fits, and refuses one that does not', async () => {
      assert.equal((await ask('/api/v1/graph', long(4_500))).status, 200);
      await refused(await ask('/api/v1/graph', long(4_501)), /headers/);
      const target = '/api/v1/graph/search?q=';
      assert.equal((await ask(target.padEnd(5_000, 'a'))).status, 400, 'for its question');
      await refused(await ask(target.padEnd(5_001, 'a')), /target/);
      // The client adds some of its own: their number is found by trying.
      const lines = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, '1']));
      const statuses: number[] = [];
      for (let count = 30; count <= 41; count++) statuses.push((await ask('/api/v1/graph', lines(count))).status);
      assert.deepEqual([statuses[0], statuses.at(-1)], [200, 400]);
      assert.deepEqual(
        statuses,
        statuses.toSorted((a, b) => a - b),
        'a bound, and nothing beyond it',
      );
      assert.ok(statuses.every((status) => status === 200 || status === 400));
      await refused(await ask('/api/v1/graph', lines(41)), /headers/);
      const huge = Object.fromEntries(Array.from({ length: 3 }, (_, i) => [`x-${i}`, 'a'.repeat(4_000)]));
      assert.equal((await ask('/api/v1/graph', huge)).status, 431);
    });

    it('takes larger ones from the next request on when that is set', async () => {
      const change = await fetch(`${server.url}/api/v1/config`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, 'if-match': '*' },
        body: JSON.stringify({ head_limits: 'lines 60, length 5500, target 6000' }),
      });
      assert.equal(change.status, 200, await change.text());
      assert.equal((await ask('/api/v1/graph', long(5_500))).status, 200);
      await refused(await ask('/api/v1/graph', long(5_501)), /headers/);
    });

    /** A connection that says no more than this. @returns ms until it is closed, and what it heard */
    async function silent(text: string): Promise<{ readonly ms: number; readonly heard: string }> {
      const { hostname, port } = new URL(server.url);
      const socket: Socket = connect(Number(port), hostname);
      let heard = '';
      socket.on('data', (data) => void (heard += data.toString('latin1')));
      await once(socket, 'connect');
      const since = performance.now();
      socket.write(text);
      await once(socket, 'close');
      return { ms: performance.now() - since, heard };
    }

    it('closes what is slower than that', async () => {
      const host = new URL(server.url).host;
      const [head, idle] = await Promise.all([
        silent(`GET /health HTTP/1.1\r\nhost: ${host}\r\nx-slow:`),
        silent(`GET /health/live HTTP/1.1\r\nhost: ${host}\r\n\r\n`),
      ]);
      assert.match(head.heard, /^HTTP\/1\.1 408 /);
      // The defaults are 8 and 10 s; connections are looked after every half second, and this machine may be busy.
      assert.ok(head.ms >= 900 && head.ms < 6_000, `${head.ms} ms`);
      assert.match(idle.heard, /^HTTP\/1\.1 200 /);
      assert.ok(idle.ms >= 1_400 && idle.ms < 8_000, `${idle.ms} ms`);
    });
  });
