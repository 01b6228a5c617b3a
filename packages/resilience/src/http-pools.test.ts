/** Counted connections to real servers on the loopback. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { HttpPools } from './http-pools.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(): Promise<string> {
  const server = createServer((_request, response) => response.end('well'));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = async (pools: HttpPools, origin: string): Promise<string> =>
  (await pools.request(origin, { path: '/', method: 'GET' })).body.text();

describe('connection pools', () => {
  it('count requests, connections and how often one was used again', async () => {
    const pools = new HttpPools({ maxConnections: 2 });
    const [one, other] = [await serve(), await serve()];
    for (let i = 0; i < 30; i++) assert.equal(await get(pools, one), 'well');
    const first = pools.counters();
    // The second one where an answer had been read before its connection was free again.
    assert.ok(first.connects >= 1 && first.connects <= 2, `${first.connects}`);
    assert.deepEqual(first, {
      requests: 30,
      connects: first.connects,
      connectsFailed: 0,
      reused: 30 - first.connects,
      open: first.connects,
    });
    await get(pools, other);
    await Promise.all(Array.from({ length: 20 }, () => get(pools, one)));
    const { connects, open, reused } = pools.counters();
    assert.deepEqual([connects, open, reused], [3, 3, 48]);
    await pools.drop(one);
    assert.equal(pools.counters().open, 1);
    await pools.close();
    assert.equal(pools.counters().open, 0);
  });

  it('count connections that cannot be made', async () => {
    const pools = new HttpPools({ maxConnections: 1 });
    const gone = await serve();
    servers.pop()?.close();
    await assert.rejects(get(pools, gone));
    const { connects, connectsFailed, open, reused } = pools.counters();
    assert.deepEqual([connects, connectsFailed, open, reused], [0, 1, 0, 0]);
    await pools.close();
  });
});
