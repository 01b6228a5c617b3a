/** The client against a real HTTP server that answers what each test tells it to, and remembers what it was asked. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { createClient, VortexflowError } from './index.ts';

interface Seen {
  method: string;
  url: string;
  body: unknown;
  headers: IncomingMessage['headers'];
}

type Answer = (response: ServerResponse, seen: Seen) => void;

async function serve(context: TestContext, answer: Answer): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const entry = {
      method: request.method ?? '',
      url: request.url ?? '',
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      headers: request.headers,
    };
    seen.push(entry);
    answer(response, entry);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const notFound: ErrorResponse = {
  error_type: 'NotFoundError',
  message: 'No node has the id "x".',
  code: 'node_not_found',
  status: 404,
  title: 'NotFoundError',
  flux_position: 0,
  sacred_position: null,
  recovery_strategy: 'Propagate',
  request_id: 'r1',
  hint: 'Find nodes with search.',
  details: { id: 'x' },
};

test('each call goes to its own address', async (context) => {
  const { baseUrl, seen } = await serve(context, (response) => json(response, 200, { ok: true }));
  const client = createClient({ baseUrl: `${baseUrl}/`, key: 'secret' });
  await client.ask({ input: 'why?' });
  await client.feedback({ request_id: 'r1', correct: true });
  await client.calibration();
  await client.trace('r 1');
  await client.documents.add([{ id: 'a', title: 'A', text: '' }]);
  await client.documents.get('notes/a b.md');
  await client.documents.remove('notes/ä.md');
  await client.graph.stats();
  await client.graph.node('wn:n02086723');
  await client.graph.nodeAt(7);
  await client.graph.names([3, 17]);
  await client.graph.search('wolf & dog', { limit: 5 });
  await client.graph.search('wolf');
  await client.graph.path('a/b', 'c');
  await client.graph.analytics('pagerank');
  await client.graph.analytics('kmeans', { limit: 3, k: 12 });
  await client.layout.state();
  await client.layout.change({ repulsion: 2 });
  await client.layout.pin('notes/ä.md#a', { x: 1, y: 2, z: 3 });
  await client.layout.unpin('notes/ä.md#a');
  await client.layout.unpinAll();
  await client.layout.majorise(5);
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url, body]),
    [
      ['POST', '/api/v1/process', { input: 'why?' }],
      ['POST', '/api/v1/feedback', { request_id: 'r1', correct: true }],
      ['GET', '/api/v1/calibration', undefined],
      ['GET', '/api/v1/answers/r%201/trace', undefined],
      ['POST', '/api/v1/documents', { documents: [{ id: 'a', title: 'A', text: '' }] }],
      ['GET', '/api/v1/documents/notes%2Fa%20b.md', undefined],
      ['DELETE', '/api/v1/documents/notes%2F%C3%A4.md', undefined],
      ['GET', '/api/v1/graph', undefined],
      ['GET', '/api/v1/graph/nodes/wn%3An02086723', undefined],
      ['GET', '/api/v1/graph/nodes?index=7', undefined],
      ['GET', '/api/v1/graph/names?index=3,17', undefined],
      ['GET', '/api/v1/graph/search?q=wolf%20%26%20dog&limit=5', undefined],
      ['GET', '/api/v1/graph/search?q=wolf', undefined],
      ['GET', '/api/v1/graph/path?from=a%2Fb&to=c', undefined],
      ['GET', '/api/v1/graph/analytics?measure=pagerank', undefined],
      ['GET', '/api/v1/graph/analytics?measure=kmeans&limit=3&k=12', undefined],
      ['GET', '/api/v1/layout', undefined],
      ['PATCH', '/api/v1/layout', { repulsion: 2 }],
      ['PUT', '/api/v1/layout/pins/notes%2F%C3%A4.md%23a', { x: 1, y: 2, z: 3 }],
      ['DELETE', '/api/v1/layout/pins/notes%2F%C3%A4.md%23a', undefined],
      ['DELETE', '/api/v1/layout/pins', undefined],
      ['POST', '/api/v1/layout/majorise', { iterations: 5 }],
    ],
  );
  assert.ok(seen.every(({ headers }) => headers.authorization === 'Bearer secret'));
  assert.equal(seen[0]?.headers['content-type'], 'application/json');
});

test('so does each call about access', async (context) => {
  const { baseUrl, seen } = await serve(context, (response) => json(response, 200, { ok: true }));
  const { access } = createClient({ baseUrl });
  const key = { name: 'nightly', scopes: ['ask' as const], expires_in_days: 90 };
  const user = { name: 'Ada', role: 'reader' as const, nostr: null };
  await access.me();
  await access.quota();
  await access.sessions();
  await access.endSession('a b');
  await access.secondFactor();
  await access.enrol();
  await access.confirm('123456');
  await access.dropSecondFactor('654321');
  await access.createKey(key);
  await access.keys();
  await access.keys({ all: true });
  await access.revokeKey('a/b');
  await access.users();
  await access.createUser(user);
  await access.changeUser('a', { role: 'editor' });
  await access.removeUser('a');
  await access.resetSecondFactor('a');
  await access.link();
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url.replace('/api/v1/auth', ''), body]),
    [
      ['GET', '/me', undefined],
      ['GET', '/me/quota', undefined],
      ['GET', '/sessions', undefined],
      ['DELETE', '/sessions/a%20b', undefined],
      ['GET', '/me/second-factor', undefined],
      ['POST', '/me/second-factor', undefined],
      ['PUT', '/me/second-factor', { code: '123456' }],
      ['DELETE', '/me/second-factor', { code: '654321' }],
      ['POST', '/keys', key],
      ['GET', '/keys', undefined],
      ['GET', '/keys?all=true', undefined],
      ['DELETE', '/keys/a%2Fb', undefined],
      ['GET', '/users', undefined],
      ['POST', '/users', user],
      ['PATCH', '/users/a', { role: 'editor' }],
      ['DELETE', '/users/a', undefined],
      ['DELETE', '/users/a/second-factor', undefined],
      ['POST', '/links', undefined],
    ],
  );
});

test('a successful body is what the call resolves with', async (context) => {
  const { baseUrl } = await serve(context, (response) => json(response, 200, { id: 'n', index: 3, label: 'canine' }));
  assert.equal((await createClient({ baseUrl }).graph.node('n')).label, 'canine');
});

test('a change of settings says what it changes, and learns the tag of what it has made', async (context) => {
  const { baseUrl, seen } = await serve(context, (response, { method }) => {
    response.setHeader('etag', method === 'GET' ? '"1-aa"' : '"2-bb"');
    json(response, 200, { version: method === 'GET' ? 1 : 2 });
  });
  const { config } = createClient({ baseUrl });
  const { etag } = await config.show();
  assert.equal((await config.change({ timeout_ms: 1500, log_level: null }, { ifMatch: etag })).etag, '"2-bb"');
  await config.rollback(1, { ifMatch: '"2-bb"' });
  await config.rollback(1);
  await config.schema();
  await config.versions();
  await config.versions({ limit: 5, before: 9 });
  await config.diff(1, 2);
  assert.deepEqual(
    seen.map(({ method, url, body, headers }) => [method, url, body, headers['if-match']]),
    [
      ['GET', '/api/v1/config', undefined, undefined],
      ['PATCH', '/api/v1/config', { timeout_ms: 1500, log_level: null }, '"1-aa"'],
      ['POST', '/api/v1/config/rollback', { version: 1 }, '"2-bb"'],
      ['POST', '/api/v1/config/rollback', { version: 1 }, undefined],
      ['GET', '/api/v1/config/schema', undefined, undefined],
      ['GET', '/api/v1/config/versions', undefined, undefined],
      ['GET', '/api/v1/config/versions?limit=5&before=9', undefined, undefined],
      ['GET', '/api/v1/config/diff?from=1&to=2', undefined, undefined],
    ],
  );
});

test('the server’s error arrives with all its fields', async (context) => {
  const { baseUrl } = await serve(context, (response) => json(response, 404, notFound));
  const client = createClient({ baseUrl });
  for (const call of [client.graph.node('x'), client.documents.remove('x'), client.askStream({ input: 'x' }, {})]) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof VortexflowError);
      for (const [field, value] of Object.entries(notFound))
        assert.deepEqual(error[field as keyof ErrorResponse], value);
      return true;
    });
  }
});

test('a page of somebody else’s is told apart from an error of the server', async (context) => {
  const { baseUrl } = await serve(context, (response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
  await assert.rejects(createClient({ baseUrl }).graph.stats(), { code: 'response_invalid', status: 502 });
  const other = await serve(context, (response) => response.writeHead(200).end('<h1>Hello</h1>'));
  await assert.rejects(createClient({ baseUrl: other.baseUrl }).graph.stats(), { code: 'response_invalid' });
});

test('a server that hangs up, or is not there, is unreachable', async (context) => {
  const { baseUrl } = await serve(context, (response) => void response.destroy());
  await assert.rejects(createClient({ baseUrl }).ask({ input: 'x' }), { code: 'unreachable', status: 0 });
});

test('an aborted call rejects with the reason of its signal', async (context) => {
  const controller = new AbortController();
  const { baseUrl } = await serve(context, () => controller.abort(new Error('changed my mind')));
  const { signal } = controller;
  await assert.rejects(createClient({ baseUrl }).ask({ input: 'x' }, { signal }), /changed my mind/);
});

test('a stream is told event by event, and ends with the answer', async (context) => {
  const { baseUrl, seen } = await serve(context, (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const text = [
      'event: sources\ndata: {"source":"asi","evidence":[]}\n\n',
      ': still thinking\n\n',
      'event: opinion\ndata: {"source":"asi","answer":"ä","confidence":0.5,"outcome":"answered"}\n\n',
      'event: from-the-future\ndata: not even json\n\n',
      'event: answer\ndata: {"result":"canine"}\n\n',
    ].join('');
    // Cut inside the two bytes of "ä": a decoder without memory would garble it.
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf('ä') + 1;
    response.write(bytes.subarray(0, cut), () => response.write(bytes.subarray(cut)));
  });
  const told: unknown[] = [];
  const answer = await createClient({ baseUrl }).askStream(
    { input: 'x' },
    {
      sources: (event) => told.push(['sources', event.source]),
      opinion: (event) => told.push(['opinion', event.answer]),
      answer: (event) => told.push(['answer', event.result]),
    },
  );
  assert.equal(answer.result, 'canine');
  assert.deepEqual(told, [
    ['sources', 'asi'],
    ['opinion', 'ä'],
    ['answer', 'canine'],
  ]);
  assert.equal(seen[0]?.headers.accept, 'text/event-stream');
});

const stream = (text: string): Answer => {
  return (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
};

test('an error inside the stream is told and thrown', async (context) => {
  const { baseUrl } = await serve(context, stream(`event: error\ndata: ${JSON.stringify(notFound)}\n\n`));
  const told: string[] = [];
  const call = createClient({ baseUrl }).askStream({ input: 'x' }, { error: (error) => told.push(error.code) });
  await assert.rejects(call, { name: 'VortexflowError', code: 'node_not_found' });
  assert.deepEqual(told, ['node_not_found']);
});

test('a stream without an answer, or with broken events, is an error', async (context) => {
  for (const text of ['event: sources\ndata: {"source":"asi","evidence":[]}\n\n', 'event: answer\ndata: {"resu\n\n']) {
    const { baseUrl } = await serve(context, stream(text));
    await assert.rejects(createClient({ baseUrl }).askStream({ input: 'x' }, {}), { code: 'response_invalid' });
  }
});

test('a server that does not stream still answers', async (context) => {
  const { baseUrl } = await serve(context, (response) => json(response, 200, { result: 'canine' }));
  assert.equal((await createClient({ baseUrl }).askStream({ input: 'x' }, {})).result, 'canine');
});

test('health resolves also when the server is unhealthy', async (context) => {
  const { baseUrl } = await serve(context, (response) =>
    json(response, 503, { status: 'Unhealthy', version: '1', components: {} }),
  );
  assert.equal((await createClient({ baseUrl }).health()).status, 'Unhealthy');
});

test('loading is a state, in either of the two bodies that a server may send', async (context) => {
  const bodies = [
    { ready: false, progress: 'reading 40 %', request_id: 'r' },
    { ...notFound, code: 'not_ready', status: 503, details: { progress: 'reading 40 %' } },
  ];
  for (const body of bodies) {
    const { baseUrl } = await serve(context, (response) => json(response, 503, body));
    const { ready, progress } = await createClient({ baseUrl }).ready();
    assert.deepEqual({ ready, progress }, { ready: false, progress: 'reading 40 %' });
  }
});

test('any other error of a health call is thrown', async (context) => {
  const { baseUrl } = await serve(context, (response) => json(response, 404, notFound));
  await assert.rejects(createClient({ baseUrl }).ready(), { code: 'node_not_found' });
  await assert.rejects(createClient({ baseUrl }).health(), { code: 'node_not_found' });
});
