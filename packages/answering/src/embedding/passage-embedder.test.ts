/** Passages embedded by a real server on the loopback that works, is slow, dies, or talks nonsense. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { emptyImage, Knowledge } from '@vortexflow/knowledge';
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { systemClock, VirtualClock } from '@vortexflow/primitives';
import { type ModelScript, type ModelServer, startModelServer } from '@vortexflow/testkit';
import { EmbeddingClient } from '../models/embeddings.ts';
import { modelContext } from '../models/test-models.ts';
import { PassageEmbedder } from './passage-embedder.ts';

const releases: (() => unknown)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

const TOPICS = ['whisky|alcohol|booze', 'bicycle|tyres|bike', 'ship|harbour|boats'].map(
  (words) => new RegExp(words, 'i'),
);
/** Near for texts of one topic, whatever their words. */
const vectorOf = (text: string, length: number): number[] =>
  Array.from({ length }, (_, k) => 0.1 + (TOPICS[k]?.test(text) ? 1 : 0));
const embedding =
  (length: number): ModelScript =>
  ({ body }) => ({
    kind: 'raw',
    body: JSON.stringify({
      data: (body.input ?? []).map((text, index) => ({ index, embedding: vectorOf(text, length) })),
    }),
  });
const faithful = embedding(4);
const status =
  (code: number): ModelScript =>
  () => ({ kind: 'raw', status: code, body: '{}' });

const DOCUMENTS = [
  { id: 'a.md', title: 'Cabinet', text: 'Whisky and other alcohol.' },
  { id: 'b.md', title: 'Shed', text: 'A bicycle with flat tyres.' },
  { id: 'c.md', title: 'Pier', text: 'A ship in the harbour.' },
];

interface Rig {
  readonly server: ModelServer;
  readonly knowledge: Knowledge;
  readonly embedder: PassageEmbedder;
  readonly notices: string[];
  /** Lets the embedder's time pass until something is so. */
  readonly until: (isSo: () => boolean) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly nearest: (question: string) => Promise<string[]>;
}

