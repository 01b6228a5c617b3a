/** The log of a real server, of one process and of several: the same from outside. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { holds, openCheckpoint, parseVerifierKey, verifyDocument, readPublicKey } from '@vortexflow/audit';
import type { ApiKeyResponse, HealthResponse, WhoResponse } from '@vortexflow/protocol';
import {
  launchServer,
  type LaunchedServer,
  mountSmallDisk,
  nostrHeader,
  nostrKey,
  smallDiskMissing,
} from '@vortexflow/testkit';

const BIN = fileURLToPath(new URL('../../bin/vortexflow.mjs', import.meta.url));

interface Entry {
  readonly seq: number;
  readonly action: string;
  readonly outcome: string;
  readonly role?: string;
  readonly request?: string;
  readonly subject?: string;
  readonly about?: string;
  readonly detail?: Record<string, unknown>;
  readonly personal: Record<string, unknown> | null;
}

interface Listing {
  readonly entries: Entry[];
  readonly next: number | null;
}

/** One request; `key` null: without the owner key. */
async function ask(
  server: LaunchedServer,
  method: string,
  path: string,
  body?: unknown,
  key: string | null = server.key,
) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

const listed = async (server: LaunchedServer, query = ''): Promise<Entry[]> =>
  ((await ask(server, 'GET', `/api/v1/audit${query}`)).body as unknown as Listing).entries;

/** Refusals are written behind. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env: { ...process.env, ...env } }, (failure, stdout, stderr) =>
      resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr }),
    );
  });
}

/** Somebody with an account who has signed in and made a key. */
async function newcomer(server: LaunchedServer): Promise<{ id: string; key: string; session: string }> {
  const nostr = await nostrKey(21);
  const { body } = await ask(server, 'POST', '/api/v1/auth/users', {
    name: 'Eve',
    role: 'editor',
    nostr: nostr.publicKey,
  });
  const { id } = body['user'] as { id: string };
  const { nonce } = (await ask(server, 'POST', '/api/v1/auth/challenge')).body;
  const text = JSON.stringify({ nonce });
  const url = `${server.url}/api/v1/auth/login`;
  const event = nostr.sign({ url, method: 'POST', body: text, at: Math.floor(Date.now() / 1000) });
  const signIn = { 'content-type': 'application/json', authorization: nostrHeader(event) };
  const login = await fetch(url, { method: 'POST', headers: signIn, body: text });
  assert.equal(login.status, 200, await login.clone().text());
  const cookie = (login.headers.getSetCookie()[0] ?? '').split(';', 1)[0] as string;
  const own = async (method: string, path: string, sent?: object): Promise<Record<string, unknown>> => {
    const headers = { cookie, origin: server.url, 'content-type': 'application/json' };
    const init = { method, headers, ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) };
    return (await (await fetch(`${server.url}${path}`, init)).json()) as Record<string, unknown>;
  };
  const made = await own('POST', '/api/v1/auth/keys', { name: 'test', scopes: ['look'], expires_in_days: 1 });
  const { sessions } = await own('GET', '/api/v1/auth/sessions');
  const [session] = sessions as { id: string }[];
  return { id, key: (made as unknown as ApiKeyResponse).record.id, session: session?.id ?? '' };
}

const document = (id: string) => ({
  documents: [{ id, title: id, text: 'A zorkmid is a coin of the Great Underground Empire.' }],
});

