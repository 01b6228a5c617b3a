/** A TCP proxy on loopback that can fail: cut connections at a chosen byte string, or let nobody through. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What happens when a client sends the awaited bytes: `swallow` cuts both sides before the server sees them;
 * `deliver` hands them on, then cuts the client alone. The server still believes in its side.
 */
type CutKind = 'swallow' | 'deliver';

export interface FaultProxy {
  readonly port: number;
  /** While true, new connections are closed at once. */
  closed: boolean;
  /** Fails the next connection that sends these bytes; resolves when it has been cut. */
  cutAt(bytes: string, kind: CutKind): Promise<void>;
  /** Cuts every connection, on both sides. */
  cut(): void;
  stop(): Promise<void>;
}

interface Trap {
  readonly bytes: string;
  readonly kind: CutKind;
  readonly sprung: () => void;
}

/** @param target port on this machine */
export async function launchProxy(target: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let trap: Trap | null = null;
  const open = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    open(client);
    if (proxy.closed) {
      client.destroy();
      return;
    }
    const upstream = open(connect(target, '127.0.0.1'));
    upstream.pipe(client);
    upstream.once('close', () => client.destroy());
    client.once('close', () => {
      if (!cutAlone.has(client)) upstream.destroy();
    });
    client.on('data', (data: Buffer) => {
      const sprung = trap !== null && data.includes(trap.bytes) ? trap : null;
      if (sprung === null) {
        upstream.write(data);
        return;
      }
      trap = null;
      upstream.unpipe(client).resume();
      if (sprung.kind === 'deliver') {
        cutAlone.add(client);
        upstream.write(data);
      }
      client.destroy();
      sprung.sprung();
    });
  });
  const cutAlone = new WeakSet<Socket>();
  const proxy: FaultProxy = {
    port: 0,
    closed: false,
    cutAt: (bytes, kind) => new Promise((sprung) => (trap = { bytes, kind, sprung })),
    cut: () => sockets.forEach((socket) => socket.destroy()),
    stop: async () => {
      server.close();
      proxy.cut();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, { port: (server.address() as AddressInfo).port });
}
