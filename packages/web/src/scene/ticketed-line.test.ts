import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { LineEvents } from './connection.ts';
import { openTicketedLine } from './ticketed-line.ts';

/** A line whose ticket the test gives or refuses, and what became of it. */
function start(origin = 'https://graph.example') {
  const told: string[] = [];
  const asked: { url: string; method: string | undefined }[] = [];
  const sockets: { url: string; target: EventTarget & { closed?: boolean } }[] = [];
  let answer: (response: Response) => void = () => undefined;
  let fail: (failure: Error) => void = () => undefined;
  const events: LineEvents = {
    opened: () => told.push('opened'),
    received: (bytes) => told.push(`received ${bytes.byteLength}`),
    closed: () => told.push('closed'),
  };
  const line = openTicketedLine(origin, events, {
    fetch: (url, { method, signal }) => {
      asked.push({ url, method });
      return new Promise((resolve, reject) => {
        [answer, fail] = [resolve, reject];
        signal?.addEventListener('abort', () => reject(new Error('called off')));
      });
    },
    socket: (url) => {
      const target = Object.assign(new EventTarget(), {
        send: () => told.push('sent'),
        close: () => {
          told.push('close asked');
          target.dispatchEvent(new Event('close'));
        },
      });
      sockets.push({ url, target });
      return target as unknown as WebSocket;
    },
  });
  const give = (body: object, status = 200): void => answer(Response.json(body, { status }));
  return { line, told, asked, sockets, give, fail: () => fail(new Error('no network')) };
}

describe('a line with a ticket', () => {
  it('asks for one, and opens its socket with it', async () => {
    const { asked, sockets, told, give, line } = start();
    assert.deepEqual(asked, [{ url: 'https://graph.example/api/v1/auth/ticket', method: 'POST' }]);
    assert.equal(sockets.length, 0);
    line.send(new Uint8Array(1));
    give({ ticket: 'vft_a' });
    await setImmediate();
    assert.equal(sockets[0]?.url, 'wss://graph.example/ws/graph?ticket=vft_a');
    sockets[0]?.target.dispatchEvent(new Event('open'));
    sockets[0]?.target.dispatchEvent(new MessageEvent('message', { data: new ArrayBuffer(3) }));
    line.send(new Uint8Array(1));
    line.close();
    assert.deepEqual(told, ['opened', 'received 3', 'sent', 'close asked', 'closed']);
  });

  it('closes when what comes is no frame', async () => {
    const { sockets, told, give } = start('http://127.0.0.1:7000');
    give({ ticket: 'vft_a' });
    await setImmediate();
    sockets[0]?.target.dispatchEvent(new MessageEvent('message', { data: 'text' }));
    assert.deepEqual(told, ['close asked', 'closed']);
  });

  it('is closed, once, when there is no ticket to be had', async () => {
    const refused = start();
    refused.give({ code: 'unauthenticated' }, 401);
    const broken = start();
    broken.fail();
    await setImmediate();
    for (const { told, sockets } of [refused, broken]) {
      assert.deepEqual(told, ['closed']);
      assert.equal(sockets.length, 0);
    }
  });

  it('is closed when no socket can be made', async () => {
    const told: string[] = [];
    const events = { opened: () => undefined, received: () => undefined, closed: () => told.push('closed') };
    openTicketedLine('https://graph.example', events, {
      fetch: async () => Response.json({ ticket: 'vft_a' }),
      socket: () => {
        throw new SyntaxError('no address');
      },
    });
    for (let i = 0; i < 3; i++) await setImmediate();
    assert.deepEqual(told, ['closed']);
  });

  it('waits for its ticket ten seconds at most', async (context) => {
    const limits: number[] = [];
    context.mock.method(AbortSignal, 'timeout', (ms: number) => {
      limits.push(ms);
      return AbortSignal.abort(new Error('late'));
    });
    const told: string[] = [];
    const events = { opened: () => undefined, received: () => undefined, closed: () => told.push('closed') };
    openTicketedLine('https://graph.example', events, {
      fetch: async (_url, { signal }) => {
        signal?.throwIfAborted();
        throw new Error('not asked to stop');
      },
      socket: () => assert.fail('no ticket, no socket'),
    });
    for (let i = 0; i < 3; i++) await setImmediate();
    assert.deepEqual([limits, told], [[10_000], ['closed']]);
  });

  it('that is closed before its ticket has come opens nothing', async () => {
    const { line, told, sockets, give } = start();
    line.close();
    give({ ticket: 'vft_a' });
    await setImmediate();
    assert.deepEqual(told, ['closed']);
    assert.equal(sockets.length, 0);
  });
});
