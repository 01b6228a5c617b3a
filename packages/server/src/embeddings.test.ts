/** A real server with an endpoint for embeddings that works, dies and comes back. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { HealthResponse, ProcessResponse } from '@vortexflow/protocol';
import {
  launchServer,
  type LaunchedServer,
  type ModelScript,
  type ModelServer,
  startModelServer,
} from '@vortexflow/testkit';

const SECRET = 'sk-not-for-anyone';
/** Words that nothing but this endpoint takes for the same. */
const SAME = /zorblax|qumifer/i;
const script: ModelScript = ({ body }) => ({
  kind: 'raw',
  body: JSON.stringify({
    data: (body.input ?? []).map((text, index) => ({ index, embedding: SAME.test(text) ? [1, 0, 0.1] : [0, 1, 0.1] })),
  }),
});

let endpoint: ModelServer;
let server: LaunchedServer;
let folder: string;
before(async () => {
  endpoint = await startModelServer(script);
  folder = await mkdtemp(join(tmpdir(), 'vortexflow-embeddings-'));
  await writeFile(
    join(folder, 'own.yaml'),
    `embeddings: { base_url: "${endpoint.url}", model: small, key_env: OWN_KEY, requests_per_minute: 6000 }\n`,
  );
  server = await launchServer({ env: { VORTEXFLOW_CONFIG: join(folder, 'own.yaml'), OWN_KEY: SECRET } });
});
after(async () => {
  await server.stop();
  await endpoint.stop();
  await rm(folder, { recursive: true });
});

async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, await response.clone().text());
  return (await response.json()) as T;
}

const health = async (): Promise<HealthResponse> =>
  (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
const ask = (input: string): Promise<ProcessResponse> =>
  post('/api/v1/process', { input, mode: 'Balanced', timeout_ms: 20_000, cache: false });

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a server with an endpoint for embeddings', () => {
  it('embeds what comes in, and finds what shares no word with the question', async () => {
    await post('/api/v1/documents', {
      documents: [
        { id: 'a.md', title: 'Workshop', text: 'The qumifer stands beside the lathe.' },
        { id: 'b.md', title: 'Garden', text: 'Roses grow along the fence.' },
      ],
    });
    await until(async () => /vortex_embedding_passages 2\b/.test(await metrics()));
    const { evidence, answered, remarks } = await ask('zorblax');
    assert.equal(evidence[0]?.id, 'a.md');
    assert.equal(answered, false);
    assert.ok(!remarks.some((flag) => flag.startsWith('embeddings:')));
    assert.match(
      (await health()).components['embeddings']?.detail ?? '',
      /^2 passages embedded, 0 waiting, 0 refused$/,
    );
    assert.equal(endpoint.requests[0]?.headers.authorization, `Bearer ${SECRET}`);
  });

  it('says so when the endpoint fails, and answers all the same', async () => {
    endpoint.script(() => ({ kind: 'raw', status: 500, body: SECRET }));
    const { result, remarks, metadata } = await ask('What is the opposite of hot?');
    assert.equal(result, 'cold');
    assert.ok(remarks.includes('embeddings:http_500'), remarks.join());
    assert.equal(metadata.fallback_used, true);
    await post('/api/v1/documents', { documents: [{ id: 'c.md', title: 'Cellar', text: 'A cask of wine.' }] });
    await until(async () => (await health()).components['embeddings']?.status === 'Degraded');
    assert.match(await metrics(), /vortex_embedding_failing 1\n/);
    const { components } = await health();
    assert.match(components['embeddings']?.detail ?? '', /1 waiting.*word vectors only/);
    endpoint.script(script);
    await until(async () => (await health()).components['embeddings']?.status === 'Healthy');
    assert.match(await metrics(), /vortex_embedding_passages 3\n/);
    const { stdout, stderr } = server.output();
    for (const text of [stdout, stderr, await metrics(), JSON.stringify(await health())])
      assert.ok(!text.includes(SECRET));
  });
});
