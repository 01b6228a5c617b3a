/** Starting, stopping, dying and coming back. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ErrorResponse, HealthResponse, ProcessResponse } from '@vortexflow/protocol';
import { launchServer, spawnServer } from '@vortexflow/testkit';
import { readSettings, SettingError } from './config/settings.ts';
import type { Services } from './http/services.ts';
import { startServer } from './runtime/server.ts';

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-life-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ask = (url: string, input: string): Promise<Response> =>
  fetch(`${url}/api/v1/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  });

async function add(url: string, key: string, id: string, text: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ documents: [{ id, title: id, text }] }),
  });
  await response.arrayBuffer();
  return response.status;
}

describe('start', () => {
  it('answers health while it loads: live at once, ready only when questions are answered', async () => {
    // A fixed port, because the card that names the address comes when all is loaded. No cached index: loading takes seconds.
    const port = await freePort();
    const server = await spawnServer({ cached: false, env: { PORT: String(port) } });
    const url = `http://127.0.0.1:${port}`;
    try {
      const live = await retry(() => fetch(`${url}/health/live`));
      assert.equal(live.status, 200);
      const ready = await fetch(`${url}/health/ready`);
      assert.equal(ready.status, 503);
      assert.equal(((await ready.json()) as { ready: boolean }).ready, false);
      const refused = await ask(url, 'dog');
      assert.equal(refused.status, 503);
      const error = (await refused.json()) as ErrorResponse;
      assert.equal(error.code, 'not_ready');
      assert.equal(error.recovery_strategy, 'Retry');
      assert.equal((await fetch(`${url}/health`)).status, 503);
      await server.ready(240_000);
      assert.equal((await fetch(`${url}/health/ready`)).status, 200);
      assert.match(server.output().stdout, /117,791 nodes · 184,083 edges/);
      assert.match(server.output().stdout, /index built/);
    } finally {
      await server.stop();
    }
  });

  it('takes the next free port when the wanted one is taken, and says so', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const server = await launchServer({ env: { PORT: String(port) } });
    try {
      assert.notEqual(new URL(server.url).port, String(port));
      assert.match(server.output().stdout, /the wanted port was taken/);
      assert.match(server.output().stdout, /cached index/);
    } finally {
      await server.stop();
      blocker.close();
    }
  });

  it('refuses to let other machines in before access is configured, and says what to set', async () => {
    const environment = { HOST: '0.0.0.0', VORTEXFLOW_DATA: '/nonexistent' };
    await assert.rejects(
      startServer(readSettings(environment), () => undefined, environment),
      (failure) => failure instanceof SettingError && failure.message.includes('VORTEXFLOW_OWNER_KEY'),
    );
  });

  it('lets nobody in without the key when bound elsewhere', async () => {
    const key = 'a-key-of-sixteen-or-more';
    const server = await launchServer({ env: { HOST: '0.0.0.0', VORTEXFLOW_OWNER_KEY: key } });
    try {
      const url = server.url.replace('0.0.0.0', '127.0.0.1');
      assert.equal((await ask(url, 'dog')).status, 401);
      const allowed = await fetch(`${url}/api/v1/graph`, { headers: { authorization: `Bearer ${key}` } });
      assert.equal(allowed.status, 200);
    } finally {
      await server.stop();
    }
  });

  it('refuses a data folder that another server has', async () => {
    const first = await launchServer();
    try {
      const second = await spawnServer({ dataFolder: first.dataFolder });
      await assert.rejects(second.ready(120_000), /Another process has the audit log of this data folder open/);
      const note = JSON.parse(await readFile(join(first.dataFolder, 'server.json'), 'utf8')) as { url: string };
      assert.equal(note.url, first.url);
    } finally {
      await first.stop();
    }
  });
});

describe('documents', () => {
  it('are there after kill -9: every acknowledged one', async () => {
    await withFolder(async (dataFolder) => {
      const first = await launchServer({ dataFolder });
      const acknowledged: string[] = [];
      const writers = Array.from({ length: 4 }, async (_, writer) => {
        for (let i = 0; i < 200; i++) {
          const id = `note-${writer}-${i}`;
          // The connection breaks when the server is killed; what was not acknowledged is not claimed.
          const status = await add(first.url, first.key, id, `Zanzibarian fact number ${writer} ${i}.`).catch(() => 0);
          if (status !== 200) return;
          acknowledged.push(id);
        }
      });
      while (acknowledged.length < 60) await new Promise((resolve) => setTimeout(resolve, 1));
      await first.kill();
      await Promise.all(writers);
      const second = await launchServer({ dataFolder });
      try {
        for (const id of acknowledged) {
          assert.equal((await fetch(`${second.url}/api/v1/documents/${id}`)).status, 200, id);
          assert.equal((await fetch(`${second.url}/api/v1/graph/nodes/${id}`)).status, 200, id);
        }
        const answer = (await (await ask(second.url, 'Zanzibarian fact number')).json()) as ProcessResponse;
        assert.ok(answer.evidence.some(({ snippet }) => snippet.startsWith('Zanzibarian fact')));
      } finally {
        await second.stop();
      }
    });
  });

  it('are there after a polite stop, which removes the address note', async () => {
    await withFolder(async (dataFolder) => {
      const first = await launchServer({ dataFolder });
      assert.equal(await add(first.url, first.key, 'kept', 'A quuxling is a small lamp.'), 200);
      assert.equal(
        (JSON.parse(await readFile(join(dataFolder, 'server.json'), 'utf8')) as { url: string }).url,
        first.url,
      );
      await first.stop();
      assert.equal(first.process.exitCode, 0);
      await assert.rejects(readFile(join(dataFolder, 'server.json')));
      const second = await launchServer({ dataFolder });
      const answer = (await (await ask(second.url, 'What is a quuxling?')).json()) as ProcessResponse;
      await second.stop();
      assert.doesNotMatch(JSON.stringify(answer.opinions), /failed/);
      assert.ok(answer.evidence.some(({ id }) => id === 'kept'));
    });
  });
});

describe('a reasoning thread that dies', () => {
  it('costs no answer, shows in health and metrics, and comes back', async () => {
    await withFolder(async (dataFolder) => {
      const environment = { PORT: '0', VORTEXFLOW_DATA: dataFolder, LOG_LEVEL: 'silent', REASONER_THREADS: '2' };
      const server = await startServer(readSettings(environment), () => undefined, environment);
      const { url } = server.report;
      const { answering } = server.services as Services;
      const health = async (): Promise<HealthResponse> =>
        (await (await fetch(`${url}/health`)).json()) as HealthResponse;
      try {
        await answering.whole();
        // Ways are compiled and connections made before the time counts.
        await Promise.all([health(), ask(url, 'What is a dog?')]);
        await answering.kill(1);
        // Both at once: soon the thread is back.
        const [degraded, answered] = await Promise.all([health(), ask(url, 'What is the opposite of hot?')]);
        assert.equal(degraded.status, 'Degraded');
        const answer = (await answered.json()) as ProcessResponse;
        assert.equal(answer.result, 'cold');
        assert.equal(answer.metadata.kind, 'answered');
        assert.equal(answer.metadata.orchestrators_used, 'Fusion');

        await answering.whole();
        await Promise.all([answering.kill(1), answering.kill(2)]);
        const [unhealthy, lost] = await Promise.all([health(), ask(url, 'What is the opposite of wet?')]);
        assert.equal(unhealthy.status, 'Unhealthy');
        assert.match(JSON.stringify(unhealthy), /"level":"cache-only"/);
        assert.equal(lost.status, 503);
        const error = (await lost.json()) as ErrorResponse;
        assert.equal(error.code, 'reasoners_failed');
        assert.equal(error.recovery_strategy, 'Retry');

        await answering.whole();
        const whole = (await (await ask(url, 'What is the opposite of wet?')).json()) as ProcessResponse;
        assert.equal(whole.metadata.orchestrators_used, 'Fusion');
        assert.equal((await health()).status, 'Healthy');
        const metrics = await (await fetch(`${url}/metrics`)).text();
        assert.match(metrics, /^vortex_reasoner_restarts_total\{thread="1"\} 2$/m);
        assert.match(metrics, /^vortex_reasoner_up\{thread="2"\} 1$/m);
        assert.match(metrics, /^vortex_errors_total\{code="reasoners_failed"\} 1$/m);
      } finally {
        await server.stop();
      }
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function retry(call: () => Promise<Response>): Promise<Response> {
  for (let left = 500; ; left--) {
    try {
      return await call();
    } catch (failure) {
      if (left === 0) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
