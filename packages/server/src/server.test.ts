/** A real server, spoken to over HTTP as its users do. */
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse, ProcessResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { identityProof } from './access/access.ts';

let server: LaunchedServer;
before(async () => {
  server = await launchServer();
});
after(() => server.stop());

const JSON_TYPE = { 'content-type': 'application/json' };

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(server.url + path, { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: text });
}

async function ask(input: string, more: object = {}): Promise<ProcessResponse> {
  const response = await post('/api/v1/process', { input, ...more });
  assert.equal(response.status, 200);
  return (await response.json()) as ProcessResponse;
}

const owner = (): Record<string, string> => ({ authorization: `Bearer ${server.key}` });

describe('asking', () => {
  it('answers what consciousness is, with evidence, a path and both reasoners', async () => {
    const answer = await ask('What is consciousness?');
    assert.equal(answer.result, 'an alert cognitive state in which you are aware of yourself and your situation');
    assert.equal(answer.answered, true);
    assert.equal(answer.metadata.consensus_achieved, true);
    assert.equal(answer.metadata.orchestrators_used, 'Fusion');
    assert.equal(answer.path[0], 'wn:consciousness.n.01');
    assert.ok(answer.evidence.some(({ id }) => id === 'wn:consciousness.n.01'));
    assert.deepEqual(answer.opinions.map(({ source }) => source).sort(), ['asi', 'flux']);
    assert.ok(answer.metrics.asi_ms !== null && answer.metrics.runtime_ms !== null);
  });

  it('answers yes or no, what two things share, and opposites', async () => {
    assert.match((await ask('Is a dog an animal?')).result ?? '', /^Yes/);
    const shared = await ask('What do a wolf and a dog have in common?');
    assert.match(shared.result ?? '', /canine/);
    assert.deepEqual(shared.path, ['wn:wolf.n.01', 'wn:canine.n.02', 'wn:dog.n.01']);
    assert.equal((await ask('What is the opposite of hot?')).result, 'cold');
  });

  it('abstains from what it cannot know, and shows what is near', async () => {
    const answer = await ask('Who won the storehouse championship last year?');
    assert.equal(answer.result, null);
    assert.equal(answer.answered, false);
    assert.equal(answer.metadata.kind, 'abstained');
    assert.ok(answer.evidence.length > 0);
  });

  for (const strategy of ['WeightedAverage', 'MajorityVote', 'Stacking', 'BayesianAverage', 'Ensemble', 'Adaptive']) {
    it(`fuses with ${strategy} when a request says so`, async () => {
      const answer = await ask('What is the opposite of hot?', { strategy });
      assert.equal(answer.metadata.strategy, strategy);
      assert.equal(answer.result, 'cold');
    });
  }

  it('streams sources, opinions and the answer as events', async () => {
    const response = await post('/api/v1/process', { input: 'Is a dog an animal?' }, { accept: 'text/event-stream' });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const events = (await response.text())
      .trim()
      .split('\n\n')
      .map((block) => /^event: (\w+)\ndata: (.*)$/s.exec(block));
    const names = events.map((event) => event?.[1]);
    assert.equal(names[0], 'sources');
    assert.equal(names.filter((name) => name === 'opinion').length, 2);
    assert.equal(names.at(-1), 'answer');
    const answer = JSON.parse(events.at(-1)?.[2] ?? '') as ProcessResponse;
    assert.equal(answer.request_id, response.headers.get('x-request-id'));
  });

  it('gives the request id of the caller back, and none that could harm a log', async () => {
    const kept = await post('/api/v1/process', { input: 'dog' }, { 'x-request-id': 'abc-1' });
    assert.equal(((await kept.json()) as ProcessResponse).request_id, 'abc-1');
    assert.equal(kept.headers.get('x-request-id'), 'abc-1');
    const replaced = await post('/api/v1/process', { input: 'dog' }, { 'x-request-id': '{"level":60}' });
    assert.notEqual(replaced.headers.get('x-request-id'), '{"level":60}');
  });
});

