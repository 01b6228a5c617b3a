/**
 * Three HTTP servers in a process of their own that answer after 2 to 10 ms. The parent says which of them is silent: it
 * goes on accepting connections and requests, those under way included, and answers none of them any more.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from '@vortexflow/primitives';

/** What the parent hears once. */
export interface UpstreamAddresses {
  readonly urls: readonly string[];
}

/** What the parent says: the place of the silent server; null: all answer again. */
export interface SilenceOrder {
  readonly silent: number | null;
}

const LEAST_MS = 2;
const SPREAD_MS = 8;

const random = seededRandom(1);
let silent: number | null = null;

function start(place: number): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(
      () => {
        if (silent !== place) response.end('well');
      },
      LEAST_MS + SPREAD_MS * random(),
    );
  });
  server.keepAliveTimeout = 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const servers = await Promise.all([start(0), start(1), start(2)]);
process.on('message', (order: SilenceOrder) => {
  silent = order.silent;
});
process.once('disconnect', () => process.exit());
process.send?.({
  urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
} satisfies UpstreamAddresses);
