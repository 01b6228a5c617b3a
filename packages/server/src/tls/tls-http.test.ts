/** A real server with a certificate of its own, as browsers and the command line see it: of one process, and of several. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { HealthResponse, ProcessResponse } from '@vortexflow/protocol';
import {
  type LaunchedServer,
  launchServer,
  makeCertificate,
  onFreePort,
  type TestCertificate,
} from '@vortexflow/testkit';
import { Agent, fetch as fetchThrough } from 'undici';
import { WebSocket } from 'ws';

const BIN = fileURLToPath(new URL('../../bin/vortexflow.mjs', import.meta.url));

async function put(folder: string, { cert, key }: TestCertificate): Promise<void> {
  await writeFile(join(folder, 'cert.pem'), cert, { mode: 0o600 });
  await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
}

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], dataFolder: string, env: Record<string, string> = {}): Promise<Result> {
  const options = {
    env: {
      ...process.env,
      VORTEXFLOW_DATA: dataFolder,
      LOG_FORMAT: 'json',
      AUDIT_KEY_FILE: join(dataFolder, 'command-line.key'),
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], options, (failure, stdout, stderr) => {
      resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr });
    });
  });
}

for (const [name, workers] of [
  ['of one process', '0'],
  ['of several processes', '2'],
] as const) {
  describe(`TLS of a server ${name}`, () => {
    let folder: string;
    let pair: TestCertificate;
    let server: LaunchedServer;
    let redirectPort: number;
    let port: number;
    let agent: Agent;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'vortexflow-tls-'));
      pair = makeCertificate();
      await put(folder, pair);
      server = await onFreePort((free) => {
        redirectPort = free;
        return launchServer({
          env: {
            WORKERS: workers,
            REASONER_THREADS: '1',
            TLS_CERT_FILE: join(folder, 'cert.pem'),
            TLS_KEY_FILE: join(folder, 'key.pem'),
            TLS_REDIRECT_PORT: String(free),
          },
        });
      });
      port = Number(new URL(server.url).port);
      agent = new Agent({ connect: { ca: pair.cert } });
    });
    after(async () => {
      await agent.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const send = (path: string, init: object = {}) => fetchThrough(server.url + path, { ...init, dispatcher: agent });
    const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const owner = () => ({ authorization: `Bearer ${server.key}` });

    it('answers questions', async () => {
      assert.equal(new URL(server.url).protocol, 'https:');
      const response = await post('/api/v1/process', { input: 'What is the opposite of hot?' });
      assert.equal(((await response.json()) as ProcessResponse).result, 'cold');
      // What a browser remembers for one port of this machine it would hold against all others.
      assert.equal(response.headers.get('strict-transport-security'), null);
    });

    it('sends the same policy with every answer', async () => {
      const policies = ['/', '/docs', '/health', '/openapi.json', '/api/v1/nope', '/api/v1/graph'].map(async (path) => {
        const response = await send(path);
        await response.text();
        return response.headers.get('content-security-policy') ?? '';
      });
      const [policy = '', ...others] = new Set(await Promise.all(policies));
      assert.deepEqual(others, []);
      assert.match(policy, /^default-src 'none'; /);
      assert.doesNotMatch(policy, /unsafe/);
    });

    it('streams the graph to viewers', async () => {
      const socket = new WebSocket(`${server.url.replace('https', 'wss')}/ws/graph`, { ca: pair.cert });
      const [data] = (await once(socket, 'message')) as [Buffer];
      assert.ok(data.length > 0);
      socket.close();
      await once(socket, 'close');
    });

    it('takes a page of its own over TLS for its own, and no other one', async () => {
      const made = await post('/api/v1/auth/login', {}, owner());
      const [set = ''] = made.headers.getSetCookie();
      assert.match(set, /^__Host-vortexflow=vfs_\w+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200$/);
      const cookie = set.split(';', 1)[0] as string;
      const ticket = async (origin: string): Promise<number> =>
        (await post('/api/v1/auth/ticket', {}, { cookie, origin })).status;
      assert.equal(await ticket(server.url), 200);
      assert.equal(await ticket('https://evil.example'), 403);
      const { url } = (await (await post('/api/v1/auth/links', {}, owner())).json()) as { url: string };
      assert.ok(url.startsWith(`https://127.0.0.1:${port}/#link=`), url);
    });

    it('closes a connection over which plain HTTP comes, and notes no more of it than that', async () => {
      const socket = connectPlain(port, '127.0.0.1').on('error', () => undefined);
      socket.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
      let heard = '';
      socket.on('data', (data) => (heard += data.toString('latin1')));
      await once(socket, 'close');
      assert.doesNotMatch(heard, /HTTP|Healthy/);
      assert.equal((await send('/health/live')).status, 200);
    });

    it('sends plain HTTP on', async () => {
      const response = await fetch(`http://127.0.0.1:${redirectPort}/docs?a=b`, { redirect: 'manual' });
      assert.deepEqual([response.status, response.headers.get('location')], [308, `${server.url}/docs?a=b`]);
    });

    it('is found by the command line, which speaks to this certificate and no other', async () => {
      const tree = await run(['tree'], server.dataFolder);
      assert.equal(tree.code, 0, tree.stderr);
      assert.match(tree.stdout, /knowledge/);
      const asked = await run(['config', 'set', 'timeout_ms=4321'], server.dataFolder);
      assert.equal(asked.code, 0, asked.stderr);
      const file = join(server.dataFolder, 'server.json');
      const note = await readFile(file, 'utf8');
      const other = { ...(JSON.parse(note) as object), certificate: 'AB:CD' };
      await writeFile(file, JSON.stringify(other));
      assert.match((await run(['link'], server.dataFolder)).stderr, /[Nn]o server runs/);
      await writeFile(file, note);
    });

    it('takes a new certificate without a restart, tells of it, and is still found', async () => {
      const held = connect({ host: '127.0.0.1', port, ca: pair.cert });
      await once(held, 'secureConnect');
      const next = makeCertificate();
      await put(folder, next);
      for (;;) {
        const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
        await once(socket, 'secureConnect');
        const shown = socket.getPeerX509Certificate()?.toString();
        socket.destroy();
        if (shown === next.cert) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      held.write('GET /health/live HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n');
      const [data] = (await once(held, 'data')) as [Buffer];
      assert.match(data.toString(), /^HTTP\/1\.1 200 /);
      await agent.close();
      agent = new Agent({ connect: { ca: next.cert } });
      const { components } = (await (await send('/health')).json()) as HealthResponse;
      assert.equal(components['certificate']?.status, 'Healthy');
      assert.match(components['certificate']?.detail ?? '', /^ends \d{4}-\d\d-\d\d$/);
      const metrics = await (await send('/metrics')).text();
      assert.match(metrics, /^vortex_tls_certificate_days_left 8\d\.\d+$/m);
      assert.match(metrics, /^vortex_tls_renewals_total\{outcome="taken"\} 1$/m);
      assert.match(server.output().stderr, /a new certificate is in use/);
      const tree = await run(['tree'], server.dataFolder);
      assert.equal(tree.code, 0, tree.stderr);
    });
  });
}

describe('a start with TLS', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vortexflow-tls-'));
    await put(folder, makeCertificate());
    await writeFile(join(folder, 'other.pem'), makeCertificate().key, { mode: 0o600 });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is refused with status 2 and what to change', async () => {
    const cert = { TLS_CERT_FILE: join(folder, 'cert.pem') };
    // Everything else that may be wrong: settings.test.ts, key-pair.test.ts.
    const wrongKey = { ...cert, TLS_KEY_FILE: join(folder, 'other.pem') };
    const starts: readonly [Record<string, string>, RegExp][] = [
      [cert, /TLS_CERT_FILE needs TLS_KEY_FILE/],
      [wrongKey, /TLS_KEY_FILE does not fit/],
      [{ ...wrongKey, WORKERS: '2' }, /TLS_KEY_FILE does not fit/],
    ];
    for (const [env, message] of starts) {
      const { code, stderr } = await run(['serve'], join(folder, 'data'), { PORT: '0', WORKERS: '0', ...env });
      assert.equal(code, 2, JSON.stringify(env));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\bat .*\.ts:/);
    }
  });

  it('is found out before it, by "vortexflow config validate"', async () => {
    const file = join(folder, 'vortexflow.yaml');
    await writeFile(file, 'tls_cert_file: /etc/ssl/cert.pem\n');
    const { code, stderr } = await run(['config', 'validate', file], join(folder, 'data'));
    assert.equal(code, 2, stderr);
    assert.match(stderr, /TLS_CERT_FILE needs TLS_KEY_FILE/);
  });
});
