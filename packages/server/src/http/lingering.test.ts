/** Callers that are refused before they have said all they had to say. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { LINGER_MS } from './lingering.ts';

const HEAD = 'POST /api/v1/process HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
const LARGE = 400_000;
const PART = 'a'.repeat(LARGE / 4);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A caller who took longer than the server listens has seen nothing of what is looked for, and tries again. */
async function unlessLate<T>(run: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left--) {
    const since = performance.now();
    try {
      return await run();
    } catch (failure) {
      if (left === 0 || performance.now() - since < LINGER_MS - 100) throw failure;
    }
  }
}

for (const [name, WORKERS] of [
  ['a server of one process', '0'],
  ['a server of several', '1'],
] as const) {
  describe(name, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    const open = (): Socket => connect(Number(new URL(server.url).port), '127.0.0.1');

    for (const [kind, header, wrap] of [
      ['of a length that is given', `content-length: ${LARGE}`, (part: string) => part],
      ['in pieces', 'transfer-encoding: chunked', (part: string) => `${part.length.toString(16)}\r\n${part}\r\n`],
    ] as const) {
      it(`hears out who sends a body that is too large, ${kind}`, async () => {
        const tell = async (): Promise<string> => {
          const socket = open().on('error', () => undefined);
          let heard = '';
          socket.on('data', (data) => (heard += String(data)));
          const ended = once(socket, 'end');
          ended.catch(() => undefined);
          socket.write(`${HEAD}${header}\r\n\r\n`);
          for (let i = 0; i < 4; i++) {
            await pause(50);
            assert.equal(socket.readableEnded, false);
            socket.write(wrap(PART));
          }
          if (wrap('') !== '') socket.write('0\r\n\r\n');
          await ended;
          return heard;
        };
        const heard = await unlessLate(tell);
        assert.match(heard, /^HTTP\/1.1 413[^]*connection: close[^]*body_too_large/i);
        // The answer is whole, and nothing stands behind it.
        assert.equal(heard.match(/HTTP\/1.1/g)?.length, 1);
        JSON.parse(heard.slice(heard.indexOf('\r\n\r\n')));
      });
    }

    it('leaves who goes on and on', async () => {
      const socket = open().on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.resume();
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      const more = setInterval(() => socket.write(`${PART.length.toString(16)}\r\n${PART}\r\n`), 50);
      const since = performance.now();
      await closed;
      clearInterval(more);
      assert.ok(performance.now() - since < 30_000);
    });

    it('keeps the connection of who is refused with a small body', async () => {
      const socket = open();
      const body = '{"input":" "}';
      for (let i = 0; i < 2; i++) {
        socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.match(String(answer), /^HTTP\/1.1 4\d\d[^]*input_blank/);
      }
      socket.destroy();
    });
  });
}
