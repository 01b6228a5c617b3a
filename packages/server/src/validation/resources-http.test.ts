/** Tier 5 on real servers: memory that slow uploads have taken, and deadlines that pass while a body comes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { head, launchServer, type LaunchedServer, openSlowClient, type SlowClient } from '@vortexflow/testkit';

const LARGEST = 32 * 1024 * 1024;
/** Of these, all that a process lends is taken by eight. */
const UPLOADS = 8;
const JSON_TYPE = { 'content-type': 'application/json' };

for (const WORKERS of ['0', '1'])
  describe(`memory for bodies, WORKERS=${WORKERS}`, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    /** Large enough to be counted, and little work. */
    const fuse = (): Promise<Response> => {
      const body = JSON.stringify({ algorithm: 'majority_vote', items: [] }).padEnd(70_000, ' ');
      return fetch(`${server.url}/api/v1/fuse`, { method: 'POST', headers: JSON_TYPE, body });
    };

    /** Asks until the answer has this status. */
    async function until(status: number): Promise<Response> {
      for (let i = 0; i < 100; i++) {
        const response = await fuse();
        if (response.status === status) return response;
        await response.text();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return assert.fail(`never ${status}`);
    }

    /** Says that it will send a large body, sends a little of it, and stalls. */
    const stalling = (): SlowClient =>
      openSlowClient({
        url: server.url,
        request: head('POST', '/api/v1/fuse', { ...JSON_TYPE, 'content-length': String(LARGEST) }) + ' '.repeat(10_000),
      });

    it('that slow uploads have taken is not lent twice, small requests go on, and it comes back', async () => {
      assert.equal((await fuse()).status, 200);
      const slow = Array.from({ length: UPLOADS }, stalling);
      const response = await until(503);
      const error = (await response.json()) as ErrorResponse;
      assert.deepEqual([error.code, response.headers.get('retry-after')], ['resources_busy', '1']);
      assert.ok(error.hint && error.details?.['expected']);
      const question = { method: 'POST', headers: JSON_TYPE, body: '{"input":"What is a dog?"}' };
      assert.equal((await fetch(`${server.url}/api/v1/process`, question)).status, 200);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      assert.match(metrics, /vortex_validation_total\{tier="resources",outcome="refused"\} [1-9]/);
      for (const client of slow) client.close();
      assert.equal((await until(200)).status, 200);
    });
  });

describe('a deadline that passes while the body comes', () => {
  it('is told at once, and nothing is begun', async () => {
    const server = await launchServer({ env: { WORKERS: '0', REASONER_THREADS: '1' } });
    try {
      const body = JSON.stringify({ input: 'What is a dog?', timeout_ms: 100 });
      const headers = { ...JSON_TYPE, 'content-length': String(body.length), connection: 'close' };
      const request = head('POST', '/api/v1/process', headers) + body;
      const client = openSlowClient({
        url: server.url,
        request,
        send: { bytes: request.length - 10, everyMs: 500 },
      });
      await client.closed;
      assert.match(client.text(), /^HTTP\/1\.1 503 /);
      const error = JSON.parse(client.text().split('\r\n\r\n')[1] ?? '') as ErrorResponse;
      assert.deepEqual([error.code, error.details?.['pointer']], ['deadline_passed', '/timeout_ms']);
      assert.match(error.hint ?? '', /timeout_ms/);
    } finally {
      await server.stop();
    }
  });
});
