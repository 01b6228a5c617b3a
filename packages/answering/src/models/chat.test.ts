/** The client against a real server on the loopback that misbehaves in every way that endpoints do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { type Timer, VirtualClock } from '@vortexflow/primitives';
import { type ModelBehaviour, type ModelServer, reply, startModelServer } from '@vortexflow/testkit';
import { ChatClient, type Completion } from './chat.ts';
import { type FailureReason, ModelFailure } from './failure.ts';
import type { ModelSettings } from './settings.ts';
import { modelAt, modelContext } from './test-models.ts';

/** Long enough never to matter. */
const PATIENT = { timeoutMs: 60_000 };
const QUESTION = JSON.stringify('What?');

const releases: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release();
});

interface Rig {
  readonly server: ModelServer;
  readonly chat: ChatClient;
  readonly clock: HastyClock;
}

/** Does not wait: timers up to a limit run at once, and the time that they would have taken passes. */
class HastyClock extends VirtualClock {
  readonly waits: number[] = [];
  readonly open = new Set<Timer>();

  override after(ms: number, run: () => void): Timer {
    const timer = super.after(ms, () => {
      this.open.delete(timer);
      run();
    });
    this.open.add(timer);
    if (ms < 30_000) {
      this.waits.push(ms);
      setImmediate(() => this.advance(ms));
    }
    const cancel = (): void => {
      this.open.delete(timer);
      timer.cancel();
    };
    return { cancel };
  }
}

/** Each behaviour once, the last one for all further requests. */
async function rig(
  behaviours: readonly ModelBehaviour[],
  changes: Partial<ModelSettings> = {},
  environment: Record<string, string> = {},
): Promise<Rig> {
  const server = await startModelServer(
    ({ number }) => behaviours[Math.min(number, behaviours.length - 1)] as ModelBehaviour,
  );
  const clock = new HastyClock(Date.parse('2026-11-01T00:00:00Z'));
  const settings = modelAt(server.url, changes);
  const chat = new ChatClient(settings, 'You are a test.', { ...settings, ...modelContext({ clock, environment }) });
  releases.push(
    () => server.stop(),
    () => chat.close(),
  );
  return { server, chat, clock };
}

const fails = (pending: Promise<unknown>, reason: FailureReason): Promise<void> =>
  assert.rejects(pending, (failure) => {
    assert.ok(failure instanceof ModelFailure, String(failure));
    assert.equal(failure.reason, reason);
    return true;
  });

const status = (code: number, headers: Record<string, string> = {}, body = '{}'): ModelBehaviour => ({
  kind: 'raw',
  status: code,
  body,
  headers,
});

const good = reply('Paris', [1]);

describe('a completion', () => {
  it('asks as the protocol says, and reads text and tokens', async () => {
    const { server, chat } = await rig([good], { temperature: 0.5, maxTokens: 64 });
    const { text, usage, cutOff } = await chat.complete(QUESTION, PATIENT);
    assert.deepEqual(JSON.parse(text), { answer: 'Paris', citations: [1], abstain: false });
    assert.deepEqual([usage, cutOff], [{ promptTokens: 100, completionTokens: 20 }, false]);
    const [request] = server.requests;
    assert.equal(request?.path, '/v1/chat/completions');
    assert.deepEqual(request.body, {
      model: 'mock-1',
      stream: false,
      temperature: 0.5,
      max_tokens: 64,
      response_format: { type: 'json_object' },
      messages: [
        { role: 'system', content: 'You are a test.' },
        { role: 'user', content: 'What?' },
      ],
    });
    assert.equal(request.headers.authorization, undefined);
  });

  it('streams in pieces that join to the text', async () => {
    const { server, chat } = await rig([reply('Zürich 🐕 and more', [1])]);
    const pieces: string[] = [];
    const { text, usage } = await chat.complete(QUESTION, PATIENT, (piece) => pieces.push(piece));
    assert.ok(pieces.length > 3);
    assert.equal(pieces.join(''), text);
    assert.match(text, /Zürich 🐕/);
    assert.equal(usage.completionTokens, 20);
    assert.deepEqual(server.requests[0]?.body['stream_options'], { include_usage: true });
  });

  it('hears the first piece before the rest has been sent', async () => {
    const gate = Promise.withResolvers<void>();
    const { chat } = await rig([{ kind: 'reply', content: '0123456789', gate: gate.promise }]);
    const pieces: string[] = [];
    const first = Promise.withResolvers<void>();
    const pending = chat.complete(QUESTION, PATIENT, (piece) => {
      pieces.push(piece);
      first.resolve();
    });
    await first.promise;
    assert.deepEqual(pieces, ['0123456']);
    gate.resolve();
    assert.equal((await pending).text, '0123456789');
  });

  it('takes a whole answer from an endpoint that does not stream', async () => {
    const body = JSON.stringify({ choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] });
    const { chat } = await rig([{ kind: 'raw', body }]);
    const { text, usage } = await chat.complete(QUESTION, PATIENT, () => assert.fail('no piece was sent'));
    assert.deepEqual([text, usage], ['whole', { promptTokens: null, completionTokens: null }]);
  });

  it('keeps connections for the next calls, streamed or not', async () => {
    const { server, chat } = await rig([good]);
    for (let i = 0; i < 20; i++) await chat.complete(QUESTION, PATIENT, i % 2 === 0 ? undefined : () => undefined);
    // One more than one: the end of a stream may still be on its way when the next call begins.
    assert.ok(server.connections() <= 2, String(server.connections()));
  });

  it('opens no more connections than allowed', async () => {
    const { server, chat } = await rig([good], { maxConnections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => chat.complete(QUESTION, PATIENT)));
    assert.deepEqual([server.requests.length, server.connections()], [20, 3]);
  });

  it('leaves no timer behind', async () => {
    const { chat, clock } = await rig([status(500), good]);
    await chat.complete(QUESTION, PATIENT);
    assert.equal(clock.open.size, 0);
  });
});

