/** A real server of two processes: what dies, hangs or is replaced costs no request. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ErrorResponse, HealthResponse, ProcessResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer, servingProcesses, spawnServer } from '@vortexflow/testkit';
import { WebSocket } from 'ws';

const ENV = { WORKERS: '2', REASONER_THREADS: '1' };

interface Serving {
  readonly pid: number;
  readonly role: string;
  readonly how: string;
  readonly restarts: number;
}

async function healthOf(url: string): Promise<HealthResponse> {
  return (await (await fetch(`${url}/health`)).json()) as HealthResponse;
}

/** The serving processes by number, as health tells. */
async function servingOf(url: string): Promise<Record<string, Serving>> {
  const { components } = await healthOf(url);
  const serving: Record<string, Serving> = {};
  for (const [name, { detail }] of Object.entries(components)) {
    const match = /^(\w+), ([\w ]+), pid (\d+), \d+ pending, (\d+) restarts$/.exec(detail);
    const [, role = '', how = '', pid, restarts] = match ?? [];
    if (match) serving[name.replace('serving:', '')] = { role, how, pid: Number(pid), restarts: Number(restarts) };
  }
  return serving;
}

async function until(what: string, check: () => Promise<boolean>, ms = 150_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isWhole = async (url: string): Promise<boolean> =>
  Object.values(await servingOf(url)).filter(({ how }) => how === 'ready').length === 2;

function post(url: string, path: string, body: unknown, key?: string): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  });
}

const ask = (url: string, input: string): Promise<Response> => post(url, '/api/v1/process', { input, cache: false });

async function answerTo(url: string, input: string): Promise<ProcessResponse> {
  const response = await ask(url, input);
  assert.equal(response.status, 200);
  return (await response.json()) as ProcessResponse;
}

const add = (server: LaunchedServer, id: string, text: string): Promise<Response> =>
  post(server.url, '/api/v1/documents', { documents: [{ id, title: id, text }] }, server.key);

/** Questions one after the other on several connections, until it is stopped; then what was wrong with the answers. */
function keepAsking(url: string, callers = 4): { stop: () => Promise<{ asked: number; wrong: string[] }> } {
  const wrong: string[] = [];
  let asked = 0;
  const over = new AbortController();
  const callersDone = Array.from({ length: callers }, async () => {
    while (!over.signal.aborted) {
      asked++;
      try {
        const response = await ask(url, 'What is the opposite of hot?');
        const text = await response.text();
        if (response.status !== 200) wrong.push(`${response.status} ${text}`);
        else if ((JSON.parse(text) as ProcessResponse).result !== 'cold') wrong.push(text);
      } catch (failure) {
        wrong.push(String(failure));
      }
    }
  });
  return {
    stop: async () => {
      over.abort();
      await Promise.all(callersDone);
      return { asked, wrong };
    },
  };
}

/** Which process answered each request, by the log. */
function servedBy(server: LaunchedServer): Map<string, number> {
  const lines = server.output().stderr.split('\n');
  const entries = lines.flatMap((line) => {
    if (!line.includes('"msg":"request"')) return [];
    const { request_id: id, serving } = JSON.parse(line) as { request_id: string; serving: number };
    return [[id, serving] as const];
  });
  return new Map(entries);
}

