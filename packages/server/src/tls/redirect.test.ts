/** Plain HTTP beside TLS: one way leads out of it, to our own address, whatever is asked for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { SettingError } from '../config/settings.ts';
import { connectionLimitsOf, DEFAULT_CONNECTION_TIMES, DEFAULT_HEAD_BYTES } from '../http/limits.ts';
import { Redirect } from './redirect.ts';

const LETTERS = 'abc/\\.@:?#%&=+~-_ü\t';
const OWN = ['https://graph.example', 'https://[2001:db8::1]:8443'];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const LIMITS = connectionLimitsOf(DEFAULT_CONNECTION_TIMES, DEFAULT_HEAD_BYTES);

describe('plain HTTP beside TLS', () => {
  let port: number;
  let redirect: Redirect;
  before(async () => {
    port = await freePort();
    redirect = await Redirect.listen({ host: '127.0.0.1', port, own: () => OWN, maxConnections: 100, limits: LIMITS });
  });
  after(() => redirect.close());

  /** Sends bytes as they are. @returns status and where to */
  async function send(text: string): Promise<{ status: number; location: string | undefined; text: string }> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text, 'latin1');
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      if (heard.includes('\r\n\r\n')) socket.destroy();
    });
    await once(socket, 'close');
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(heard) ?? [];
    return { status: Number(status), location: /^location: (.*)\r$/im.exec(heard)?.[1], text: heard };
  }
  const get = (path: string, host = 'graph.example', method = 'GET') =>
    send(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

  it('keeps path, query and method', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status, location } = await get('/a/b?c=d&e', 'graph.example', method);
      assert.deepEqual([status, location], [308, 'https://graph.example/a/b?c=d&e']);
    }
  });

  it('goes to the address of the configuration, whatever port or letters the host is written with', async () => {
    for (const host of ['graph.example', 'graph.example:80', 'GRAPH.example:8080', `graph.example:${port}`])
      assert.equal((await get('/', host)).location, 'https://graph.example/');
    assert.equal((await get('/', '[2001:db8::1]')).location, 'https://[2001:db8::1]:8443/');
  });

  it('tells nobody where to go who asks for another host', async () => {
    for (const host of ['evil.example', 'graph.example.evil.example', 'evil.example:443', '127.0.0.1', 'localhost']) {
      const { status, location } = await get('/', host);
      assert.deepEqual([status, location], [421, undefined], host);
    }
  });

  it('takes neither two hosts, nor none, nor an address in place of a path', async () => {
    const requests = [
      'GET / HTTP/1.1\r\nHost: graph.example\r\nHost: graph.example\r\n\r\n',
      'GET / HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
      'GET http://graph.example/ HTTP/1.1\r\nHost: graph.example\r\n\r\n',
      'GET http://evil.example/ HTTP/1.1\r\nHost: graph.example\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: graph.example\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: graph.example\r\nnonsense\r\n\r\n',
      'nonsense\r\n\r\n',
    ];
    for (const request of requests) {
      const { status, location } = await send(request);
      assert.deepEqual([status, location], [400, undefined], request);
    }
  });

  it('says nothing of HSTS, which counts over TLS alone', async () => {
    assert.doesNotMatch((await get('/')).text, /strict-transport-security/i);
  });

  it('answers who sends a body along', async () => {
    const body = 'x'.repeat(1_000_000);
    const head = `POST /api/v1/process HTTP/1.1\r\nHost: graph.example\r\nContent-Length: ${body.length}\r\n\r\n`;
    assert.equal((await send(head + body)).location, 'https://graph.example/api/v1/process');
  });

  it('never leads anywhere else, by whatever path', async () => {
    const letters = fc.constantFrom(...LETTERS.split(''), '//', '/..', '%2f', '%0d%0a', '@evil.example');
    const path = fc.array(letters, { maxLength: 12 }).map((parts) => `/${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(path, async (asked) => {
        const { status, location } = await get(asked);
        if (location === undefined) return assert.equal(status, 400);
        assert.equal(status, 308);
        const url = new URL(location);
        assert.equal(url.origin, 'https://graph.example');
        assert.deepEqual([url.username, url.password], ['', '']);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('cannot be had on a port that is taken, and says so', async () => {
    await assert.rejects(
      Redirect.listen({ host: '127.0.0.1', port, own: () => OWN, maxConnections: 1, limits: LIMITS }),
      (failure) => failure instanceof SettingError && /^TLS_REDIRECT_PORT \d+ .*EADDRINUSE/.test(failure.message),
    );
  });
});
