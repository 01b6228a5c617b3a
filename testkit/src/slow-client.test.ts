import { VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { settle, until } from './proxy/test-echo.ts';
import { head, openSlowClient } from './slow-client.ts';

const LONG = 'x'.repeat(20_000_000);

/** A server that notes the bodies it got, and answers `/long` with 20 MB. */
async function serverFor(t: TestContext) {
  const bodies: string[] = [];
  let writtenOut = false;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.end(request.url === '/long' ? LONG : 'short', () => (writtenOut = true));
    });
    request.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, writtenOut: () => writtenOut };
}

test('slow headers: byte by byte, as the clock goes', async (t) => {
  const { url, bodies } = await serverFor(t);
  const clock = new VirtualClock();
  const request = head('GET', '/');
  const client = openSlowClient({ url, request, send: { bytes: 1, everyMs: 100 }, clock });
  for (let i = 1; i < request.length; i++) {
    await until(() => client.sent() === i);
    assert.equal(bodies.length, 0);
    clock.advance(100);
  }
  await until(() => client.text().endsWith('short'));
  assert.match(client.text(), /^HTTP\/1\.1 200/);
  client.close();
  assert.equal(await client.closed, 'close');
});

test('slow body: the head at once would be another pace; all of it arrives', async (t) => {
  const { url, bodies } = await serverFor(t);
  const clock = new VirtualClock();
  const request = `${head('POST', '/', { 'content-length': '6' })}abcdef`;
  const client = openSlowClient({ url, request, send: { bytes: request.length - 3, everyMs: 1000 }, clock });
  await until(() => client.sent() === request.length - 3);
  await settle();
  assert.deepEqual(bodies, []);
  clock.advance(1000);
  await until(() => bodies[0] === 'abcdef');
  client.close();
});

test('slow reader: the server cannot get rid of its answer; as it reads on, it comes', async (t) => {
  const { url, writtenOut } = await serverFor(t);
  const never = openSlowClient({ url, request: head('GET', '/long'), read: 'never' });
  await settle();
  assert.equal(never.received(), 0);
  assert.equal(writtenOut(), false);
  never.close();

  const clock = new VirtualClock();
  const slow = openSlowClient({ url, request: head('GET', '/long'), read: { bytes: 1000, everyMs: 10 }, clock });
  for (let step = 1; step <= 5; step++) {
    await until(() => slow.received() === step * 1000);
    await settle();
    assert.equal(slow.received(), step * 1000);
    clock.advance(10);
  }
  slow.close();
});
