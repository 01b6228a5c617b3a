/** The course of a question, against a real HTTP server on the loopback. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { createClient } from '@vortexflow/client';
import type { GraphNode } from '@vortexflow/protocol';
import { NodeDirectory } from './directory.ts';
import { Asker, type Question } from './question.ts';

type Route = (response: ServerResponse, url: string) => void;

const piece = (id: string, score: number) => ({ id, title: id, snippet: '', score, source: 'asi' });
const opinion = { source: 'asi', answer: 'canine', confidence: 0.8, outcome: 'answered' };
const answer = (path: readonly string[]) => ({
  path,
  evidence: [piece('dog', 1)],
  opinions: [opinion],
  result: 'canine',
});

const stream = (response: ServerResponse, ...events: readonly (readonly [string, unknown])[]) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [name, data] of events) response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  response.end();
};

async function asker(context: TestContext, route: Route) {
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith('/api/v1/graph/nodes/')) return route(response, url);
    const id = url.slice('/api/v1/graph/nodes/'.length);
    response.writeHead(id === 'lost' ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id, index: id.length, label: id }));
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const lit: { ids: string[]; joined: boolean }[] = [];
  const light = (nodes: readonly GraphNode[], joined: boolean) =>
    void lit.push({ ids: nodes.map(({ id }) => id), joined });
  const made = new Asker(
    client,
    new NodeDirectory(
      client.graph,
      () => undefined,
      () => undefined,
    ),
    light,
  );
  const seen: Question[] = [];
  made.question.watch(() => seen.push(made.question.get()));
  return { asker: made, seen, lit };
}

const DARK = { ids: [], joined: false };

test('sources come first, then opinions, then the answer with its path lit', async (context) => {
  const {
    asker: made,
    seen,
    lit,
  } = await asker(context, (response) =>
    stream(
      response,
      ['sources', { source: 'asi', evidence: [piece('dog', 0.5)] }],
      ['sources', { source: 'flux', evidence: [piece('wolf', 0.9), piece('dog', 0.7)] }],
      ['opinion', opinion],
      ['answer', answer(['dog', 'canine', 'wolf'])],
    ),
  );
  await made.ask('what?');
  const course = seen.map((state) =>
    state.phase === 'asking' ? [state.evidence.length, state.opinions.length] : state.phase,
  );
  assert.deepEqual(course, [[0, 0], [1, 0], [2, 0], [2, 1], 'answered', 'answered']);
  const third = seen[2]!;
  assert.ok(third.phase === 'asking');
  assert.deepEqual(
    third.evidence.map(({ id, score }) => [id, score]),
    [
      ['wolf', 0.9],
      ['dog', 0.7],
    ],
  );
  const last = seen.at(-1)!;
  assert.ok(last.phase === 'answered');
  assert.deepEqual(
    last.path.map(({ label }) => label),
    ['dog', 'canine', 'wolf'],
  );
  assert.deepEqual(lit, [DARK, { ids: ['dog', 'canine', 'wolf'], joined: true }]);
});

test('a path with a hole in it is not joined', async (context) => {
  const { asker: made, lit } = await asker(context, (response) =>
    stream(response, ['answer', answer(['dog', 'lost', 'wolf'])]),
  );
  await made.ask('what?');
  assert.deepEqual(lit.at(-1), { ids: ['dog', 'wolf'], joined: false });
});

test('without a path the evidence is lit', async (context) => {
  const { asker: made, lit } = await asker(context, (response) => stream(response, ['answer', answer([])]));
  await made.ask('what?');
  assert.deepEqual(lit.at(-1), { ids: ['dog'], joined: false });
});

test('a failure keeps message and hint', async (context) => {
  const { asker: made } = await asker(context, (response) => {
    const body = { code: 'reasoners_failed', message: 'No reasoner could answer.', status: 503, hint: 'Try again.' };
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await made.ask('what?');
  const state = made.question.get();
  assert.deepEqual(state, {
    phase: 'failed',
    input: 'what?',
    message: 'No reasoner could answer.',
    hint: 'Try again.',
  });
});

test('a new question drops the old one, whose answer is shown no more', async (context) => {
  const held: ServerResponse[] = [];
  let arrive = () => undefined as void;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const { asker: made, seen } = await asker(context, (response) => {
    if (held.push(response) === 2) stream(response, ['answer', answer([])]);
    arrive();
  });
  const first = made.ask('first');
  await arrived;
  await made.ask('second');
  stream(held[0]!, ['answer', answer(['dog'])]);
  await first;
  assert.equal(
    seen.some((state) => state.phase === 'answered' && state.input === 'first'),
    false,
  );
  const state = made.question.get();
  assert.ok(state.phase === 'answered');
  assert.equal(state.input, 'second');
});

test('who is not signed in is asked to, in words for people', async (context) => {
  const { asker: made } = await asker(context, (response) => {
    const hint = 'Send a key as "Authorization: Bearer KEY".';
    const error = { code: 'unauthenticated', status: 401, message: 'This needs a sign-in or a key.', hint };
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(error));
  });
  await made.ask('what?');
  assert.deepEqual(made.question.get(), { phase: 'failed', input: 'what?', message: 'Sign in to ask.', hint: '' });
});

test('clearing drops the question without a failure', async (context) => {
  const { asker: made } = await asker(context, () => undefined);
  const asked = made.ask('what?');
  made.clear();
  await asked;
  assert.deepEqual(made.question.get(), { phase: 'none' });
});
