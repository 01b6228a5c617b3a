/** For tests: a whole HTTP server as an actor, as a serving process is one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlacedActor } from './index.ts';

/** Asked for its address, or to block its event loop. */
export type Wish = 'where' | 'block';

export interface Address {
  readonly port: number;
  readonly pid: number;
}

export const serving: PlacedActor<Server, Wish, Address> = {
  async init(ctx) {
    const server = createServer((request, response) => {
      if (request.url === '/block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      if (request.url !== '/slow') response.end(String(process.pid));
      else {
        ctx.emit('slow request');
        setTimeout(() => response.end('at last'), 100);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  },
  handle(server, _wish, ctx) {
    ctx.reply({ port: (server.address() as AddressInfo).port, pid: process.pid });
  },
  /** Drains: what has begun is answered. */
  onStop(server) {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    return closed;
  },
};