describe('two serving processes', () => {
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer({ env: ENV });
    await until('both processes', () => isWhole(server.url));
  });
  after(() => server.stop());

  it('give large blocks of memory back to the system', { skip: process.platform !== 'linux' }, async () => {
    for (const { pid } of Object.values(await servingOf(server.url)))
      assert.match(await readFile(`/proc/${pid}/environ`, 'latin1'), /\0MALLOC_MMAP_THRESHOLD_=131072\0/);
  });

  it('show in health and metrics, the leader first', async () => {
    // A process that answers late is left out once.
    await until('all are well', async () => (await healthOf(server.url)).status === 'Healthy');
    const health = await healthOf(server.url);
    const { 1: leader, 2: follower } = await servingOf(server.url);
    assert.equal(leader?.role, 'leader');
    assert.equal(follower?.role, 'follower');
    assert.notEqual(leader.pid, follower.pid);
    const seen = servingProcesses(server.process.pid as number);
    assert.deepEqual(new Set(seen), new Set([leader.pid, follower.pid]));
    assert.ok(health.components['reasoning:1.1']);
    assert.ok(health.components['reasoning:2.1']);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^vortex_serving_up\{process="2"\} 1$/m);
    assert.match(metrics, /^vortex_graph_nodes 117791$/m);
    assert.match(metrics, /^vortex_reasoner_up\{thread="2.1"\} 1$/m);
    assert.equal(metrics.match(/^# HELP vortex_memory_usage_bytes/gm)?.length, 1);
  });

  it('answer by every document as soon as it is acknowledged, and keep traces and feedback together', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) {
      assert.equal((await add(server, `zorbium-${i}`, `Zorbium-${i} was discovered by Alan Quux${i}.`)).status, 200);
      const answers = await Promise.all([1, 2, 3, 4].map(() => answerTo(server.url, `Who discovered Zorbium-${i}?`)));
      for (const { result, request_id } of answers) {
        assert.match(String(result), new RegExp(`Quux${i}`));
        ids.push(request_id);
      }
    }
    // A line may come after the answer that it is about.
    await until('the last lines', () => Promise.resolve(ids.every((id) => servedBy(server).has(id))));
    const served = servedBy(server);
    assert.deepEqual(new Set(ids.map((id) => served.get(id))), new Set([1, 2]));
    for (const id of ids) assert.equal((await fetch(`${server.url}/api/v1/answers/${id}/trace`)).status, 200);
    const ofFollower = ids.find((id) => served.get(id) === 2) as string;
    const feedback = await post(server.url, '/api/v1/feedback', { request_id: ofFollower, correct: true }, server.key);
    assert.equal(((await feedback.json()) as { effect: string }).effect, 'learned');
    const calibration = (await (await fetch(`${server.url}/api/v1/calibration`)).json()) as { items: number };
    assert.equal(calibration.items, 1);
    const unknown = await fetch(`${server.url}/api/v1/answers/nobody/trace`);
    assert.equal(((await unknown.json()) as ErrorResponse).code, 'trace_not_found');
  });

  it('lose no question when one of them is killed, whichever', async () => {
    for (const number of ['2', '1']) {
      const { [number]: victim } = await servingOf(server.url);
      const load = keepAsking(server.url);
      await new Promise((resolve) => setTimeout(resolve, 200));
      process.kill(victim?.pid as number, 'SIGKILL');
      await until('the process is back', async () => {
        const { [number]: now } = await servingOf(server.url);
        return now?.how === 'ready' && now.pid !== victim?.pid;
      });
      const { asked, wrong } = await load.stop();
      assert.deepEqual(wrong, []);
      assert.ok(asked > 10);
      const { [number]: now } = await servingOf(server.url);
      assert.ok((now?.restarts ?? 0) >= 1);
    }
    await until('both processes', () => isWhole(server.url));
  });

  it('let a change wait while the leader is away, and lose none that was acknowledged', async () => {
    // What is removed leaves a gap in the numbers of nodes that a new leader does not have: the follower takes them over.
    assert.equal((await add(server, 'gap', 'A gap.')).status, 200);
    assert.equal((await add(server, 'kept', 'Xanthium was discovered by Bea Kwuux.')).status, 200);
    const gone = await fetch(`${server.url}/api/v1/documents/gap`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${server.key}` },
    });
    assert.equal(gone.status, 200);
    const { 1: leader, 2: follower } = await servingOf(server.url);
    process.kill(leader?.pid as number, 'SIGKILL');
    await until('writes are away', async () => !(await healthOf(server.url)).degradation.writes);
    // The front waits ten seconds for a leader; on a busy machine one takes longer.
    await until('the change is taken', async () => {
      const since = performance.now();
      const added = await add(server, 'waited', 'Yttrandium was discovered by Cy Kwaax.');
      if (added.status === 200) return true;
      assert.equal(((await added.json()) as ErrorResponse).code, 'serving_unavailable');
      assert.ok(performance.now() - since > 9_000, 'it waited');
      return false;
    });
    await until('both processes', () => isWhole(server.url));
    assert.equal((await servingOf(server.url))['2']?.pid, follower?.pid, 'it goes on answering');
    for (let i = 0; i < 4; i++) {
      assert.match(String((await answerTo(server.url, 'Who discovered Xanthium?')).result), /Kwuux/);
      assert.match(String((await answerTo(server.url, 'Who discovered Yttrandium?')).result), /Kwaax/);
    }
  });

  it('are replaced by SIGHUP without a question lost', async () => {
    const before = await servingOf(server.url);
    const load = keepAsking(server.url);
    server.process.kill('SIGHUP');
    await until('two new processes', async () => {
      const now = await servingOf(server.url);
      return ['1', '2'].every((n) => now[n]?.how === 'ready' && now[n].pid !== before[n]?.pid);
    });
    const { asked, wrong } = await load.stop();
    assert.deepEqual(wrong, []);
    assert.ok(asked > 10);
    assert.match(String((await answerTo(server.url, 'Who discovered Xanthium?')).result), /Kwuux/);
  });

  it('stay as they are when the configuration has become wrong', async () => {
    const file = join(server.dataFolder, 'vortexflow.yaml');
    const before = await servingOf(server.url);
    await writeFile(file, 'log_level: shouting\n');
    try {
      server.process.kill('SIGHUP');
      await until('it was refused', () =>
        Promise.resolve(/new processes could not take over/.test(server.output().stderr)),
      );
      assert.match(server.output().stderr, /shouting.{1,3} is not valid/);
      const now = await servingOf(server.url);
      assert.deepEqual([now['1']?.pid, now['2']?.pid], [before['1']?.pid, before['2']?.pid]);
      assert.equal((await answerTo(server.url, 'What is the opposite of hot?')).result, 'cold');
      // One that dies now comes back by the last good one.
      process.kill(now['2']?.pid as number, 'SIGKILL');
      await until('another is there', async () => {
        const { 2: other } = await servingOf(server.url);
        return other?.how === 'ready' && other.pid !== now['2']?.pid;
      });
      await until('both processes', () => isWhole(server.url));
    } finally {
      await rm(file);
    }
  });

  it('keep their leader when the configuration names a store that cannot be reached', async () => {
    const file = join(server.dataFolder, 'vortexflow.yaml');
    const { 1: before } = await servingOf(server.url);
    // Nobody listens there.
    await writeFile(file, 'store_url: postgres://somebody@127.0.0.1:1/vortexflow\n');
    try {
      server.process.kill('SIGHUP');
      await until('it has refused', () =>
        Promise.resolve(/The database does not answer[^\n]*the old one stays/.test(server.output().stderr)),
      );
      await until('both processes', () => isWhole(server.url));
      assert.equal((await servingOf(server.url))['1']?.pid, before?.pid);
    } finally {
      await rm(file);
    }
  });

  it('answer for one that is frozen, which goes on when it thaws', async () => {
    for (const number of ['1', '2']) {
      const { [number]: frozen } = await servingOf(server.url);
      const load = keepAsking(server.url, 2);
      process.kill(frozen?.pid as number, 'SIGSTOP');
      try {
        await until('it is noticed', async () => (await servingOf(server.url))[number]?.how === 'silent');
      } finally {
        process.kill(frozen?.pid as number, 'SIGCONT');
      }
      await until('it is back', async () => (await servingOf(server.url))[number]?.how === 'ready');
      assert.deepEqual((await load.stop()).wrong, []);
      assert.equal((await servingOf(server.url))[number]?.pid, frozen?.pid);
    }
  });

  it('show the graph to viewers through the front', async () => {
    const open = async (): Promise<WebSocket> => {
      const viewer = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`);
      const first = once(viewer, 'message') as Promise<[Buffer]>;
      // Told of by the next line, too.
      first.catch(() => undefined);
      await once(viewer, 'open');
      const [frame] = await first;
      assert.ok(frame.length > 0);
      return viewer;
    };
    const viewer = await open();
    await until('the viewer is counted', async () => (await healthOf(server.url)).metrics.viewers === 1);
    const closed = once(viewer, 'close');
    process.kill((await servingOf(server.url))['1']?.pid as number, 'SIGKILL');
    await closed;
    // The next one waits for the next leader, and comes again when that takes long on a busy machine.
    const again = (): Promise<boolean> =>
      open().then(
        (next) => (next.terminate(), true),
        () => false,
      );
    await until('a viewer sees the graph again', again);
    await until('both processes', () => isWhole(server.url));
  });
});