describe('a key', () => {
  it('is read from the environment at each use', async () => {
    const environment: Record<string, string> = { LLM_KEY: 'first-secret' };
    const { server, chat } = await rig([good], { key: { env: 'LLM_KEY' } }, environment);
    await chat.complete(QUESTION, PATIENT);
    environment['LLM_KEY'] = 'second-secret';
    await chat.complete(QUESTION, PATIENT);
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.authorization),
      ['Bearer first-secret', 'Bearer second-secret'],
    );
  });

  it('is read from a file, the line break not taken for a part of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-key-'));
    releases.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'key'), 'from-a-file\n');
    const { server, chat } = await rig([good], { key: { file: join(folder, 'key') } });
    await chat.complete(QUESTION, PATIENT);
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer from-a-file');
  });

  for (const [name, key, environment] of [
    ['is missing', { env: 'NO_SUCH_KEY' }, {}],
    ['would break out of its header', { env: 'LLM_KEY' }, { LLM_KEY: 'a\r\nx-evil: 1' }],
    ['has no file', { file: '/nonexistent/key' }, {}],
  ] as const) {
    it(`that ${name} is a failure before anything is sent`, async () => {
      const { server, chat } = await rig([good], { key }, environment);
      await fails(chat.complete(QUESTION, PATIENT), 'key_missing');
      assert.equal(server.requests.length, 0);
    });
  }

  it('appears in no failure, even when the endpoint repeats it', async () => {
    const secret = 'sk-very-secret';
    for (const code of [401, 400, 429, 500]) {
      const { chat } = await rig(
        [status(code, {}, `{"error":"bad key ${secret}"}`)],
        { key: { env: 'K' } },
        { K: secret },
      );
      const failure: unknown = await chat.complete(QUESTION, PATIENT).catch((error: unknown) => error);
      assert.ok(failure instanceof ModelFailure);
      const shown = `${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`;
      assert.ok(!shown.includes(secret), shown);
    }
  });
});

