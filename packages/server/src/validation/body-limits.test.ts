/** The largest bodies are those that the configuration names, route by route, in one process and behind the front. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const FEEDBACK = 20_000;
const QUESTION = 200_000;

/** A question in so many bytes: blanks around JSON mean nothing. */
const question = (bytes: number): string => '{"input":"What is a dog?"}'.padEnd(bytes, ' ');

/** Feedback on an answer that nobody has got, in so many bytes. */
const feedback = (bytes: number): string => JSON.stringify({ request_id: 'none', correct: true }).padEnd(bytes, ' ');

for (const WORKERS of ['0', '2'])
  describe(`limits of bodies, WORKERS=${WORKERS}`, () => {
    let server: LaunchedServer;

    before(async () => {
      server = await launchServer({
        env: {
          WORKERS,
          REASONER_THREADS: '1',
          BODY_LIMIT_FEEDBACK: String(FEEDBACK),
          BODY_LIMIT_QUESTION: String(QUESTION),
        },
      });
    });
    after(() => server.stop());

    function post(path: string, body: string | ReadableStream): Promise<Response> {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
      return fetch(`${server.url}${path}`, { method: 'POST', headers, body, duplex: 'half' });
    }

    async function refused(response: Response, limit: number): Promise<void> {
      const error = (await response.json()) as ErrorResponse;
      assert.deepEqual([response.status, error.code], [413, 'body_too_large']);
      assert.ok(JSON.stringify(error).includes(String(limit)), 'the limit is named');
    }

    it('a lower one refuses what is larger by a byte, and takes what just fits', async () => {
      assert.equal((await post('/api/v1/feedback', feedback(FEEDBACK))).status, 404);
      await refused(await post('/api/v1/feedback', feedback(FEEDBACK + 1)), FEEDBACK);
    });

    it('a higher one takes what would have been too large', async () => {
      assert.equal((await post('/api/v1/process', question(QUESTION))).status, 200);
      await refused(await post('/api/v1/process', question(QUESTION + 1)), QUESTION);
    });

    it('counts a body whose length is not said', async () => {
      const chunks = (bytes: number): ReadableStream => new Blob([question(bytes)]).stream();
      assert.equal((await post('/api/v1/process', chunks(QUESTION))).status, 200);
      await refused(await post('/api/v1/process', chunks(QUESTION + 1)), QUESTION);
    });

    it('leaves the other routes as they are', async () => {
      const items = JSON.stringify({ strategy: 'MajorityVote', items: [] }).padEnd(2 * QUESTION, ' ');
      assert.notEqual((await post('/api/v1/fuse', items)).status, 413);
    });

    it('cannot be changed while it runs, and says why', async () => {
      const response = await fetch(`${server.url}/api/v1/config`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, 'if-match': '*' },
        body: JSON.stringify({ body_limit_feedback: 30_000 }),
      });
      const error = await response.text();
      assert.ok(response.status >= 400 && response.status < 500, error);
      assert.match(error, /body_limit_feedback.*the routes are made with it/s);
    });
  });
