/** Connections to a server that speaks TLS: who gets in, who is closed, and how soon. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { get } from 'node:https';
import { type AddressInfo, connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { VirtualClock } from '@vortexflow/primitives';
import { makeCertificate, type TestCertificate } from '@vortexflow/testkit';
import { refuseGarbage } from '../http/garbage.ts';
import { connectionLimitsOf, DEFAULT_CONNECTION_TIMES, DEFAULT_HEAD_BYTES } from '../http/limits.ts';
import { Certificate } from './certificate.ts';
import { webServer } from './web-server.ts';

describe('a server that speaks TLS', () => {
  let folder: string;
  let pair: TestCertificate;
  let certificate: Certificate;
  let clock: VirtualClock;
  let server: Server;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vortexflow-web-'));
    pair = makeCertificate();
    await put(pair);
    clock = new VirtualClock(Date.now());
    certificate = await Certificate.open({
      certFile: join(folder, 'cert.pem'),
      keyFile: join(folder, 'key.pem'),
      publicOrigin: null,
      clock,
      logger: { info: () => undefined, warn: () => undefined },
    });
    await start();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    server.close();
    await certificate.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function put({ cert, key }: TestCertificate): Promise<void> {
    await writeFile(join(folder, 'cert.pem'), cert, { mode: 0o600 });
    await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  }

  async function start(limits: object = {}): Promise<void> {
    server = webServer(
      certificate,
      { ...connectionLimitsOf(DEFAULT_CONNECTION_TIMES, DEFAULT_HEAD_BYTES), ...limits },
      (_request, response) => response.end('here'),
    );
    server.on('clientError', (failure, socket) => refuseGarbage(failure, socket as Socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  const port = (): number => (server.address() as AddressInfo).port;
  const kept = <T extends Socket>(socket: T): T => {
    sockets.push(socket);
    return socket;
  };

  /** Shakes hands; rejects with what went wrong. */
  async function shake(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = kept(connect({ host: '127.0.0.1', port: port(), ca: pair.cert, ...options }));
    await once(socket, 'secureConnect');
    return socket;
  }

  async function ask(ca = pair.cert): Promise<string> {
    const [response] = await once(get({ host: '127.0.0.1', port: port(), ca, agent: false }), 'response');
    return (await response.setEncoding('utf8').toArray()).join('');
  }

  /** The same; comes again when a connection is not made in time. */
  async function untilIn(run: () => Promise<string>): Promise<string> {
    for (let left = 20; ; left--)
      try {
        return await run();
      } catch (failure) {
        if (left === 0) throw failure;
      }
  }

  /** What comes over a plain connection until it is closed. */
  async function say(text: string): Promise<string> {
    const socket = kept(connectPlain(port(), '127.0.0.1')).on('error', () => undefined);
    socket.write(text);
    let heard = '';
    socket.on('data', (data) => (heard += data.toString('latin1')));
    await once(socket, 'close');
    return heard;
  }

  it('takes TLS 1.2 and 1.3, and nothing older', async () => {
    assert.equal((await shake({ maxVersion: 'TLSv1.2' })).getProtocol(), 'TLSv1.2');
    assert.equal((await shake()).getProtocol(), 'TLSv1.3');
    // Level 0, or the client itself would refuse to speak it.
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(shake(old), /alert protocol version|ECONNRESET|unsupported protocol/);
    assert.equal(await ask(), 'here');
  });

  it('speaks HTTP/1.1 alone', async () => {
    assert.equal((await shake({ ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol, 'http/1.1');
    await assert.rejects(shake({ ALPNProtocols: ['h2'] }), /no application protocol|ECONNRESET/);
  });

  it('takes ciphers with forward secrecy and authentication alone', async () => {
    for (const ciphers of ['AES128-SHA', 'ECDHE-ECDSA-AES128-SHA', 'NULL', 'DES-CBC3-SHA'])
      await assert.rejects(
        async () => shake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }),
        (failure: NodeJS.ErrnoException) => /SSL|ECONNRESET/.test(failure.code ?? ''),
        ciphers,
      );
  });

  it('closes a connection over which plain HTTP comes, and lives on', async () => {
    assert.doesNotMatch(await say('GET / HTTP/1.1\r\nhost: a\r\n\r\n'), /here|HTTP/);
    assert.doesNotMatch(await say('\x16\x03\x01 nothing that is a handshake'), /here/);
    assert.equal(await ask(), 'here');
  });

  it('closes a connection on which no handshake comes in time, or half of one', async () => {
    server.close();
    await start({ handshakeTimeout: 100 });
    const silent = kept(connectPlain(port(), '127.0.0.1')).on('error', () => undefined);
    const half = kept(connectPlain(port(), '127.0.0.1')).on('error', () => undefined);
    half.write(Buffer.from('160301020001', 'hex'));
    await Promise.all([once(silent, 'close'), once(half, 'close')]);
    // A handshake of its own may also take longer than that on a busy machine.
    assert.equal(await untilIn(ask), 'here');
  });

  it('closes a connection whose head does not come in time after the handshake', async () => {
    server.close();
    await start({ headersTimeout: 100, connectionsCheckingInterval: 20 });
    const slow = await shake();
    slow.write('GET / HTTP/1.1\r\nhost: a\r\n');
    let heard = '';
    slow.on('data', (data) => (heard += data.toString()));
    await once(slow, 'close');
    assert.match(heard, /^HTTP\/1\.1 408 /);
  });

  it('closes further connections at once when there are as many as may be', async () => {
    server.maxConnections = 2;
    const held = [await shake(), await shake()];
    await assert.rejects(shake(), /ECONNRESET|disconnected/);
    const over = once(held[0] as TLSSocket, 'close');
    held[0]?.destroy();
    await over;
    while ((await new Promise((resolve) => server.getConnections((_failure, count) => resolve(count)))) !== 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await shake();
  });

  it('shows a new certificate to who comes next, and leaves connections as they are', async () => {
    certificate.watch();
    const before = await shake();
    const next = makeCertificate();
    await put(next);
    for (let i = 0; i < 80; i++) {
      clock.advance(10);
      await certificate.idle();
    }
    assert.equal(await ask(next.cert), 'here');
    await assert.rejects(ask(pair.cert), /self-signed|SELF_SIGNED/i);
    before.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    const [data] = await once(before, 'data');
    assert.match(String(data), /^HTTP\/1\.1 200 /);
  });
});