describe('another attempt', () => {
  for (const [name, first] of [
    ['status 500', status(500)],
    ['status 503', status(503)],
    ['status 429', status(429)],
    ['status 408', status(408)],
    ['a cut connection', { kind: 'reset' }],
  ] as const) {
    it(`is made after ${name}`, async () => {
      const { server, chat } = await rig([first, first, good]);
      assert.match((await chat.complete(QUESTION, PATIENT)).text, /Paris/);
      assert.equal(server.requests.length, 3);
    });
  }

  it('waits for what Retry-After says, in seconds or as a date, and for a random time on top', async () => {
    const { chat, clock } = await rig([
      status(429, { 'retry-after': '3' }),
      status(503, { 'retry-after': 'Sun, 01 Nov 2026 00:00:10 GMT' }),
      good,
    ]);
    await chat.complete(QUESTION, PATIENT);
    const [first = 0, second = 0] = clock.waits;
    assert.ok(first >= 3000 && first <= 3100, String(first));
    // The date is 10 s after the clock's start, of which the first wait took some.
    assert.ok(second >= 10_000 - first && second <= 10_200 - first, String(second));
  });

  it('is not made when Retry-After lies beyond the deadline', async () => {
    const { server, chat } = await rig([status(429, { 'retry-after': '120' }), good]);
    await fails(chat.complete(QUESTION, PATIENT), 'http_429');
    assert.equal(server.requests.length, 1);
  });

  it('is not made for what will not change', async () => {
    for (const code of [400, 401, 403, 404, 301]) {
      const { server, chat } = await rig([status(code, { location: 'http://127.0.0.1:9/v1' })]);
      await fails(chat.complete(QUESTION, PATIENT), `http_${code}`);
      assert.equal(server.requests.length, 1);
    }
  });

  it('is made twice at most', async () => {
    const { server, chat } = await rig([status(500)]);
    await fails(chat.complete(QUESTION, PATIENT), 'http_500');
    assert.equal(server.requests.length, 3);
  });

  it('is not made once pieces of a stream have been heard', async () => {
    const event = `data: ${JSON.stringify({ choices: [{ delta: { content: 'half' } }] })}\n\n`;
    const { server, chat } = await rig([{ kind: 'reset', after: event }]);
    const pieces: string[] = [];
    await fails(
      chat.complete(QUESTION, PATIENT, (piece) => pieces.push(piece)),
      'connection',
    );
    assert.deepEqual([pieces, server.requests.length], [['half'], 1]);
  });
});

describe('fields that an endpoint refuses', () => {
  it('are left out, now and from then on', async () => {
    const server = await startModelServer(({ body }) => {
      if ('response_format' in body) return status(400, {}, '{"error":"response_format is not supported"}');
      if ('max_tokens' in body) return status(422, {}, '{"error":"use max_completion_tokens, not max_tokens"}');
      if ('temperature' in body) return status(400, {}, '{"error":"\'temperature\' must be 1"}');
      return good;
    });
    const settings = modelAt(server.url);
    const chat = new ChatClient(settings, '', { ...settings, ...modelContext() });
    releases.push(
      () => server.stop(),
      () => chat.close(),
    );
    await chat.complete(QUESTION, PATIENT);
    assert.equal(server.requests.length, 4);
    await chat.complete(QUESTION, PATIENT);
    assert.equal(server.requests.length, 5);
    assert.deepEqual(Object.keys(server.requests[4]?.body ?? {}).sort(), [
      'max_completion_tokens',
      'messages',
      'model',
      'stream',
    ]);
  });

  it('are not taken from a question that the endpoint repeats', async () => {
    const { server, chat } = await rig([
      status(400, {}, '{"error":"cannot answer: what is the temperature of the sun"}'),
    ]);
    await fails(chat.complete(QUESTION, PATIENT), 'http_400');
    assert.equal(server.requests.length, 1);
  });

  it('are not guessed', async () => {
    const { server, chat } = await rig([status(400, {}, '{"error":"no"}')]);
    await fails(chat.complete(QUESTION, PATIENT), 'http_400');
    assert.equal(server.requests.length, 1);
  });
});

describe('a deadline', () => {
  for (const streamed of [false, true]) {
    const pieces = streamed ? () => undefined : undefined;
    it(`ends a call that is never answered${streamed ? ' (stream)' : ''}, and its connection`, async () => {
      const server = await startModelServer(() => ({ kind: 'never' }));
      const clock = new VirtualClock();
      const settings = modelAt(server.url);
      const chat = new ChatClient(settings, '', { ...settings, ...modelContext({ clock }) });
      releases.push(
        () => server.stop(),
        () => chat.close(),
      );
      const pending = chat.complete(QUESTION, { timeoutMs: 5000 }, pieces);
      await until(() => server.requests.length === 1);
      clock.advance(4999);
      clock.advance(1);
      await fails(pending, 'timeout');
      await until(() => server.abandoned() === 1);
    });
  }

  it('ends a stream in the middle', async () => {
    const server = await startModelServer(() => ({
      kind: 'reply',
      content: '0123456789',
      gate: new Promise(() => undefined),
    }));
    const clock = new VirtualClock();
    const settings = modelAt(server.url);
    const chat = new ChatClient(settings, '', { ...settings, ...modelContext({ clock }) });
    releases.push(
      () => server.stop(),
      () => chat.close(),
    );
    const heard = Promise.withResolvers<void>();
    const pending = chat.complete(QUESTION, { timeoutMs: 5000 }, () => heard.resolve());
    await heard.promise;
    clock.advance(5000);
    await fails(pending, 'timeout');
  });

  it('can come from the caller', async () => {
    const { server, chat } = await rig([{ kind: 'never' }]);
    const controller = new AbortController();
    const pending = chat.complete(QUESTION, { ...PATIENT, signal: controller.signal });
    await until(() => server.requests.length === 1);
    controller.abort();
    await fails(pending, 'aborted');
    await until(() => server.abandoned() === 1);
    await fails(chat.complete(QUESTION, { ...PATIENT, signal: controller.signal }), 'aborted');
    assert.equal(server.requests.length, 1);
  });
});

