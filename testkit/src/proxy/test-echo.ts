/** A server behind a proxy, and clients of it, for the tests of the faults. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type FaultProxy, launchProxy, type ProxyOptions } from './proxy.ts';

/** One end of a connection, with what it saw. */
interface Peer {
  readonly socket: Socket;
  text(): string;
  /** `end`: the other side said that it is done; an error by its code; `close` when all is over. */
  events(): readonly string[];
}

const peerOf = (socket: Socket): Peer => {
  let text = '';
  const events: string[] = [];
  socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
  socket.on('end', () => events.push('end'));
  socket.on('error', (failure: NodeJS.ErrnoException) => events.push(failure.code ?? failure.message));
  socket.on('close', () => events.push('close'));
  return { socket, text: () => text, events: () => events };
};

export interface Echo {
  readonly proxy: FaultProxy;
  /** The server's ends, oldest first. */
  readonly servers: readonly Peer[];
  /** A new client, connecting. */
  readonly client: () => Peer;
}

/** An upstream that answers each piece with itself. */
export async function echoBehindProxy(t: TestContext, options: ProxyOptions = {}): Promise<Echo> {
  const servers: Peer[] = [];
  const clients: Peer[] = [];
  const server = createServer((socket) => {
    servers.push(peerOf(socket));
    socket.on('data', (data) => socket.write(data));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await launchProxy((server.address() as AddressInfo).port, options);
  t.after(async () => {
    await proxy.stop();
    for (const { socket } of [...clients, ...servers]) socket.destroy();
    server.close();
  });
  const client = (): Peer => {
    const peer = peerOf(connect(proxy.port, '127.0.0.1'));
    clients.push(peer);
    return peer;
  };
  return { proxy, servers, client };
}

/** Waits until something is so. The test's own deadline ends it when it never is. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

/** Time enough for whatever could arrive on loopback to arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, turn < 5 ? 1 : 0));
}