for (const workers of ['0', '1']) {
  describe(`the audit log of a server with WORKERS=${workers}`, { timeout: 180_000 }, () => {
    let server: LaunchedServer;
    let keys: string;
    let env: Record<string, string>;
    before(async () => {
      keys = await mkdtemp(join(tmpdir(), 'vortexflow-keys-'));
      env = {
        WORKERS: workers,
        REASONER_THREADS: '1',
        AUDIT_KEY_FILE: join(keys, 'audit.key'),
        AUDIT_ANCHOR_FILE: join(keys, 'anchor'),
      };
      server = await launchServer({ env });
    });
    after(async () => {
      await server.stop();
      await rm(keys, { recursive: true, force: true });
    });

    it('holds a change before it is done and when it is acknowledged, with who did it and to what', async () => {
      const { status, body, headers } = await ask(server, 'POST', '/api/v1/documents', document('audit/zorkmid'));
      assert.equal(status, 200);
      assert.equal(headers.get('x-vortexflow-audit'), null);
      // No waiting: it is there when the answer is.
      const [done, begun] = await listed(server, '?action=document.put&limit=2');
      assert.deepEqual([done?.outcome, begun?.outcome], ['done', 'begun']);
      assert.deepEqual([done?.request, begun?.request], [body['request_id'], body['request_id']]);
      assert.equal(done?.role, 'owner');
      assert.deepEqual(done?.detail, { method: 'POST', route: '/api/v1/documents', status: 200, documents: 1 });
      assert.deepEqual(done?.personal, {
        name: 'owner',
        address: '127.0.0.1',
        target: '/api/v1/documents',
        documents: ['audit/zorkmid'],
      });
    });

    it('holds changes of every kind, and those that were refused', async () => {
      await ask(server, 'PATCH', '/api/v1/layout', { parameters: {} });
      await ask(server, 'DELETE', '/api/v1/documents/audit%2Fnowhere');
      await ask(server, 'DELETE', '/api/v1/layout/pins');
      const entries = await listed(server, '?limit=20');
      const of = (action: string, outcome: string): Entry | undefined =>
        entries.find((one) => one.action === action && one.outcome === outcome);
      const removed = of('document.remove', 'refused');
      assert.deepEqual(removed?.detail, {
        method: 'DELETE',
        route: '/api/v1/documents/:id',
        status: 404,
        code: 'document_not_found',
      });
      assert.equal(removed?.personal?.['target'], '/api/v1/documents/audit%2Fnowhere');
      assert.ok(of('layout.unpin_all', 'done'));
      assert.ok(entries.some(({ action }) => action === 'layout.change'));
      assert.ok(!(await readFile(join(server.dataFolder, 'audit', '000000000000.jsonl'), 'utf8')).includes('nowhere'));
    });

    it('holds who was refused, with status and code', async () => {
      const refused = async (status: number, code: string): Promise<Entry> =>
        until(`${status} ${code}`, async () =>
          (await listed(server, '?outcome=refused')).find(
            ({ detail }) => detail?.['status'] === status && detail['code'] === code,
          ),
        );
      assert.equal((await ask(server, 'POST', '/api/v1/documents', document('x'), null)).status, 401);
      assert.equal((await ask(server, 'GET', '/api/v1/tree', undefined, 'a wrong key, long enough')).status, 401);
      assert.equal((await ask(server, 'DELETE', '/api/v1/documents/x', undefined, null)).status, 401);
      assert.equal((await ask(server, 'POST', '/api/v1/process', { input: 5 }, null)).status, 400);
      assert.equal((await ask(server, 'POST', '/api/v1/process', '{', null)).status, 400);
      assert.equal(
        (await ask(server, 'POST', '/api/v1/process', `{"input":"${'x'.repeat(200_000)}"}`, null)).status,
        413,
      );
      const { hostname, port } = new URL(server.url);
      connect(Number(port), hostname).end('garbage\r\n\r\n').resume();
      await refused(400, 'HPE_INVALID_METHOD');
      const stranger = await refused(401, 'unauthenticated');
      assert.equal(stranger.personal?.['address'], '127.0.0.1');
      await refused(400, 'request_invalid');
      await refused(400, 'body_not_json');
      await refused(413, 'body_too_large');
      const removal = (await listed(server, '?action=document.remove&outcome=refused')).find(
        ({ detail }) => detail?.['status'] === 401,
      );
      assert.equal(removal?.role, 'reader');
    });

    it('holds changes that are asked for under another spelling of the address', async () => {
      for (const path of ['/api/v1/%64ocuments', '/%61pi/v1/documents']) {
        const id = `audit/spelt${path}`;
        const status = await new Promise<number | undefined>((resolve, reject) => {
          const { hostname, port } = new URL(server.url);
          const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
          const request = rawRequest({ hostname, port, path, method: 'POST', headers }, (response) => {
            response.resume().once('end', () => resolve(response.statusCode));
          });
          request.once('error', reject).end(JSON.stringify(document(id)));
        });
        assert.equal(status, 200, path);
        const [done, begun] = await listed(server, '?action=document.put&limit=2');
        assert.deepEqual([done?.outcome, begun?.outcome], ['done', 'begun'], path);
        assert.deepEqual(done?.personal?.['documents'], [id]);
      }
      await ask(server, 'PUT', '/api/v1/nothing-there', {});
      assert.ok(!(await listed(server, '?action=change.other')).some(({ outcome }) => outcome === 'done'));
    });

    it('does not hold what changes nothing', async () => {
      const before = (await listed(server, '?limit=1'))[0]?.seq;
      assert.equal((await ask(server, 'POST', '/api/v1/process', { input: 'What is a zorkmid?' }, null)).status, 200);
      assert.equal((await ask(server, 'GET', '/api/v1/documents/audit%2Fzorkmid', undefined, null)).status, 200);
      assert.equal((await listed(server, '?limit=1'))[0]?.seq, before);
    });

    it("is the owner's to read, in pages and parts", async () => {
      for (const path of ['/api/v1/audit', '/api/v1/audit/checkpoint', '/api/v1/audit/proof?event=0'])
        assert.equal((await ask(server, 'GET', path, undefined, null)).status, 401, path);
      for (const path of ['/api/v1/privacy/export', '/api/v1/privacy/erase'])
        assert.equal((await ask(server, 'POST', path, { subject: 'owner' }, null)).status, 401, path);
      for (const query of ['?limit=0', '?limit=x', '?before=-1', '?colour=red', '?since=yesterday', '?action=%00'])
        assert.equal((await ask(server, 'GET', `/api/v1/audit${query}`)).status, 400, query);
      const all = await listed(server, '?limit=1000');
      const first = (await ask(server, 'GET', '/api/v1/audit?limit=3')).body as unknown as Listing;
      const second = (await ask(server, 'GET', `/api/v1/audit?limit=3&before=${first.next}`))
        .body as unknown as Listing;
      const seqs = [...first.entries, ...second.entries].map(({ seq }) => seq);
      assert.deepEqual(
        seqs,
        Array.from({ length: 6 }, (_, i) => (seqs[0] as number) - i),
      );
      assert.ok((await listed(server, '?subject=owner')).every(({ role }) => role === 'owner'));
      assert.equal((await listed(server, '?since=2999-01-01')).length, 0);
      assert.equal(all.at(-1)?.action, 'log.created');
    });

    it('proves what it says to those who have its key', async () => {
      const { body } = await ask(server, 'GET', '/api/v1/audit/checkpoint');
      const verifier = parseVerifierKey(body['key'] as string);
      assert.ok((await readPublicKey(join(keys, 'audit.key'))).equals(verifier.publicKey));
      const proof = (await ask(server, 'GET', '/api/v1/audit/proof?event=1')).body;
      const checkpoint = openCheckpoint(proof['checkpoint'] as string, verifier);
      assert.ok(holds(proof as never, checkpoint));
      const grown = (await ask(server, 'GET', '/api/v1/audit/proof?first=1')).body;
      assert.equal(grown['size'], openCheckpoint(grown['checkpoint'] as string, verifier).size);
      assert.equal((await ask(server, 'GET', '/api/v1/audit/proof?event=999999')).status, 404);
      assert.equal((await ask(server, 'GET', '/api/v1/audit/proof')).status, 400);
    });

    it('is seen in health and metrics', async () => {
      const health = (await ask(server, 'GET', '/health', undefined, null)).body as unknown as HealthResponse;
      assert.equal(health.components['audit']?.status, 'Healthy');
      const response = await fetch(`${server.url}/metrics`);
      const metrics = await response.text();
      assert.match(metrics, /vortex_audit_events_total\{action="document.put",outcome="done"\} \d+/);
      for (const name of [
        'checkpoint_age_seconds',
        'dropped_total',
        'failures_total',
        'entries',
        'unsigned',
        'tampered',
        'anchors_failing',
      ])
        assert.match(metrics, new RegExp(`^vortex_audit_${name} `, 'm'), name);
    });

    it('looks at what is sent to it before it is parsed, as all routes do', async () => {
      for (const path of ['/api/v1/privacy/export', '/api/v1/privacy/erase'])
        for (const [body, code] of [
          ['{"subject":"nobody","subject":"owner"}', 'request_invalid'],
          ['{"subject":"nobody","__proto__":{"a":1}}', 'request_invalid'],
          ['{"subject":"\\ud800"}', 'body_not_json'],
          [`{"subject":${'['.repeat(50)}1${']'.repeat(50)}}`, 'request_invalid'],
          ['{"subject":"nobody","more":1}', 'request_invalid'],
          ['["nobody"]', 'request_invalid'],
          ['{"subject":"nobody"}{}', 'body_not_json'],
          ['{"subject"', 'body_not_json'],
        ] as const) {
          const answer = await ask(server, 'POST', path, body);
          assert.deepEqual([answer.status, answer.body['code']], [400, code], `${path} ${body}`);
        }
    });

    it('tells what it knows of a subject, signed, and forgets it; the chain holds', async () => {
      const exported = (await ask(server, 'POST', '/api/v1/privacy/export', { subject: 'address:127.0.0.1' })).body[
        'export'
      ] as {
        pseudonym: string;
        entries: Entry[];
      };
      assert.ok(verifyDocument(exported, await readPublicKey(join(keys, 'audit.key'))));
      assert.ok(exported.entries.length > 0);
      assert.ok(exported.entries.every(({ personal }) => personal?.['address'] === '127.0.0.1'));
      const erased = (
        await run(['privacy', 'erase', 'address:127.0.0.1'], { ...env, VORTEXFLOW_DATA: server.dataFolder })
      ).stdout;
      assert.deepEqual(JSON.parse(erased), { erased: true, pseudonym: exported.pseudonym });
      const left = await listed(server, `?subject=${exported.pseudonym}&limit=1000`);
      assert.ok(left.length > exported.entries.length);
      const own = left.filter(({ subject }) => subject === exported.pseudonym);
      assert.ok(own.length >= exported.entries.length);
      assert.ok(own.every(({ personal }) => personal === null));
      // By whom he was looked up and forgotten is told, and is the owner's.
      const others = left.filter(({ about }) => about === exported.pseudonym);
      assert.deepEqual(
        others.map(({ action, role }) => [action, role]),
        [
          ['privacy.erased', 'owner'],
          ['privacy.exported', 'owner'],
        ],
      );
      for (const { request, personal } of others) {
        assert.match(request ?? '', /./);
        assert.deepEqual(personal, { name: 'owner', address: '127.0.0.1' });
      }
      const again = (await ask(server, 'POST', '/api/v1/privacy/erase', { subject: 'address:127.0.0.1' })).body;
      assert.equal(again['erased'], false);
      const verified = await run(['audit', 'verify'], { ...env, VORTEXFLOW_DATA: server.dataFolder });
      assert.match(verified.stdout, /^intact\n/);
    });

    it('tells somebody what others did about him, and forgets it; what is of the others stays', async () => {
      const eve = await newcomer(server);
      const owned = (method: string, path: string, body?: unknown) => ask(server, method, path, body);
      assert.equal((await owned('DELETE', `/api/v1/auth/keys/${eve.key}`)).status, 204);
      assert.equal((await owned('DELETE', `/api/v1/auth/sessions/${eve.session}`)).status, 204);
      assert.equal((await owned('PATCH', `/api/v1/auth/users/${eve.id}`, { role: 'reader' })).status, 200);
      assert.equal((await owned('DELETE', `/api/v1/auth/users/${eve.id}/second-factor`)).status < 500, true);
      assert.equal((await ask(server, 'DELETE', `/api/v1/auth/users/${eve.id}`, undefined, null)).status, 401);
      const names = [eve.id, eve.key, eve.session];
      const about = (list: readonly Entry[]): Entry[] => list.filter((one) => one.about !== undefined);
      await until('the refusal', async () =>
        (await listed(server, `?subject=${eve.id}&outcome=refused`)).find(({ detail }) => detail?.['status'] === 401),
      );
      const known = await listed(server, `?subject=${eve.id}&limit=1000`);
      const actions = new Set(about(known).map(({ action }) => action));
      for (const action of [
        'auth.key_revoke',
        'auth.session_revoke',
        'auth.user_change',
        'auth.second_factor_reset',
        'auth.user_remove',
        'identity.user_created',
        'identity.key_revoked',
        'identity.session_revoked',
        'identity.user_changed',
      ])
        assert.ok(actions.has(action), `${action} is not among ${[...actions].join()}`);
      for (const { personal } of about(known)) assert.equal(personal?.['of'], eve.id);
      const whole = JSON.stringify(await listed(server, '?limit=1000'));
      for (const name of names) assert.ok(whole.includes(name));
      const { body } = await owned('POST', '/api/v1/privacy/export', { subject: eve.id });
      const exported = body['export'] as { pseudonym: string; entries: Entry[] };
      assert.equal(exported.entries.length, known.length);
      for (const { about: whose, personal } of exported.entries) {
        assert.equal(whose === undefined ? personal?.['name'] : personal?.['of'], eve.id);
        // Who did it is nothing of hers.
        if (whose !== undefined) assert.ok(!('name' in (personal ?? {})) && !('address' in (personal ?? {})));
      }
      const erased = (await owned('POST', '/api/v1/privacy/erase', { subject: eve.id })).body;
      assert.deepEqual([erased['erased'], erased['pseudonym']], [true, exported.pseudonym]);
      const left = await listed(server, `?subject=${exported.pseudonym}&limit=1000`);
      // And that it was exported, and that it was erased.
      assert.equal(left.length, known.length + 2);
      assert.deepEqual([left[0]?.action, left[0]?.request], ['privacy.erased', erased['request_id']]);
      for (const { role, about: whose, personal } of left) {
        if (whose === undefined) assert.equal(personal, null);
        else if (role === 'owner') assert.equal(personal?.['name'], 'owner');
        assert.ok(!('of' in (personal ?? {})) && !('target' in (personal ?? {})));
      }
      const after = JSON.stringify(await listed(server, '?limit=1000'));
      for (const name of names) assert.ok(!after.includes(name));
      const verified = await run(['audit', 'verify'], { ...env, VORTEXFLOW_DATA: server.dataFolder });
      assert.match(verified.stdout, /^intact\n/);
    });

    it('ends all sessions when it finds at a start that it was changed; the owner key stays', async (t) => {
      const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-test-'));
      t.after(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
      const alone = { ...env, AUDIT_ANCHOR_FILE: '' };
      const first = await launchServer({ env: alone, dataFolder });
      const login = await fetch(`${first.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${first.key}` },
        body: '{}',
      });
      const cookie = (login.headers.getSetCookie()[0] ?? '').split(';', 1)[0] as string;
      const how = async (one: LaunchedServer): Promise<unknown> =>
        ((await (await fetch(`${one.url}/api/v1/auth/me`, { headers: { cookie } })).json()) as WhoResponse).how;
      assert.equal(await how(first), 'session');
      await first.kill();
      const segment = join(dataFolder, 'audit', '000000000000.jsonl');
      const text = await readFile(segment, 'utf8');
      await writeFile(segment, text.replace('"auth.login","outcome":"done"', '"auth.login","outcome":"gone"'));
      assert.notEqual(await readFile(segment, 'utf8'), text);
      // The cookie is bound to the port.
      const second = await launchServer({ env: { ...alone, PORT: new URL(first.url).port }, dataFolder });
      try {
        assert.equal(second.url, first.url);
        await until('the end of the session', async () => ((await how(second)) === 'loopback' ? true : undefined));
        assert.match(second.output().stderr, /"level":60,.*"rule":"tampering"/);
        const told = await until(
          'the entry',
          async () => (await listed(second, '?action=identity.session_revoked'))[0],
        );
        assert.equal(told.role, 'server');
      } finally {
        await second.stop();
      }
    });

    it('is verified offline after the server was killed, has all that was acknowledged, and any change is found', async () => {
      const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-test-'));
      const one = await launchServer({ env, dataFolder });
      try {
        for (let i = 0; i < 5; i++)
          assert.equal((await ask(one, 'POST', '/api/v1/documents', document(`audit/${i}`))).status, 200);
        await one.kill();
        const offline = { ...env, VORTEXFLOW_DATA: dataFolder, AUDIT_ANCHOR_FILE: '' };
        const verify = (...more: string[]) => run(['audit', 'verify', '--json', ...more], offline);
        const intact = await verify('--anchor', join(keys, 'anchor'));
        // Checkpoints of the other server are in that file, too.
        assert.match(intact.stdout, /"kind":"anchor"/);
        assert.equal((await verify()).code, 0);
        const exported = await run(['audit', 'export'], offline);
        const file = join(dataFolder, 'export.jsonl');
        await writeFile(file, exported.stdout);
        assert.deepEqual(JSON.parse((await verify(file)).stdout).problem, null);
        const shown = (await run(['audit', 'show'], offline)).stdout;
        assert.equal(shown.match(/done {4}document\.put owner owner \/api\/v1\/documents/g)?.length, 5, shown);
        const segment = join(dataFolder, 'audit', '000000000000.jsonl');
        await copyFile(segment, `${segment}.kept`);
        await writeFile(segment, (await readFile(segment, 'utf8')).replace('"status":200', '"status":201'));
        const changed = await verify();
        assert.equal(changed.code, 1);
        assert.match(changed.stdout, /its bytes do not fit its hash/);
        // The server starts on it, says so, and answers.
        const second = await launchServer({ env, dataFolder });
        try {
          await until('the finding', async () => {
            const health = (await ask(second, 'GET', '/health', undefined, null)).body as unknown as HealthResponse;
            return health.components['audit']?.detail.includes('tampered with') === true ? true : undefined;
          });
          assert.equal((await ask(second, 'POST', '/api/v1/process', { input: 'What is a dog?' }, null)).status, 200);
          assert.match(second.output().stderr, /"rule":"tampering"/);
          const metrics = await (await fetch(`${second.url}/metrics`)).text();
          assert.match(metrics, /^vortex_audit_tampered 1$/m);
          assert.match(metrics, /^vortex_audit_incidents_total\{rule="tampering"\} [1-9]/m);
          const told = await until('the entry', async () => (await listed(second, '?action=incident.tampering'))[0]);
          assert.equal(told.outcome, 'noted');
        } finally {
          await second.stop();
        }
      } finally {
        await one.kill();
        await rm(dataFolder, { recursive: true, force: true });
      }
    });

    const skip = process.env['CI'] ? false : (smallDiskMissing ?? false);
    it('that cannot be written lets nothing be changed; questions go on', { skip }, async (t) => {
      const disk = await mountSmallDisk(90 << 20);
      t.after(() => disk.remove());
      const one = await launchServer({ env: { ...env, AUDIT_ANCHOR_FILE: '' }, dataFolder: disk.folder });
      t.after(() => one.kill());
      assert.equal((await ask(one, 'POST', '/api/v1/documents', document('audit/before'))).status, 200);
      disk.fill();
      let refused: Awaited<ReturnType<typeof ask>> | null = null;
      for (let i = 0; i < 100 && refused === null; i++) {
        const answer = await ask(one, 'PATCH', '/api/v1/layout', { colour: 'x'.repeat(10) });
        if (answer.status === 507) refused = answer;
        else for (let j = 0; j < 5; j++) await ask(one, 'DELETE', `/api/v1/documents/${'y'.repeat(500)}${j}`);
      }
      assert.equal(
        refused?.body['code'] ?? (await ask(one, 'DELETE', '/api/v1/documents/nothing')).body['code'],
        'audit_unavailable',
      );
      assert.equal((await ask(one, 'DELETE', '/api/v1/documents/audit%2Fbefore')).status, 507);
      assert.equal((await ask(one, 'GET', '/api/v1/documents/audit%2Fbefore')).status, 200, 'it was done all the same');
      for (let i = 0; i < 5; i++)
        assert.equal((await ask(one, 'POST', '/api/v1/process', { input: `What is a whale? ${i}` }, null)).status, 200);
      const health = (await ask(one, 'GET', '/health', undefined, null)).body as unknown as HealthResponse;
      assert.match(health.components['audit']?.detail ?? '', /cannot be written/);
      await disk.empty();
      assert.equal((await ask(one, 'DELETE', '/api/v1/documents/audit%2Fbefore')).status, 200);
    });
  });
}

