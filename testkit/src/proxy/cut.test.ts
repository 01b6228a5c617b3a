import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { launchProxy } from './proxy.ts';

/** An upstream that answers each chunk with itself and remembers what it got. */
async function echo(t: TestContext) {
  const seen: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      seen.push(data.toString());
      socket.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await launchProxy((server.address() as AddressInfo).port);
  t.after(async () => {
    await proxy.stop();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const client = () => connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  return { proxy, seen, sockets, client };
}

test('lets everything through, and cuts both sides when told', async (t) => {
  const { proxy, seen, sockets, client } = await echo(t);
  const one = client();
  one.write('hello');
  assert.equal(String((await once(one, 'data'))[0]), 'hello');
  const gone = Promise.all([once(one, 'close'), once(sockets[0] as Socket, 'close')]);
  proxy.cut();
  await gone;
  assert.deepEqual(seen, ['hello']);
});

test('swallows the awaited bytes, or delivers them and leaves the server waiting', async (t) => {
  const { proxy, seen, sockets, client } = await echo(t);
  const swallowed = client();
  const cut = proxy.cutAt('commit', 'swallow');
  swallowed.write('commit');
  await Promise.all([cut, once(swallowed, 'close')]);
  assert.deepEqual(seen, []);

  const delivered = client();
  const cutAgain = proxy.cutAt('commit', 'deliver');
  delivered.write('commit');
  await Promise.all([cutAgain, once(delivered, 'close')]);
  while (seen.length === 0) await new Promise(setImmediate);
  assert.deepEqual(seen, ['commit']);
  assert.equal(sockets.at(-1)?.readyState, 'open');
});

test('lets nobody in while closed', async (t) => {
  const { proxy, client } = await echo(t);
  proxy.closed = true;
  await once(client(), 'close');
  proxy.closed = false;
  const one = client();
  one.write('hello');
  assert.equal(String((await once(one, 'data'))[0]), 'hello');
  one.destroy();
});
