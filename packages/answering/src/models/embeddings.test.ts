/** Embeddings from a real server on the loopback. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { type ModelScript, type ModelServer, startModelServer } from '@vortexflow/testkit';
import { EmbeddingClient, type EmbeddingSettings } from './embeddings.ts';
import { ModelFailure } from './failure.ts';
import { modelContext } from './test-models.ts';

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const LIMITS = { timeoutMs: 60_000 };

async function rig(
  script: ModelScript,
  changes: Partial<EmbeddingSettings> = {},
): Promise<{ server: ModelServer; client: EmbeddingClient }> {
  const server = await startModelServer(script);
  const settings = { baseUrl: server.url, model: 'embed-1', key: null, dimension: null, ...changes };
  const client = new EmbeddingClient(settings, modelContext());
  releases.push(
    () => server.stop(),
    () => client.close(),
  );
  return { server, client };
}

/** Each text's vector: its length, then its place among the letters. */
const vectorOf = (text: string): number[] => [text.length, text.charCodeAt(0) / 128, 0.5];
/** The rows come back to front: the index says which is which. */
const faithful: ModelScript = ({ body }) => ({
  kind: 'raw',
  body: JSON.stringify({
    data: (body.input ?? []).map((text, index) => ({ index, embedding: vectorOf(text) })).reverse(),
  }),
});

const reasonOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => null,
    (failure: unknown) => (failure instanceof ModelFailure ? failure.reason : failure),
  );

describe('embeddings', () => {
  it('come one a text in the order of the texts, in batches', async () => {
    const { server, client } = await rig(faithful, { batchSize: 3 });
    const texts = ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg'];
    const vectors = await client.embed(texts, LIMITS);
    assert.deepEqual(
      vectors,
      texts.map((text) => Float32Array.from(vectorOf(text))),
    );
    assert.deepEqual(
      server.requests.map(({ body }) => body.input?.length ?? 0).sort((a, b) => a - b),
      [1, 3, 3],
    );
    assert.equal(server.requests[0]?.path, '/v1/embeddings');
    assert.equal(client.dimension, 3);
  });

  it('ask for each text once, then never again', async () => {
    const { server, client } = await rig(faithful);
    await client.embed(['a', 'b', 'a'], LIMITS);
    assert.deepEqual(server.requests[0]?.body.input, ['a', 'b']);
    const [b, c] = await client.embed(['b', 'c'], LIMITS);
    assert.deepEqual(server.requests[1]?.body.input, ['c']);
    assert.deepEqual(
      [b, c],
      [vectorOf('b'), vectorOf('c')].map((vector) => Float32Array.from(vector)),
    );
    await client.embed(['a', 'b', 'c'], LIMITS);
    assert.deepEqual(await client.embed([], LIMITS), []);
    assert.equal(server.requests.length, 2);
  });

  it('keep no more than allowed, and forget what was used longest ago', async () => {
    const { server, client } = await rig(faithful, { cacheSize: 2 });
    await client.embed(['a', 'b'], LIMITS);
    await client.embed(['a'], LIMITS);
    await client.embed(['c'], LIMITS);
    await client.embed(['a'], LIMITS);
    assert.equal(server.requests.length, 2);
    await client.embed(['b'], LIMITS);
    assert.equal(server.requests.length, 3);
  });

  it('fail when a vector has another length than configured or than before', async () => {
    const { client } = await rig(faithful, { dimension: 4 });
    assert.equal(await reasonOf(client.embed(['a'], LIMITS)), 'wrong_dimension');
    const growing = await rig(({ number }) => ({
      kind: 'raw',
      body: JSON.stringify({ data: [{ index: 0, embedding: Array.from({ length: 2 + number }, () => 1) }] }),
    }));
    await growing.client.embed(['a'], LIMITS);
    assert.equal(await reasonOf(growing.client.embed(['b'], LIMITS)), 'wrong_dimension');
    // Nothing of it is kept.
    assert.equal(await reasonOf(growing.client.embed(['b'], LIMITS)), 'wrong_dimension');
    assert.equal(growing.server.requests.length, 3);
  });

  const row = (embedding: unknown, index: unknown = 0): string => JSON.stringify({ data: [{ index, embedding }] });
  for (const [name, body] of [
    ['no data', '{}'],
    ['null', 'null'],
    ['too few', '{"data":[]}'],
    ['an empty vector', row([])],
    ['text for numbers', row(['1', '2'])],
    ['null for a number', row([1, null])],
    ['another place', row([1, 2], 5)],
    ['no JSON', '<html>'],
  ] as const) {
    it(`fail when the endpoint sends ${name}`, async () => {
      const { client } = await rig(() => ({ kind: 'raw', body }));
      assert.equal(await reasonOf(client.embed(['a'], LIMITS)), 'not_json');
    });
  }

  it('are asked for again after a failure that may pass', async () => {
    const { client, server } = await rig((request) =>
      request.number === 0 ? { kind: 'raw', status: 503, body: '' } : faithful(request),
    );
    assert.equal((await client.embed(['a'], LIMITS)).length, 1);
    assert.equal(server.requests.length, 2);
  });

  it('end at the deadline', async () => {
    const { client } = await rig(() => ({ kind: 'never' }));
    assert.equal(await reasonOf(client.embed(['a'], { timeoutMs: 20 })), 'timeout');
  });
});