describe('bad input', () => {
  const cases: [string, unknown, Record<string, string>, number, string][] = [
    ['a wrong type', { input: 5 }, {}, 400, 'request_invalid'],
    ['an unknown key', { input: 'x', nope: 1 }, {}, 400, 'request_invalid'],
    ['an empty question', { input: '' }, {}, 400, 'request_invalid'],
    ['a blank question', { input: ' \n ' }, {}, 400, 'input_blank'],
    ['no question', {}, {}, 400, 'request_invalid'],
    ['8,193 characters', { input: 'a'.repeat(8193) }, {}, 413, 'input_too_long'],
    ['a huge body', { input: 'a'.repeat(200_000) }, {}, 413, 'body_too_large'],
    ['no JSON', '{"input": ', {}, 400, 'body_not_json'],
    ['an empty body', '', {}, 400, 'body_empty'],
    ['a list', [], {}, 400, 'request_invalid'],
    ['plain text', 'What is a dog?', { 'content-type': 'text/plain' }, 415, 'media_type_unsupported'],
    ['a form', 'input=dog', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media_type_unsupported'],
    ['an unknown strategy', { input: 'x', strategy: 'Best' }, {}, 400, 'request_invalid'],
    ['an unknown mode', { input: 'x', mode: 'fast' }, {}, 400, 'request_invalid'],
    ['min_confidence 2', { input: 'x', min_confidence: 2 }, {}, 400, 'request_invalid'],
    ['a number as text', { input: 'x', top_k: '8' }, {}, 400, 'request_invalid'],
    ['a poisoned prototype', '{"input":"x","__proto__":{"a":1}}', {}, 400, 'request_invalid'],
  ];
  for (const [name, body, headers, status, code] of cases) {
    it(`refuses ${name} with ${status} ${code} and goes on`, async () => {
      const response = await post('/api/v1/process', body, headers);
      const error = (await response.json()) as ErrorResponse;
      assert.equal(response.status, status);
      assert.equal(error.code, code);
      assert.equal(error.status, status);
      assert.ok(error.message.length > 0 && error.hint !== undefined);
      assert.equal(error.request_id, response.headers.get('x-request-id'));
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.doesNotMatch(JSON.stringify(error), /node_modules|\bat \w+ \(|\.ts:/);
      assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    });
  }

  it('takes 8,192 characters', async () => {
    assert.equal((await post('/api/v1/process', { input: 'a'.repeat(8192) })).status, 200);
  });

  it('answers malformed addresses and what is no HTTP in the same form', async () => {
    const malformed = await fetch(`${server.url}/%zz`);
    assert.equal(malformed.status, 400);
    assert.equal(((await malformed.json()) as ErrorResponse).code, 'request_invalid');
    const long = await fetch(`${server.url}/api/v1/documents/${'a'.repeat(3000)}`);
    assert.ok([400, 404, 414].includes(long.status));
    assert.ok(((await long.json()) as ErrorResponse).request_id);
    const garbage = await rawSend('HELLO\r\n\r\n');
    assert.match(garbage, /^HTTP\/1\.1 400 /);
    assert.match(garbage, /"recovery_strategy":"Propagate"/);
  });

  it('answers unknown addresses with 404 and wrong methods with 405', async () => {
    assert.equal((await fetch(`${server.url}/api/v1/nope`)).status, 404);
    const wrong = await fetch(`${server.url}/api/v1/process`);
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get('allow'), 'POST');
  });
});

/** Sends headers that fetch would not. */
function rawGet(path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = rawRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject).end();
  });
}

/** Sends bytes as they are; returns what comes back. */
function rawSend(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once('error', reject);
  });
}