async function rig(script: ModelScript, given: { folder?: string; model?: string } = {}): Promise<Rig> {
  const folder = given.folder ?? newFolder();
  const server = await startModelServer(script);
  const store = await openSqliteStore({ file: join(folder, 'documents.db'), clock: systemClock });
  const knowledge = await Knowledge.open(emptyImage(), store, systemClock);
  const clock = new VirtualClock();
  const notices: string[] = [];
  const client = new EmbeddingClient(
    { baseUrl: server.url, model: 'embed-1', key: null, dimension: null, cacheSize: 8 },
    modelContext(),
  );
  const embedder = new PassageEmbedder({
    knowledge: knowledge.base,
    client,
    store: store.values,
    model: given.model ?? 'embed-1',
    clock,
    intervalMs: 100,
    onNotice: (text) => notices.push(text),
  });
  knowledge.follow((change) => embedder.change(change));
  await embedder.open();
  const close = async (): Promise<void> => {
    await embedder.stop();
    await knowledge.close();
    await server.stop();
  };
  let isClosed = false;
  const closeOnce = async (): Promise<void> => {
    if (!isClosed) await close();
    isClosed = true;
  };
  releases.push(closeOnce);
  return {
    server,
    knowledge,
    embedder,
    notices,
    close: closeOnce,
    until: async (isSo) => {
      while (!isSo()) {
        clock.advance(1_000);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    nearest: async (question) => {
      const { passages } = await embedder.nearest(question, 60_000);
      return passages.map(({ node }) => knowledge.base.idOf(node));
    },
  };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  releases.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

const textsOf = ({ requests }: ModelServer): string[] => requests.flatMap(({ body }) => [...(body.input ?? [])]);

describe('passages', () => {
  it('are embedded in the background, and found by what they mean', async () => {
    const { knowledge, embedder, until, nearest, server } = await rig(faithful);
    assert.deepEqual(await embedder.nearest('booze', 1_000), { passages: [], failure: null });
    assert.equal(server.requests.length, 0);
    await knowledge.addDocuments(DOCUMENTS);
    assert.equal(embedder.status().waiting, 3);
    await until(() => embedder.status().waiting === 0);
    assert.deepEqual(embedder.status(), { embedded: 3, waiting: 0, refused: 0, failure: null, breaker: 'closed' });
    assert.equal((await nearest('a bottle of booze'))[0], 'a.md');
    assert.equal((await nearest('boats at sea'))[0], 'c.md');
    const asked = server.requests.length;
    await nearest('boats at sea');
    assert.equal(server.requests.length, asked);
  });

  it('are embedded again only when they change, and forgotten when they go', async () => {
    const { knowledge, embedder, until, nearest, server } = await rig(faithful);
    await knowledge.addDocuments(DOCUMENTS);
    await until(() => embedder.status().waiting === 0);
    const before = textsOf(server).length;
    await knowledge.addDocuments([DOCUMENTS[0]!, { ...DOCUMENTS[1]!, text: 'A ship in a bottle.' }]);
    await until(() => embedder.status().waiting === 0);
    assert.deepEqual(textsOf(server).slice(before), ['Shed\nA ship in a bottle.']);
    await knowledge.removeDocument('c.md');
    assert.equal(embedder.status().embedded, 2);
    assert.equal((await nearest('boats'))[0], 'b.md');
  });

  it('come from the store after a restart, those of another model do not', async () => {
    const folder = newFolder();
    const first = await rig(faithful, { folder });
    await first.knowledge.addDocuments(DOCUMENTS);
    await first.until(() => first.embedder.status().waiting === 0);
    await first.close();
    const second = await rig(faithful, { folder });
    assert.deepEqual([second.embedder.status().embedded, second.embedder.status().waiting], [3, 0]);
    assert.equal((await second.nearest('booze'))[0], 'a.md');
    assert.deepEqual(textsOf(second.server), ['booze']);
    await second.close();
    const other = await rig(faithful, { folder, model: 'embed-2' });
    assert.equal(other.embedder.status().waiting, 3);
  });

  it('are done again when the same name gives vectors of another length', async () => {
    const folder = newFolder();
    const first = await rig(faithful, { folder });
    await first.knowledge.addDocuments(DOCUMENTS);
    await first.until(() => first.embedder.status().waiting === 0);
    await first.close();
    const second = await rig(embedding(6), { folder });
    await second.nearest('booze');
    assert.equal(second.embedder.status().waiting, 3);
    await second.until(() => second.embedder.status().waiting === 0);
    assert.equal((await second.nearest('booze'))[0], 'a.md');
    assert.match(second.notices.join(), /6 numbers now, not 4/);
  });
});

describe('an endpoint', () => {
  for (const [name, script, failure] of [
    ['that fails', status(500), 'http_500'],
    ['that cuts connections', () => ({ kind: 'reset' }), 'connection'],
    ['that talks nonsense', () => ({ kind: 'raw', body: '{"data": [1, 2]}' }), 'not_json'],
    ['that forbids', status(401), 'http_401'],
  ] as const satisfies readonly (readonly [string, ModelScript, string])[])
    it(`${name} is asked again later, and said`, async () => {
      const { server, knowledge, embedder, until, notices } = await rig(script);
      await knowledge.addDocuments(DOCUMENTS);
      await until(() => embedder.status().failure !== null);
      assert.equal(embedder.status().failure, failure);
      assert.equal(embedder.status().waiting, 3);
      server.script(faithful);
      await until(() => embedder.status().waiting === 0);
      assert.equal(embedder.status().failure, null);
      assert.deepEqual(notices, [
        `the endpoint for embeddings fails: ${failure}`,
        'the endpoint for embeddings works again',
      ]);
    });

  it('that does not answer a question in time is left out, with the reason', async () => {
    const { server, knowledge, embedder, until } = await rig(faithful);
    await knowledge.addDocuments(DOCUMENTS);
    await until(() => embedder.status().waiting === 0);
    server.script(() => ({ kind: 'never' }));
    assert.deepEqual(await embedder.nearest('booze', 30), { passages: [], failure: 'timeout' });
    server.script(embedding(7));
    assert.deepEqual(await embedder.nearest('bikes', 60_000), { passages: [], failure: 'wrong_dimension' });
  });

  it('that refuses one text gets the others, and that one again when it has changed', async () => {
    const refusing: ModelScript = (request) =>
      request.body.input?.some((text) => text.includes('bicycle'))
        ? { kind: 'raw', status: 400, body: '{}' }
        : faithful(request);
    const { knowledge, embedder, until } = await rig(refusing);
    await knowledge.addDocuments(DOCUMENTS);
    await until(() => embedder.status().waiting === 0);
    assert.deepEqual([embedder.status().embedded, embedder.status().refused], [2, 1]);
    await knowledge.addDocuments([{ ...DOCUMENTS[1]!, text: 'A bike.' }]);
    await until(() => embedder.status().waiting === 0);
    assert.deepEqual([embedder.status().embedded, embedder.status().refused], [3, 0]);
  });

  it('that hangs does not keep the embedder from stopping', async () => {
    const { server, knowledge, embedder, until, close } = await rig(() => ({ kind: 'never' }));
    await knowledge.addDocuments(DOCUMENTS);
    await until(() => server.requests.length > 0);
    await close();
    assert.equal(embedder.status().embedded, 0);
  });
});
