/** Secrets planted wherever a secret can be, and looked for wherever something comes out. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  descendants,
  launchServer,
  type LaunchedServer,
  type ModelServer,
  startModelServer,
  totpCode,
} from '@vortexflow/testkit';

/** Each as a secret of its kind looks. */
const CANARIES = {
  owner: 'canary-owner-4f1c9d7be2a05588',
  model: 'sk-canary-model-93ab27d1',
  modelFile: 'sk-canary-model-file-5be01c',
  embedding: 'sk-canary-embedding-c0ffee17',
  store: 'canary:store/pass word@77',
  caller: 'canary-of-a-caller-8d2e61f0',
  alertAddress: 'canary-hook-71d0b3ae',
  alertKey: 'Y2FuYXJ5a2V5b2ZhbGVydHMxMjM0NTY3',
} as const;

/** What the server hands out itself, once, to somebody. */
interface Handed {
  readonly key: string;
  readonly link: string;
  readonly ticket: string;
  readonly session: string;
  readonly renewed: string;
  readonly totp: string;
  readonly recovery: string;
}

/** As a secret may be spelt. */
const spellings = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('hex'),
  // Within a longer text the first and last digits depend on what is beside it.
  Buffer.from(secret).toString('base64').slice(0, -4),
];

for (const workers of ['0', '1']) {
  describe(`planted secrets, with WORKERS=${workers}`, { timeout: 180_000 }, () => {
    const seen = new Map<string, string>();
    let server: LaunchedServer;
    let endpoints: ModelServer[];
    let folder: string;
    let dataFolder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'vortexflow-canaries-'));
      dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-test-'));
      // Endpoints that say back what they were sent, in every way that they can fail.
      const telling = await startModelServer(({ headers, number }) => ({
        kind: 'raw',
        status: [401, 500, 429, 200, 302][number % 5] as number,
        headers: {
          location: `http://127.0.0.1:1/?key=${headers.authorization}`,
          'x-echo': headers.authorization ?? '',
        },
        body: `{"error":"wrong key ${headers.authorization}"}`,
      }));
      const cutting = await startModelServer(() => ({ kind: 'reset' }));
      endpoints = [telling, cutting];
      await writeFile(join(folder, 'model.key'), `${CANARIES.modelFile}\n`);
      await writeFile(join(folder, 'store.password'), `${CANARIES.store}\n`);
      await writeFile(join(folder, 'alert.key'), `whsec_${CANARIES.alertKey}\n`);
      await writeFile(
        join(folder, 'own.yaml'),
        [
          'models:',
          `  - { name: telling, base_url: "${telling.url}", model: m, key_env: CANARY_MODEL }`,
          `  - { name: cutting, base_url: "${cutting.url}", model: m, key_file: model.key }`,
          `  - { name: gone, base_url: "http://127.0.0.1:1/v1", model: m, key_file: model.key }`,
          `embeddings: { base_url: "${telling.url}", model: small, key_env: CANARY_EMBEDDING }`,
          `store_password_file: ${join(folder, 'store.password')}`,
        ].join('\n'),
      );
      server = await launchServer({
        dataFolder,
        env: {
          WORKERS: workers,
          REASONER_THREADS: '1',
          LOG_LEVEL: 'trace',
          AUDIT_ANCHOR_STDOUT: 'true',
          VORTEXFLOW_CONFIG: join(folder, 'own.yaml'),
          VORTEXFLOW_OWNER_KEY: CANARIES.owner,
          CANARY_MODEL: CANARIES.model,
          CANARY_EMBEDDING: CANARIES.embedding,
          ALERT_URL_ENV: 'CANARY_ALERT',
          CANARY_ALERT: `${telling.url}/${CANARIES.alertAddress}`,
          ALERT_KEY_FILE: join(folder, 'alert.key'),
        },
      });
    });
    after(async () => {
      await server.kill();
      await Promise.all(endpoints.map((one) => one.stop()));
      for (const one of [folder, dataFolder]) await rm(one, { recursive: true, force: true });
    });

    async function call(method: string, path: string, authorization: string | null, body?: unknown): Promise<void> {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          ...(authorization === null ? {} : { authorization }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const heads = JSON.stringify([...response.headers]);
      seen.set(
        `${method} ${path} ${authorization === null ? 'anonymous' : authorization.slice(0, 12)}`,
        heads + (await response.text()),
      );
    }

    /** Not among what is looked at: here they come out for good. */
    async function handOut(): Promise<Handed> {
      const send = async (method: string, path: string, headers: Record<string, string>, body: unknown) => {
        const response = await fetch(`${server.url}/api/v1/auth/${path}`, {
          method,
          headers: { 'content-type': 'application/json', origin: server.url, ...headers },
          body: JSON.stringify(body),
        });
        assert.ok(response.ok, `${method} ${path} ${response.status}`);
        const [cookie = ''] = response.headers.getSetCookie();
        return { cookie: cookie.split(';', 1)[0] as string, body: (await response.json()) as Record<string, string> };
      };
      const owner = { authorization: `Bearer ${CANARIES.owner}` };
      const made = await send('POST', 'keys', owner, { name: 'canary', scopes: ['look'], expires_in_days: 1 });
      const link = ((await send('POST', 'links', owner, {})).body['url'] as string).split('=')[1] as string;
      const ticket = (await send('POST', 'ticket', owner, {})).body['ticket'] as string;
      const session = (await send('POST', 'login', {}, { link })).cookie;
      const totp = (await send('POST', 'me/second-factor', { cookie: session }, {})).body['secret'] as string;
      const code = totpCode(totp, Math.floor(Date.now() / 30_000));
      const confirmed = await send('PUT', 'me/second-factor', { cookie: session }, { code });
      const [recovery = ''] = confirmed.body['recovery_codes'] as unknown as string[];
      const tokenOf = (cookie: string): string => cookie.slice(cookie.indexOf('=') + 1);
      return {
        key: made.body['key'] as string,
        link,
        ticket,
        session: tokenOf(session),
        renewed: tokenOf(confirmed.cookie),
        totp,
        recovery,
      };
    }

    it('come out nowhere', async () => {
      const handed = await handOut();
      const owner = `Bearer ${CANARIES.owner}`;
      const wrong = `Bearer ${CANARIES.caller}`;
      const PATHS = [
        '/health',
        '/metrics',
        '/api/v1/tree',
        '/api/v1/config',
        '/api/v1/audit?limit=1000',
        '/api/v1/audit/checkpoint',
        '/api/v1/calibration',
        '/openapi.json',
        '/nowhere',
      ];
      for (let i = 0; i < 8; i++)
        await call('POST', '/api/v1/process', owner, {
          input: `What is a canary? ${i}`,
          mode: 'Reasoning',
          timeout_ms: 3_000,
        });
      await call('POST', '/api/v1/documents', owner, { documents: [{ id: 'a', title: 'a', text: 'Canaries sing.' }] });
      await call('POST', '/api/v1/documents', wrong, { documents: [{ id: 'a', title: 'a', text: 'x' }] });
      await call('POST', '/api/v1/process', owner, { input: 5, [CANARIES.caller.slice(0, 3)]: 1 });
      await call('GET', '/api/v1/graph/nodes/nowhere', owner);
      for (const path of PATHS)
        for (const who of [owner, wrong, null, `Basic ${CANARIES.caller}`]) await call('GET', path, who);
      // Where they belong, and where they do not.
      for (const secret of Object.values(handed)) {
        await call('GET', '/api/v1/auth/sessions', `Bearer ${secret}`);
        await call('GET', '/api/v1/graph/nodes?ids=x', `Nostr ${secret}`);
        await call('POST', '/api/v1/auth/login', null, { link: secret });
        await call('POST', '/api/v1/auth/second-factor', null, { ticket: secret, code: handed.recovery });
      }
      for (const path of ['/api/v1/auth/keys?all=true', '/api/v1/auth/users', '/api/v1/auth/sessions'])
        await call('GET', path, owner);
      for (const pid of [server.process.pid as number, ...descendants(server.process.pid as number)]) {
        for (const name of ['cmdline', 'comm'])
          seen.set(`${name} ${pid}`, await readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''));
      }
      await server.stop();
      const { stdout, stderr } = server.output();
      seen.set('standard output', stdout).set('the log', stderr);
      for (const name of await readdir(dataFolder, { recursive: true })) {
        const file = join(dataFolder, name);
        // The index of WordNet is the same everywhere.
        if ((await stat(file)).isFile() && !name.endsWith('wordnet.image'))
          seen.set(name, await readFile(file, 'latin1'));
      }
      const found: string[] = [];
      for (const [where, text] of seen) {
        for (const [canary, secret] of Object.entries({ ...CANARIES, ...handed })) {
          // Codes cannot be computed from a hash: there it has to be.
          if (canary === 'totp' && where === 'identity.json') continue;
          if (spellings(secret).some((spelt) => text.includes(spelt))) found.push(`${canary} in ${where}`);
        }
      }
      assert.deepEqual(found, []);
      assert.ok((seen.get('identity.json') ?? '').includes(handed.key.split('_')[1] as string), 'records were there');
    });

    it('were where they could have come out: the endpoints got them, and the log and the answers are there', () => {
      const told = endpoints.flatMap(({ requests }) => requests.map(({ headers }) => headers.authorization));
      for (const key of [CANARIES.model, CANARIES.modelFile, CANARIES.embedding])
        assert.ok(told.includes(`Bearer ${key}`), key);
      assert.ok((seen.get('the log') ?? '').split('\n').length > 30);
      assert.match(seen.get('standard output') ?? '', /audit-checkpoint/);
      assert.ok([...seen.keys()].some((name) => name.endsWith('.jsonl')));
      assert.match(seen.get('/metrics') ?? seen.get('GET /metrics anonymous') ?? '', /vortex_audit_events_total/);
    });

    it('go to nowhere but the configured endpoints: no redirect is followed', () => {
      const redirected = endpoints.flatMap(({ requests }) => requests).filter(({ path }) => path.includes('key='));
      assert.deepEqual(redirected, []);
    });
  });
}
