import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { describe, it } from 'node:test';
import { onFreePort } from './free-port.ts';

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

describe('a start on a free port', () => {
  it('takes another one when somebody else was quicker', async (t) => {
    const asked: number[] = [];
    const server = await onFreePort(async (port) => {
      asked.push(port);
      if (asked.length === 1) {
        const other = await listen(port);
        t.after(() => other.close());
      }
      return listen(port);
    });
    t.after(() => server.close());
    assert.equal(asked.length, 2);
    assert.notEqual(asked[0], asked[1]);
  });

  it('that fails for another reason, or again and again, fails', async () => {
    for (const [message, tries] of [
      ['no certificate', 1],
      ['listen EADDRINUSE', 5],
    ] as const) {
      let count = 0;
      const start = (): Promise<never> => {
        count++;
        return Promise.reject(new Error(message));
      };
      await assert.rejects(onFreePort(start), { message });
      assert.equal(count, tries);
    }
  });
});