describe('access', () => {
  it('proves that it knows the key without showing it', async () => {
    const nonce = 'a'.repeat(32);
    const { proof } = (await (await fetch(`${server.url}/api/v1/identity?nonce=${nonce}`)).json()) as { proof: string };
    assert.equal(proof, identityProof(server.key, nonce));
    assert.notEqual(proof, identityProof('another key', nonce));
  });

  it('lets anonymous callers on loopback ask and look, but not change', async () => {
    assert.equal((await fetch(`${server.url}/api/v1/graph`)).status, 200);
    const refused = await post('/api/v1/documents', { documents: [{ id: 'a', title: 'A', text: 'a' }] });
    assert.equal(refused.status, 401);
    assert.equal(((await refused.json()) as ErrorResponse).code, 'unauthenticated');
  });

  it('refuses a wrong key everywhere', async () => {
    assert.equal(
      (await fetch(`${server.url}/api/v1/graph`, { headers: { authorization: 'Bearer wrong' } })).status,
      401,
    );
  });

  it('keeps the owner key readable by its owner alone', async () => {
    const { mode } = await stat(join(server.dataFolder, 'owner.key'));
    assert.equal(mode & 0o777, 0o600);
  });

  it('refuses pages of other sites: a foreign Host or Origin', async () => {
    assert.equal(await rawGet('/api/v1/graph', { host: 'attacker.example' }), 400);
    assert.equal(await rawGet('/api/v1/graph', { origin: 'http://attacker.example' }), 403);
    assert.equal(await rawGet('/api/v1/graph', { origin: server.url }), 200);
  });

  it('sends its security headers with what no hook sees, too', async () => {
    const response = await fetch(`${server.url}/api/v1/graph/nodes/${'a'.repeat(2_100)}`);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  });

  it('does not take a proxied caller for a local one', async () => {
    assert.equal(await rawGet('/api/v1/graph', { 'x-forwarded-for': '203.0.113.9' }), 401);
  });

  it('refuses two Host headers (RFC 9112)', async () => {
    const status = await rawSend(
      'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    );
    assert.match(status, / 400 /);
  });

  it('sends security headers with every response', async () => {
    for (const path of ['/', '/health', '/api/v1/nope', '/docs', '/docs/static/index.html', '/openapi.json']) {
      const { headers } = await fetch(server.url + path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
      assert.match(headers.get('content-security-policy') ?? '', /script-src 'self';/, path);
      assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe/, path);
    }
  });
});

describe('health and metrics', () => {
  it('tells the live state', async () => {
    const before = (await (await fetch(`${server.url}/health`)).json()) as {
      metrics: { requests_total: number; uptime_seconds: number };
    };
    await ask('dog');
    const health = (await (await fetch(`${server.url}/health`)).json()) as {
      status: string;
      components: Record<string, { status: string; detail: string }>;
      metrics: { requests_total: number; memory_bytes: number; uptime_seconds: number };
    };
    assert.equal(health.status, 'Healthy');
    assert.match(health.components['knowledge']?.detail ?? '', /^1177\d\d nodes, 1840\d\d edges/);
    assert.match(health.components['reasoning:1']?.detail ?? '', /^running/);
    assert.equal(health.metrics.requests_total, before.metrics.requests_total + 2);
    assert.ok(health.metrics.uptime_seconds > before.metrics.uptime_seconds);
    assert.ok(health.metrics.memory_bytes > 50e6);
  });

  it('offers at least 31 vortex metrics that move', async () => {
    const read = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
    const count = (text: string): number =>
      Number(/^vortex_answers_total\{kind="abstained"\} (\d+)$/m.exec(text)?.[1] ?? 0);
    const before = await read();
    await ask('Who won the storehouse championship last year?');
    const text = await read();
    assert.equal(count(text), count(before) + 1);
    const names = new Set([...text.matchAll(/^# TYPE (vortex_\w+)/gm)].map((match) => match[1]));
    assert.ok(names.size >= 31, `${names.size} metrics`);
    for (const name of [
      'vortex_meta_requests_total',
      'vortex_meta_duration_seconds',
      'vortex_confidence',
      'vortex_errors_total',
      'vortex_sacred_hits_total',
      'vortex_active_connections',
      'vortex_memory_usage_bytes',
    ]) {
      assert.ok(names.has(name), name);
    }
    assert.match(text, /^vortex_graph_nodes 1177\d\d$/m);
  });

  it('counts callers that leave before they have asked as gone', async () => {
    const inFlight = async (): Promise<number> =>
      Number(/^vortex_http_in_flight (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
    const { hostname, port } = new URL(server.url);
    for (let i = 0; i < 3; i++) {
      const socket = connect(Number(port), hostname, () =>
        socket.write(
          'POST /api/v1/process HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    // The scrape itself is one.
    for (let left = 100; left > 0 && (await inFlight()) > 1; left--)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await inFlight(), 1);
  });

  it('writes one structured log line for a request, with its id and without its text', async () => {
    const id = `log-test-${process.pid}`;
    await post(
      '/api/v1/process',
      { input: 'what is a secretword-canary?' },
      { 'x-request-id': id, authorization: `Bearer ${server.key}` },
    );
    const linesOf = (): string[] =>
      server
        .output()
        .stderr.split('\n')
        .filter((line) => line.includes(id) && line.endsWith('}'));
    // The line is written once the response has gone.
    for (let left = 200; left > 0 && linesOf().length === 0; left--)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const lines = linesOf();
    assert.equal(lines.length, 1);
    const line = JSON.parse(lines[0] as string) as Record<string, unknown>;
    assert.equal(line['request_id'], id);
    assert.equal(line['route'], '/api/v1/process');
    assert.equal(line['status'], 200);
    assert.doesNotMatch(server.output().stderr, /secretword-canary/);
    assert.ok(!server.output().stderr.includes(server.key));
  });

  it('describes itself: OpenAPI with every route, and a page', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    assert.match(document.openapi, /^3\.1/);
    for (const path of [
      '/api/v1/process',
      '/api/v1/documents',
      '/api/v1/documents/{id}',
      '/api/v1/graph',
      '/api/v1/graph/path',
      '/health',
      '/metrics',
    ]) {
      assert.ok(document.paths[path], path);
    }
    assert.deepEqual(Object.keys(document.paths['/api/v1/process'] ?? {}), ['post']);
    assert.equal((await fetch(`${server.url}/docs`)).status, 200);
  });
});

describe('documents', () => {
  const documents = [
    {
      id: 'notes/kettle.md',
      title: 'The blue kettle',
      text: '# The blue kettle\n\nThe blue kettle of aunt Zorblina whistles in F sharp. See [[Workshop]].\n\n## History\n\nIt was made in Tromsø in 1911.',
    },
    { id: 'notes/workshop.md', title: 'Workshop', text: 'The workshop is where kettles are mended.' },
  ];

  it('are searchable, linked and in the graph when the request returns', async () => {
    const response = await post('/api/v1/documents', { documents }, owner());
    assert.equal(response.status, 200);
    const added = (await response.json()) as {
      stored: number;
      nodes: number;
      edges: number;
      unresolved_links: string[];
    };
    assert.equal(added.stored, 2);
    assert.equal(added.nodes, 3);
    assert.equal(added.edges, 2);
    assert.deepEqual(added.unresolved_links, []);
    const answer = await ask('In which note does the kettle of aunt Zorblina whistle?', { min_confidence: 0 });
    assert.match(answer.result ?? '', /F sharp/);
    assert.equal(answer.evidence[0]?.id, 'notes/kettle.md');
    const node = (await (
      await fetch(`${server.url}/api/v1/graph/nodes/${encodeURIComponent('notes/kettle.md')}`)
    ).json()) as { neighbours: { id: string; relation: string }[] };
    assert.deepEqual(node.neighbours.map(({ relation, id }) => `${relation} ${id}`).sort(), [
      'contains notes/kettle.md#history',
      'links notes/workshop.md',
    ]);
    const path = await fetch(
      `${server.url}/api/v1/graph/path?from=${encodeURIComponent('notes/kettle.md#history')}&to=${encodeURIComponent('notes/workshop.md')}`,
    );
    assert.equal(((await path.json()) as { path: unknown[] }).path.length, 3);
  });

  it('have names by their places in the frames, many at a time', async () => {
    const kettle = (await (
      await fetch(`${server.url}/api/v1/graph/nodes/${encodeURIComponent('notes/kettle.md')}`)
    ).json()) as { index: number; label: string };
    const names = (list: string) => fetch(`${server.url}/api/v1/graph/names?index=${list}`);
    const response = await names(`${kettle.index},999999999,0`);
    assert.equal(response.status, 200);
    const [first, none, other] = ((await response.json()) as { names: (string | null)[] }).names;
    assert.equal(first, kettle.label);
    assert.equal(none, null);
    assert.equal(typeof other, 'string');
    const tooMany = Array.from({ length: 101 }, (_, index) => index).join();
    for (const list of ['', '1,', 'x', '-1', '1.5', tooMany]) assert.equal((await names(list)).status, 400, list);
  });

  it('are replaced, read and removed', async () => {
    await post(
      '/api/v1/documents',
      { documents: [{ id: 'temp', title: 'Grommel', text: 'A grommel is green.' }] },
      owner(),
    );
    await post(
      '/api/v1/documents',
      { documents: [{ id: 'temp', title: 'Grommel', text: 'A grommel is purple.' }] },
      owner(),
    );
    assert.match((await ask('What is a grommel?')).result ?? '', /purple/);
    const address = `${server.url}/api/v1/documents/temp`;
    assert.equal(((await (await fetch(address)).json()) as { text: string }).text, 'A grommel is purple.');
    assert.equal((await fetch(address, { method: 'DELETE', headers: owner() })).status, 200);
    assert.equal((await fetch(address)).status, 404);
    assert.equal((await ask('What is a grommel?')).answered, false);
    assert.equal((await fetch(`${server.url}/api/v1/graph/nodes/temp`)).status, 404);
  });

  it('refuse ids that WordNet has, and the same id twice', async () => {
    const taken = await post(
      '/api/v1/documents',
      { documents: [{ id: 'wn:dog.n.01', title: 'x', text: 'x' }] },
      owner(),
    );
    assert.equal(((await taken.json()) as ErrorResponse).code, 'document_id_taken');
    const twice = await post(
      '/api/v1/documents',
      {
        documents: [
          { id: 'd', title: 'x', text: '1' },
          { id: 'd', title: 'x', text: '2' },
        ],
      },
      owner(),
    );
    assert.equal(((await twice.json()) as ErrorResponse).code, 'document_repeated');
  });
});
