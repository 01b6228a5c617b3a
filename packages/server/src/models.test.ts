/** A real server with real connections to models that are not real. */
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
  reply,
  startModelServer,
} from '@vortexflow/testkit';

const SECRET = 'sk-not-for-anyone';
const DEFINITION = 'an alert cognitive state in which you are aware of yourself and your situation';

const sensible: ModelScript = ({ body }) => {
  const prompt = body.messages?.[1]?.content ?? '';
  const found = [...prompt.matchAll(/<<passage (\d+)>>\n([^]*?)\n<<end>>/g)].find(([, , text]) =>
    text?.includes('alert'),
  );
  return found ? reply(DEFINITION, [Number(found[1])], { confidence: 0.9 }) : reply(null, []);
};

let good: ModelServer;
let bad: ModelServer;
let server: LaunchedServer;
let folder: string;
before(async () => {
  good = await startModelServer(sensible);
  bad = await startModelServer(() => ({ kind: 'raw', status: 401, body: `{"error":"wrong key ${SECRET}"}` }));
  folder = await mkdtemp(join(tmpdir(), 'vortexflow-models-'));
  const config = `
models:
  - { name: good, base_url: "${good.url}", model: m, key_env: GOOD_KEY, prices: { input: 1, output: 2 } }
  - { name: bad, base_url: "${bad.url}", model: m, key_file: bad.key }
`;
  await writeFile(join(folder, 'models.yaml'), config);
  await writeFile(join(folder, 'bad.key'), `${SECRET}\n`);
  server = await launchServer({
    env: { VORTEXFLOW_CONFIG: join(folder, 'models.yaml'), GOOD_KEY: SECRET, LOG_LEVEL: 'trace' },
  });
});
after(async () => {
  await server.stop();
  await Promise.all([good.stop(), bad.stop()]);
  await rm(folder, { recursive: true });
});

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/api/v1/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('a server with language models', () => {
  it('asks them in Reasoning, and says what they said and cost', async () => {
    const answer = (await (
      await post({ input: 'What is consciousness?', mode: 'Reasoning' })
    ).json()) as ProcessResponse;
    assert.equal(answer.result, DEFINITION);
    assert.deepEqual(
      answer.opinions.map(({ source, outcome }) => `${source} ${outcome}`),
      ['asi answered', 'flux answered', 'good answered', 'bad failed'],
    );
    assert.equal(answer.metadata.kind, 'degraded');
    assert.ok(answer.remarks.includes('bad:http_401'));
    assert.deepEqual(answer.metrics.models, { calls: 1, prompt_tokens: 100, completion_tokens: 20, cost: 0.00014 });
    assert.equal(good.requests[0]?.headers.authorization, `Bearer ${SECRET}`);
  });

  it('streams their wording as events between sources and opinion', async () => {
    const response = await post(
      { input: 'What is consciousness?', mode: 'Reasoning', min_confidence: 0.1 },
      { accept: 'text/event-stream' },
    );
    const events = (await response.text())
      .trim()
      .split('\n\n')
      .map((block) => /^event: (\w+)\ndata: (.*)$/s.exec(block))
      .map((match) => ({ name: match?.[1] ?? '', data: JSON.parse(match?.[2] ?? 'null') as Record<string, unknown> }));
    const tokens = events.filter(({ name }) => name === 'token');
    assert.equal(tokens.map(({ data }) => data['text']).join(''), DEFINITION);
    assert.ok(tokens.every(({ data }) => data['source'] === 'good' && data['round'] === 1));
    const names = events.map(({ name, data }) => `${name} ${String(data['source'])}`);
    assert.equal(events[0]?.name, 'sources');
    assert.ok(names.lastIndexOf('token good') < names.indexOf('opinion good'));
    assert.equal(events.at(-1)?.name, 'answer');
  });

  it('shows them in health and metrics', async () => {
    const health = (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
    assert.equal(health.components['model:good']?.status, 'Healthy');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /vortex_model_calls_total\{model="good",outcome="answered"\} [1-9]/);
    assert.match(metrics, /vortex_model_calls_total\{model="bad",outcome="http_401"\} [1-9]/);
    assert.match(metrics, /vortex_model_tokens_total\{model="good",kind="prompt"\} [1-9]/);
    assert.match(metrics, /vortex_model_breaker_open\{model="good"\} 0/);
    assert.match(metrics, /vortex_model_attempts_total\{model="good"\} [1-9]/);
    assert.match(metrics, /vortex_model_retries_total\{model="good"\} 0/);
    assert.match(metrics, /vortex_model_connections_total\{model="good"\} [1-9]/);
  });

  it('writes no key anywhere', async () => {
    const { stdout, stderr } = server.output();
    assert.match(stderr, /a language model was asked/);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const health = await (await fetch(`${server.url}/health`)).text();
    const answer = await (await post({ input: 'What is a dog?', mode: 'Reasoning' })).text();
    for (const text of [stdout, stderr, metrics, health, answer]) assert.ok(!text.includes(SECRET));
  });

  it('shows a model that is left alone after failures, and answers without it', async () => {
    bad.script(() => ({ kind: 'raw', status: 500, body: '' }));
    for (const input of ['What is consciousness?', 'What is a dog?']) {
      const answer = (await (await post({ input, mode: 'Reasoning', cache: false })).json()) as ProcessResponse;
      assert.equal(answer.metadata.kind, 'degraded');
    }
    const before = bad.requests.length;
    const answer = (await (
      await post({ input: 'What is consciousness?', mode: 'Reasoning', cache: false })
    ).json()) as ProcessResponse;
    assert.ok(answer.remarks.includes('bad:circuit_open'));
    assert.equal(bad.requests.length, before);
    const health = (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
    assert.deepEqual(
      [health.components['model:bad'], health.components['model:good']?.status],
      [{ status: 'Degraded', detail: 'circuit open' }, 'Healthy'],
    );
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /vortex_model_breaker_open\{model="bad"\} 1/);
    assert.match(metrics, /vortex_model_breaker_openings_total\{model="bad"\} 1/);
    assert.match(metrics, /vortex_model_retries_total\{model="bad"\} [34]/);
  });
});