describe('what is no reply', () => {
  const cases: [string, ModelBehaviour, FailureReason][] = [
    ['an endless body', { kind: 'endless' }, 'too_large'],
    ['a body that is not JSON', { kind: 'raw', body: '<html>' }, 'not_json'],
    ['an empty body', { kind: 'raw', body: '' }, 'not_json'],
    ['JSON that is no object', { kind: 'raw', body: '[1]'.slice(1, 2) }, 'not_json'],
    ['an error with status 200', { kind: 'raw', body: '{"error":{"message":"x"}}' }, 'http_500'],
  ];
  for (const [name, behaviour, reason] of cases) {
    it(`fails: ${name}`, async () => {
      const { server, chat } = await rig([behaviour]);
      await fails(chat.complete(QUESTION, PATIENT), reason);
      assert.equal(server.requests.length, 1);
    });
  }

  it('fails: an endless stream', async () => {
    const { chat } = await rig([{ kind: 'endless' }]);
    await fails(
      chat.complete(QUESTION, PATIENT, () => undefined),
      'too_large',
    );
  });

  it('fails: an endpoint that is not there', async () => {
    const { server, chat } = await rig([good]);
    await server.stop();
    await fails(chat.complete(QUESTION, PATIENT), 'connection');
  });

  it('is an empty text when the JSON says nothing', async () => {
    for (const body of [
      '{}',
      '{"choices":[]}',
      '{"choices":[null]}',
      '{"choices":[{"message":null}]}',
      '{"choices":5}',
    ]) {
      const { chat } = await rig([{ kind: 'raw', body }]);
      const empty: Completion = { text: '', cutOff: false, usage: { promptTokens: null, completionTokens: null } };
      assert.deepEqual(await chat.complete(QUESTION, PATIENT), empty);
    }
  });
});

describe('the circuit breaker', () => {
  it('opens after five failures in a row, lets one call look after ten seconds, and closes when that works', async () => {
    const { server, chat, clock } = await rig([status(500)]);
    await fails(chat.complete(QUESTION, PATIENT), 'http_500');
    assert.equal(chat.breaker, 'closed');
    await fails(chat.complete(QUESTION, PATIENT), 'circuit_open');
    assert.deepEqual([chat.breaker, server.requests.length], ['open', 5]);
    clock.advance(9_000);
    await fails(chat.complete(QUESTION, PATIENT), 'circuit_open');
    assert.equal(server.requests.length, 5);
    clock.advance(1_000);
    assert.equal(chat.breaker, 'half_open');
    server.script(() => good);
    assert.match((await chat.complete(QUESTION, PATIENT)).text, /Paris/);
    assert.equal(chat.breaker, 'closed');
  });

  it('does not open for wrong keys or callers in a hurry', async () => {
    const { chat } = await rig([status(401)]);
    for (let i = 0; i < 8; i++) await fails(chat.complete(QUESTION, PATIENT), 'http_401');
    assert.equal(chat.breaker, 'closed');
    const hurried = await rig([{ kind: 'never' }]);
    for (let i = 0; i < 8; i++) await fails(hurried.chat.complete(QUESTION, { timeoutMs: 10 }), 'timeout');
    assert.equal(hurried.chat.breaker, 'closed');
  });

  it('opens for an endpoint that never answers', async () => {
    const { chat } = await rig([{ kind: 'never' }]);
    for (let i = 0; i < 5; i++) await fails(chat.complete(QUESTION, { timeoutMs: 5000 }), 'timeout');
    assert.equal(chat.breaker, 'open');
  });
});

/** Waits for what another side of a connection has to notice. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => void setImmediate(resolve));
}