describe('the key of the audit log', { timeout: 240_000 }, () => {
  it('is made in the configuration folder of the user, else in the data folder with a word about it', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-home-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { openLogKey } = await import('./key-file.ts');
    const before = process.env['XDG_CONFIG_HOME'];
    t.after(() => {
      if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
      else process.env['XDG_CONFIG_HOME'] = before;
    });
    process.env['XDG_CONFIG_HOME'] = join(folder, 'config');
    const outside = await openLogKey(null, join(folder, 'data'));
    assert.deepEqual([outside.file, outside.isInside], [join(folder, 'config', 'vortexflow', 'audit.key'), false]);
    // A file stands where the folder is to be.
    await writeFile(join(folder, 'file'), '');
    process.env['XDG_CONFIG_HOME'] = join(folder, 'file');
    const inside = await openLogKey(null, join(folder, 'data'));
    assert.deepEqual([inside.file, inside.isInside], [join(folder, 'data', 'audit.key'), true]);
    await assert.rejects(openLogKey(join(folder, 'file', 'key'), folder), /AUDIT_KEY_FILE cannot be used/);
    assert.equal(dirname(inside.file), join(folder, 'data'));
  });
});

describe('privacy without a server', { timeout: 120_000 }, () => {
  it('is asked for on the files, and the log says by whom', async (t) => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-privacy-'));
    t.after(() => rm(dataFolder, { recursive: true, force: true }));
    const env = { VORTEXFLOW_DATA: dataFolder, AUDIT_KEY_FILE: join(dataFolder, 'keys', 'audit.key') };
    const told = async (...args: string[]) => JSON.parse((await run(args, env)).stdout) as Record<string, unknown>;
    assert.equal((await told('privacy', 'export', 'nobody'))['pseudonym'], null);
    // Whoever has the folder is its owner, who is known by now.
    const exported = await told('privacy', 'export', 'owner');
    assert.equal((exported['entries'] as unknown[]).length, 1);
    assert.equal((await told('privacy', 'erase', 'nobody'))['erased'], false);
    assert.equal((await told('privacy', 'erase', 'owner'))['erased'], true);
    const { stdout } = await run(['audit', 'show', '--json'], env);
    const entries = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Entry]));
    assert.deepEqual(
      entries
        .filter(({ action }) => action.startsWith('privacy.'))
        .map(({ action, role, subject, personal }) => [action, role, subject === exported['pseudonym'], personal]),
      [
        ['privacy.exported', 'command_line', true, null],
        ['privacy.exported', 'command_line', true, null],
        ['privacy.erased', 'command_line', true, null],
      ],
    );
    assert.match((await run(['audit', 'verify'], env)).stdout, /^intact\n/);
  });
});
