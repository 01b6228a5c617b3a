/** Where requests go: to the configured origin, whatever an endpoint answers, and nowhere else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { Deadline } from '@vortexflow/resilience';
import { Endpoint } from './endpoint.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(answer: (path: string) => { status: number; headers: Record<string, string> }) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    const { status, headers } = answer(request.url ?? '');
    response.writeHead(status, headers).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { paths, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('outgoing requests', () => {
  for (const status of [300, 301, 302, 303, 307, 308]) {
    it(`do not follow a redirect (${status}), to another host or to their own`, async () => {
      const inside = await serve(() => ({ status: 200, headers: { 'content-type': 'application/json' } }));
      for (const target of [`${inside.url}/latest/meta-data`, '/v1/elsewhere', 'file:///etc/passwd']) {
        const redirecting = await serve(() => ({ status, headers: { location: target } }));
        const endpoint = new Endpoint({
          baseUrl: `${redirecting.url}/v1`,
          key: { env: 'KEY' },
          maxConnections: 1,
          clock: systemClock,
          random: seededRandom(1),
          readKey: () => 'a-key-for-one-host',
        });
        const deadline = Deadline.in(systemClock, 5_000);
        await assert.rejects(
          endpoint.post('/chat/completions', '{}', { deadline }, async ({ body }) => body.text()),
          { reason: `http_${status}` },
        );
        await endpoint.close();
        assert.deepEqual([...new Set(redirecting.paths)], ['/v1/chat/completions']);
      }
      assert.deepEqual(inside.paths, []);
    });
  }
});
