/** What bodies may hold is what the configuration says, route by route, in one process and behind the front. */
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
          JSON_LIMIT_FUSE: 'depth 7, keys 16, values 10000000',
          JSON_LIMIT_AUTH: 'depth 3, keys 16, values 40',
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

    async function change(body: object): Promise<Response> {
      return fetch(`${server.url}/api/v1/config`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, 'if-match': '*' },
        body: JSON.stringify(body),
      });
    }

    async function refusedAsTooMuch(response: Response, expected: string): Promise<void> {
      const error = (await response.json()) as ErrorResponse;
      assert.deepEqual([response.status, error.code], [400, 'request_invalid']);
      assert.ok(JSON.stringify(error).includes(expected), JSON.stringify(error));
    }

    /** Lists within each other, so many levels of them, in an object. */
    const nested = (levels: number): string => `{"input":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

    it('names the levels of its row, and passes what has just so many on to the schema', async () => {
      await refusedAsTooMuch(await post('/api/v1/fuse', nested(8)), 'at most 7 levels');
      const passed = JSON.stringify(await (await post('/api/v1/fuse', nested(7))).json());
      assert.ok(!passed.includes('levels'), passed);
      await refusedAsTooMuch(await post('/api/v1/auth/keys', nested(4)), 'at most 3 levels');
      await refusedAsTooMuch(
        await post('/api/v1/auth/keys', JSON.stringify({ scopes: Array.from({ length: 40 }, () => 'ask') })),
        'at most 40 values',
      );
    });

    it('changes how much JSON may hold while it runs, from the next request on', async () => {
      const long = JSON.stringify({ input: 'What is a dog?', options: Array.from({ length: 100 }, () => 1) });
      const before = JSON.stringify(await (await post('/api/v1/process', long)).json());
      assert.ok(!before.includes('at most'), before);
      const changed = await change({
        json_limit_question: 'depth 8, keys 64, values 99',
        json_limit_fuse: 'Values 10000000,keys 16 , depth 9',
      });
      assert.equal(changed.status, 200, await changed.text());
      await refusedAsTooMuch(await post('/api/v1/process', long), 'at most 99 values');
      await refusedAsTooMuch(await post('/api/v1/fuse', nested(10)), 'at most 9 levels');
      assert.equal((await post('/api/v1/process', '{"input":"What is a dog?"}')).status, 200);
      // A page of the front itself, where there is one.
      const subject = JSON.stringify({ subject: 'nobody', more: Array.from({ length: 100 }, () => 1) });
      await refusedAsTooMuch(await post('/api/v1/privacy/export', subject), 'at most 99 values');
    });

    it('refuses a limit that would refuse its own requests, and says what it takes', async () => {
      for (const wrong of ['depth 1, keys 64, values 99', 'depth 9', '9', '']) {
        const response = await change({ json_limit_question: wrong });
        const error = await response.text();
        assert.equal(response.status, 400, `${wrong}: ${error}`);
        assert.match(
          error,
          /as \\?"depth 8, keys 64, values 1024\\?": depth from 4 to 64, keys from 16 to 10000, values from 64 to 10000000/,
        );
      }
    });

    it('cannot be changed while it runs, and says why', async () => {
      const response = await change({ body_limit_feedback: 30_000 });
      const error = await response.text();
      assert.ok(response.status >= 400 && response.status < 500, error);
      assert.match(error, /body_limit_feedback.*the routes are made with it/s);
    });
  });
