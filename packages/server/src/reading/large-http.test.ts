/** Bodies beyond what is read on the event loop, as a caller sends them, in one process and behind the front. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DocumentsResponse, ErrorResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(1_500);

for (const WORKERS of ['0', '2'])
  describe(`large bodies, WORKERS=${WORKERS}`, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    function post(
      path: string,
      body: string,
      { isChunked = false, type = 'application/json' } = {},
    ): Promise<Response> {
      const headers = { 'content-type': type, authorization: `Bearer ${server.key}` };
      const sent = isChunked ? new Blob([body]).stream() : body;
      return fetch(`${server.url}${path}`, { method: 'POST', headers, body: sent, duplex: 'half' });
    }

    const documents = (prefix: string) =>
      Array.from({ length: 8 }, (_, i) => ({ id: `${prefix}${i}`, title: `Fox ${prefix}${i}`, text: `${TEXT} ${i}` }));

    for (const isChunked of [false, true])
      it(`are stored as small ones are, ${isChunked ? 'in chunks' : 'with their length said'}`, async () => {
        const prefix = isChunked ? 'chunked-' : 'said-';
        const response = await post('/api/v1/documents', JSON.stringify({ documents: documents(prefix) }), {
          isChunked,
        });
        assert.equal(response.status, 200, await response.clone().text());
        assert.equal(((await response.json()) as DocumentsResponse).stored, 8);
        const kept = (await (await fetch(`${server.url}/api/v1/documents/${prefix}7`)).json()) as { text: string };
        assert.equal(kept.text, `${TEXT} 7`);
      });

    it('are refused with the place of what is wrong', async () => {
      const [first, ...others] = documents('wrong-');
      for (const [body, pointer] of [
        [JSON.stringify({ documents: [...others, { ...first, titel: 'x' }] }), '/documents/7/titel'],
        [`${JSON.stringify({ documents: others }).slice(0, -2)},{"id":"a","id":"b"}]}`, '/documents/7/id'],
        [JSON.stringify({ documents: others }).slice(0, -1), '/documents'],
      ] as const) {
        const response = await post('/api/v1/documents', body);
        const { details, code } = (await response.json()) as ErrorResponse;
        assert.equal(response.status, 400, code);
        assert.equal(details?.['pointer'], pointer);
      }
      const feedback = JSON.stringify({ request_id: 'none', answer: [] }).padEnd(400_000, ' ');
      const { details } = (await (await post('/api/v1/feedback', feedback)).json()) as ErrorResponse;
      assert.equal(details?.['pointer'], '/answer');
      assert.equal((await fetch(`${server.url}/api/v1/documents/wrong-1`)).status, 404);
    });

    it('leave the connection open when they are refused for what is in them', async () => {
      const wrong = JSON.stringify({ documents: documents('again-').map((one) => ({ ...one, more: 1 })) });
      for (const body of [wrong, '{"documents":[]}', '{"documents":']) {
        const response = await post('/api/v1/documents', body);
        assert.deepEqual([response.status, response.headers.get('connection')], [400, 'keep-alive']);
        await response.arrayBuffer();
      }
    });

    it('do not stand in the way of requests without one, whatever type they say', async () => {
      const remove = (body?: string): Promise<Response> =>
        fetch(`${server.url}/api/v1/documents/said-3`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body }),
        });
      assert.equal((await remove()).status, 400);
      assert.equal((await remove('{"id":1,"id":2}')).status, 400);
      assert.equal((await remove('{}')).status, 200);
      assert.equal((await remove('{}')).status, 404);
    });

    it('are graphs, too, and batches to fuse', async () => {
      const nodes = Array.from({ length: 6_000 }, (_, i) => ({ id: `large-${i}`, label: `Large node number ${i}` }));
      const graph = JSON.stringify({ nodes, links: [] });
      const imported = await post('/api/v1/graph/import?format=json&id=large.json', graph);
      assert.equal(imported.status, 200, await imported.clone().text());
      const again = JSON.stringify({ nodes, links: [] }).replace('"large-5"', '"large-5","id":"twice"');
      const refused = (await (await post('/api/v1/graph/import?format=json', again)).json()) as ErrorResponse;
      assert.equal(refused.details?.['pointer'], '/nodes/5/id');
      const items = Array.from({ length: 5_000 }, (_, i) => ({
        candidates: [{ source: 's', answer: `a number ${i}` }],
      }));
      const fused = await post('/api/v1/fuse', JSON.stringify({ algorithm: 'majority_vote', items }));
      assert.equal(((await fused.json()) as { results: unknown[] }).results.length, 5_000);
    });
  });