describe('the front', () => {
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer({ env: { ...ENV, WORKERS: '1' } });
  });
  after(() => server.stop());

  /** What comes back for raw bytes. */
  async function raw(text: string): Promise<string> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const part of socket) answer += String(part);
    return answer;
  }

  it('takes nobody at his word about who he is', async () => {
    const forwarded = { 'x-vortexflow-peer': '127.0.0.1', 'x-forwarded-for': '192.0.2.1' };
    assert.equal((await fetch(`${server.url}/api/v1/graph`, { headers: forwarded })).status, 401);
    assert.equal((await fetch(`${server.url}/metrics`, { headers: forwarded })).status, 401);
    const hidden = 'connection: x-forwarded-for, close\r\nx-forwarded-for: 192.0.2.1\r\n';
    assert.match(await raw(`GET /api/v1/graph HTTP/1.1\r\nhost: 127.0.0.1\r\n${hidden}\r\n`), /^HTTP\/1.1 401/);
    // Before any of a large body is read.
    const large = 'content-type: application/json\r\ncontent-length: 30000000\r\n';
    assert.match(
      await raw(`POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\n${hidden}${large}\r\n`),
      /^HTTP\/1.1 401/,
    );
    assert.equal(
      (await fetch(`${server.url}/api/v1/graph`, { headers: { 'x-vortexflow-peer': '192.0.2.1' } })).status,
      200,
    );
  });

  it('refuses what no process should see, in the same form', async () => {
    assert.match(
      await raw('GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n'),
      /^HTTP\/1.1 400[^]*host_invalid/,
    );
    assert.match(await raw('nonsense\r\n\r\n'), /^HTTP\/1.1 400[^]*request_invalid/);
    const large = await post(server.url, '/api/v1/process', { input: 'a'.repeat(200_000) });
    assert.equal(large.status, 413);
    assert.equal(((await large.json()) as ErrorResponse).code, 'body_too_large');
    const inPieces: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob(['a'.repeat(200_000)]).stream(),
      duplex: 'half',
    };
    const chunked = await fetch(`${server.url}/api/v1/process`, inPieces);
    assert.equal(chunked.status, 413);
    for (const target of ['*', 'ftp://x/', 'http://x/health'])
      assert.match(
        await raw(`OPTIONS ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`),
        /^HTTP\/1.1 400[^]*request_invalid/,
      );
    const wrong = await fetch(`${server.url}/api/v1/process`, { method: 'DELETE' });
    assert.equal(wrong.status, 405);
  });

  it('passes on ids, events and errors as they are', async () => {
    const own = await fetch(`${server.url}/api/v1/graph`, { headers: { 'x-request-id': 'my-own-id' } });
    assert.equal(own.headers.get('x-request-id'), 'my-own-id');
    const events = await fetch(`${server.url}/api/v1/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ input: 'What is the opposite of hot?' }),
    });
    assert.match(events.headers.get('content-type') ?? '', /event-stream/);
    assert.match(await events.text(), /event: sources[^]*event: opinion[^]*event: answer/);
    const blank = await ask(server.url, ' ');
    assert.equal(((await blank.json()) as ErrorResponse).code, 'input_blank');
  });
});

describe('a server of several processes', () => {
  it('ends all of them with SIGTERM, and when it is killed they end by themselves', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const server = await launchServer({ env: ENV });
      await until('both processes', () => isWhole(server.url));
      const pids = Object.values(await servingOf(server.url)).map(({ pid }) => pid);
      // Somebody who watches must not keep it from ending.
      const viewer = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`);
      viewer.on('error', () => undefined);
      await once(viewer, 'open');
      const load = keepAsking(server.url, 1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const asked = performance.now();
      server.process.kill(signal);
      await once(server.process, 'exit');
      if (signal === 'SIGTERM') assert.equal(server.process.exitCode, 0);
      // By itself, not by the force that ends it after ten seconds.
      assert.ok(performance.now() - asked < 9_000);
      viewer.terminate();
      await until('no process is left', () => Promise.resolve(pids.every((pid) => !runs(pid))), 20_000);
      await load.stop();
      await server.stop();
    }
  });

  it('does not start when its leader cannot, and says why', async () => {
    const first = await launchServer();
    // A folder of its own, and in it the documents of the other one: it is the leader that opens them.
    const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-test-'));
    try {
      await symlink(join(first.dataFolder, 'vortexflow.db'), join(dataFolder, 'vortexflow.db'));
      const second = await spawnServer({ dataFolder, env: ENV });
      await assert.rejects(second.ready(120_000), /Another process has the document store open/);
      const third = await spawnServer({ dataFolder: first.dataFolder, env: ENV });
      await assert.rejects(third.ready(120_000), /Another process has the audit log of this data folder open/);
    } finally {
      await first.stop();
      await rm(dataFolder, { recursive: true, force: true });
    }
  });
});

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
