/** Access as its users see it: the same for a server of one process and for one of several. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import type { ApiKeyResponse, ErrorResponse, LoginResponse, WhoResponse } from '@vortexflow/protocol';
import { type LaunchedServer, launchServer, nostrHeader, nostrKey, totpCode } from '@vortexflow/testkit';
import { WebSocket } from 'ws';

const KEY = await nostrKey(11);
/** Behind a proxy on this machine, as far as the server can tell. */
const from = (address: string) => ({ 'x-forwarded-for': address });
const AWAY = from('203.0.113.9');

/** `fetch` sends no Host of ours. */
async function statusAs(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

for (const [name, workers] of [
  ['of one process', '0'],
  ['of several processes', '2'],
] as const) {
  describe(`access to a server ${name}`, () => describeAccess({ WORKERS: workers }));
}

describe('access to a server behind a proxy that speaks TLS', () => {
  const ORIGIN = 'https://graph.example';
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer({ env: { PUBLIC_ORIGIN: ORIGIN, WORKERS: '0' } });
  });
  after(() => server.stop());

  const post = (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(server.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const owner = () => ({ authorization: `Bearer ${server.key}` });

  it('gives a cookie that only TLS carries, and takes it from its own pages alone', async () => {
    const response = await post('/api/v1/auth/login', '{}', owner());
    const [set = ''] = response.headers.getSetCookie();
    assert.equal(response.headers.get('strict-transport-security'), 'max-age=63072000');
    assert.match(set, /^__Host-vortexflow=vfs_\w+; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200$/);
    const cookie = set.split(';', 1)[0] as string;
    const ticket = (origin: string) => post('/api/v1/auth/ticket', '{}', { cookie, origin, host: 'graph.example' });
    assert.equal((await ticket(ORIGIN)).status, 200);
    assert.equal((await ticket('https://other.graph.example')).status, 403);
    assert.equal((await ticket('http://graph.example')).status, 403);
  });

  it('answers to its own names alone', async () => {
    const statusOf = (path: string, host: string): Promise<number | undefined> =>
      statusAs(server.url + path, { host, ...owner() });
    for (const host of ['graph.example', 'GRAPH.example:443', 'localhost', '127.0.0.1:1'])
      assert.equal(await statusOf('/api/v1/graph', host), 200, host);
    for (const host of ['other.example', 'graph.example.other.example', 'xgraph.example', '192.0.2.7'])
      assert.equal(await statusOf('/api/v1/graph', host), 400, host);
    assert.equal(await statusOf('/health', 'other.example'), 200, 'whoever looks after it may call it by its address');
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`, {
      headers: { host: 'other.example', ...owner() },
    });
    const refusal = await new Promise<string>((resolve) => socket.once('error', (error) => resolve(error.message)));
    assert.match(refusal, /400/);
  });

  it('binds links and signatures to that address', async () => {
    const made = (await (await post('/api/v1/auth/links', '{}', owner())).json()) as { url: string };
    assert.ok(made.url.startsWith(`${ORIGIN}/#link=`));
    const user = JSON.stringify({ name: 'Ada', role: 'reader', nostr: KEY.publicKey });
    assert.equal((await post('/api/v1/auth/users', user, owner())).status, 201);
    const login = async (origin: string): Promise<number> => {
      const { nonce } = (await (await post('/api/v1/auth/challenge', '{}', {})).json()) as { nonce: string };
      const body = JSON.stringify({ nonce });
      const url = `${origin}/api/v1/auth/login`;
      const event = KEY.sign({ url, method: 'POST', body, at: Math.floor(Date.now() / 1000) });
      return (await post('/api/v1/auth/login', body, { authorization: nostrHeader(event) })).status;
    };
    assert.equal(await login(ORIGIN), 200);
    assert.equal(await login(server.url), 401, 'what is signed for a local address is good on every machine');
  });
});

describe('access to a server with a short owner key', () => {
  it('looks at no guess while guesses must wait, not even at one that is right', async (t) => {
    const env = { VORTEXFLOW_OWNER_KEY: 'correct-horse-battery', TRUSTED_PROXIES: '127.0.0.1', WORKERS: '0' };
    const server = await launchServer({ env });
    t.after(() => server.stop());
    const statusOf = async (key: string): Promise<number> =>
      (await fetch(`${server.url}/api/v1/graph`, { headers: { authorization: `Bearer ${key}`, ...AWAY } })).status;
    assert.equal(await statusOf('correct-horse-battery'), 200);
    const renamed = { host: 'upstream', authorization: 'Bearer correct-horse-battery', ...AWAY };
    const status = await statusAs(`${server.url}/api/v1/graph`, renamed);
    assert.equal(status, 200, 'a proxy that is believed may call it by a name of its own');
    for (let i = 0; i < 10; i++) assert.equal(await statusOf(`guess-${i}`), 401);
    assert.equal(await statusOf('correct-horse-battery'), 429);
  });
});

function describeAccess(env: Record<string, string>): void {
  let server: LaunchedServer;
  before(async () => {
    const access = { TRUSTED_PROXIES: '127.0.0.1', CORS_ORIGINS: 'https://app.example', RATE_PER_ADDRESS: '4' };
    server = await launchServer({ env: { ...env, ...access } });
  });
  after(() => server.stop());

  type Headers = Record<string, string>;
  const send = (method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Response> =>
    fetch(server.url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const owner = (): Headers => ({ authorization: `Bearer ${server.key}` });
  const me = async (headers: Headers): Promise<WhoResponse> =>
    (await (await send('GET', '/api/v1/auth/me', headers)).json()) as WhoResponse;
  const codeOf = async (response: Response): Promise<string> => ((await response.json()) as ErrorResponse).code;
  const refused = async (response: Promise<Response>, status: number, code: string): Promise<void> => {
    const given = await response;
    assert.deepEqual([given.status, await codeOf(given)], [status, code]);
  };

  /** A session of the owner: its cookie as a browser sends it back. */
  async function session(): Promise<{ cookie: string; set: string }> {
    const made = (await (await send('POST', '/api/v1/auth/links', owner())).json()) as { url: string };
    const link = new URLSearchParams(new URL(made.url).hash.slice(1)).get('link');
    const response = await send('POST', '/api/v1/auth/login', {}, { link });
    assert.equal(response.status, 200, await response.clone().text());
    return cookieOf(response);
  }

  function cookieOf(response: Response): { cookie: string; set: string } {
    const [set = ''] = response.headers.getSetCookie();
    return { set, cookie: set.split(';', 1)[0] as string };
  }

  async function createKey(scopes: readonly string[], more: object = {}): Promise<ApiKeyResponse> {
    const response = await send('POST', '/api/v1/auth/keys', owner(), {
      name: 'test',
      scopes,
      expires_in_days: 1,
      ...more,
    });
    assert.equal(response.status, 201, await response.clone().text());
    return (await response.json()) as ApiKeyResponse;
  }

  describe('who one is', () => {
    it('is a reader without an account on this machine, and nobody from outside', async () => {
      const local = await me({});
      assert.deepEqual([local.role, local.how, local.permissions], ['reader', 'loopback', ['public', 'look', 'ask']]);
      const away = await me(AWAY);
      assert.deepEqual([away.role, away.how, away.permissions], ['guest', 'none', ['public']]);
      await refused(send('GET', '/api/v1/graph', AWAY), 401, 'unauthenticated');
    });

    it('is the owner with the owner key, from wherever', async () => {
      assert.equal((await me({ ...owner(), ...AWAY })).role, 'owner');
    });

    it('cannot be said by a caller in the names that our own processes use', async () => {
      const forged = {
        'x-vortexflow-principal': 'owner-key owner - owner public,look,ask,manage,own',
        'x-vortexflow-peer': '127.0.0.1',
      };
      assert.equal((await me({ ...forged, ...AWAY })).role, 'guest');
      await refused(send('POST', '/api/v1/auth/links', forged), 401, 'unauthenticated');
    });
  });

  describe('API keys', () => {
    it('let a program do what their scopes say, and nothing else', async () => {
      const { key, record } = await createKey(['look']);
      const headers = { authorization: `Bearer ${key}`, ...AWAY };
      assert.deepEqual((await me(headers)).permissions, ['public', 'look']);
      assert.equal((await send('GET', '/api/v1/graph', headers)).status, 200);
      await refused(send('POST', '/api/v1/process', headers, { input: 'dog' }), 403, 'forbidden');
      await refused(send('GET', '/api/v1/auth/keys', headers), 403, 'forbidden');
      assert.equal((await send('DELETE', `/api/v1/auth/keys/${record.id}`, owner())).status, 204);
    });

    it('are listed without their secrets', async () => {
      const { key, record } = await createKey(['ask']);
      const text = await (await send('GET', '/api/v1/auth/keys', owner())).text();
      assert.ok(text.includes(record.id));
      assert.ok(!text.includes(key.slice(18)) && !text.includes('hash'));
      await refused(send('GET', '/api/v1/auth/keys'), 401, 'unauthenticated');
    });

    it('count no more from the moment that they are revoked', async () => {
      const { key, record } = await createKey(['look']);
      const headers = { authorization: `Bearer ${key}` };
      assert.equal((await send('GET', '/api/v1/graph', headers)).status, 200);
      assert.equal((await send('DELETE', `/api/v1/auth/keys/${record.id}`, owner())).status, 204);
      for (let i = 0; i < 6; i++) await refused(send('GET', '/api/v1/graph', headers), 401, 'unauthenticated');
      await refused(send('DELETE', `/api/v1/auth/keys/${record.id}`, owner()), 404, 'identity_not_found');
    });

    it("configure as an administrator, and do what is the owner's alone with no scope at all", async () => {
      const headers = async (scope: string): Promise<Headers> => ({
        authorization: `Bearer ${(await createKey([scope])).key}`,
        'if-match': '*',
      });
      const configure = await headers('configure');
      const patch = (set: object) => send('PATCH', '/api/v1/config', configure, set);
      assert.equal((await send('GET', '/api/v1/config', configure)).status, 200);
      assert.equal((await patch({ min_confidence: 0.6 })).status, 200);
      await refused(patch({ cascade: true }), 403, 'config_protected');
      await refused(send('PATCH', '/api/v1/layout', configure, {}), 403, 'forbidden');
      await refused(send('GET', '/api/v1/audit', configure), 403, 'forbidden');
      const audit = await headers('audit');
      assert.equal((await send('GET', '/api/v1/audit', audit)).status, 200);
      await refused(send('GET', '/api/v1/config', audit), 403, 'forbidden');
      for (const path of ['/api/v1/privacy/export', '/api/v1/privacy/erase'])
        await refused(send('POST', path, audit, { subject: 'owner' }), 403, 'forbidden');
      const change = await headers('change');
      assert.equal((await send('DELETE', '/api/v1/layout/pins', change)).status, 200);
      await refused(send('POST', '/api/v1/feedback', change, { request_id: 'x', correct: true }), 403, 'forbidden');
    });

    it('need a name, known scopes and an end', async () => {
      for (const body of [
        {},
        { name: '', scopes: ['look'], expires_in_days: 1 },
        { name: 'x', scopes: [], expires_in_days: 1 },
        { name: 'x', scopes: ['manage'], expires_in_days: 1 },
        { name: 'x', scopes: ['look'], expires_in_days: 0 },
        { name: 'x', scopes: ['look'], expires_in_days: 1, more: 1 },
      ])
        await refused(send('POST', '/api/v1/auth/keys', owner(), body), 400, 'request_invalid');
    });
  });

  describe('sessions', () => {
    it('begin with an owner link, which counts once, in a cookie that no script reads', async () => {
      const made = (await (await send('POST', '/api/v1/auth/links', owner())).json()) as { url: string };
      assert.ok(made.url.startsWith(`${server.url.replace('localhost', '127.0.0.1')}/#link=vfl_`), made.url);
      const body = { link: made.url.split('=')[1] };
      const response = await send('POST', '/api/v1/auth/login', {}, body);
      const { cookie, set } = cookieOf(response);
      assert.match(set, /^vortexflow_\d+=vfs_[a-z0-9_]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.equal(((await response.json()) as LoginResponse).role, 'owner');
      assert.equal((await me({ cookie, ...AWAY })).how, 'session');
      await refused(send('POST', '/api/v1/auth/login', {}, body), 401, 'sign_in_refused');
    });

    it('change nothing for a page that is not ours', async () => {
      const { cookie } = await session();
      const change = (headers: Headers) =>
        send('POST', '/api/v1/auth/keys', { cookie, ...headers }, { name: 'x', scopes: ['look'], expires_in_days: 1 });
      await refused(change({}), 403, 'forbidden');
      await refused(change({ origin: 'https://evil.example' }), 403, 'forbidden');
      await refused(change({ origin: 'null' }), 403, 'forbidden');
      await refused(change({ origin: 'https://app.example' }), 403, 'forbidden');
      await refused(change({ 'sec-fetch-site': 'same-site' }), 403, 'forbidden');
      await refused(change({ 'sec-fetch-site': 'cross-site' }), 403, 'forbidden');
      assert.equal((await change({ origin: server.url })).status, 201);
      assert.equal((await change({ 'sec-fetch-site': 'same-origin' })).status, 201);
    });

    it('are listed and ended, each at once', async () => {
      const [one, other] = [await session(), await session()];
      const list = async () =>
        (
          (await (await send('GET', '/api/v1/auth/sessions', { cookie: one.cookie })).json()) as {
            sessions: { id: string; current: boolean }[];
          }
        ).sessions;
      const others = (await list()).filter(({ current }) => !current);
      assert.ok((await list()).some(({ current }) => current));
      for (const { id } of others)
        assert.equal(
          (await send('DELETE', `/api/v1/auth/sessions/${id}`, { cookie: one.cookie, origin: server.url })).status,
          204,
        );
      assert.equal((await me({ cookie: other.cookie })).how, 'loopback');
      assert.equal((await me({ cookie: one.cookie })).role, 'owner');
    });

    it('end with a sign-out', async () => {
      const { cookie } = await session();
      const response = await send('POST', '/api/v1/auth/logout', { cookie, origin: server.url });
      assert.equal(response.status, 204);
      assert.match(cookieOf(response).set, /Max-Age=0$/);
      assert.equal((await me({ cookie })).how, 'loopback');
    });

    it('begin with a key, and may do what it may', async () => {
      const { key } = await createKey(['look']);
      const response = await send('POST', '/api/v1/auth/login', { authorization: `Bearer ${key}` }, {});
      assert.deepEqual((await me({ cookie: cookieOf(response).cookie, ...AWAY })).permissions, ['public', 'look']);
      await refused(send('POST', '/api/v1/auth/login', {}, {}), 401, 'sign_in_refused');
    });
  });

  describe('a Nostr key', () => {
    const now = (): number => Math.floor(Date.now() / 1000);
    const challenge = async (): Promise<string> =>
      ((await (await send('POST', '/api/v1/auth/challenge')).json()) as { nonce: string }).nonce;
    const login = async (url: string, key = KEY): Promise<Response> => {
      const body = JSON.stringify({ nonce: await challenge() });
      const event = key.sign({ url, method: 'POST', body, at: now() });
      return send('POST', '/api/v1/auth/login', { authorization: nostrHeader(event) }, body);
    };
    const here = (): string => `${server.url}/api/v1/auth/login`;

    it('signs its user in, by the address that is configured or bound, never by the Host header', async () => {
      const body = { name: 'Ada', role: 'editor', nostr: KEY.publicKey };
      assert.equal((await send('POST', '/api/v1/auth/users', owner(), body)).status, 201);
      const response = await login(here());
      assert.equal(response.status, 200, await response.clone().text());
      assert.equal((await me({ cookie: cookieOf(response).cookie, ...AWAY })).role, 'editor');
      await refused(login('https://evil.example/api/v1/auth/login'), 401, 'nostr_refused');
      await refused(login(`${here()}?x=1`), 401, 'nostr_refused');
      await refused(login(here(), await nostrKey(12)), 401, 'nostr_refused');
    });

    it('signs the bytes of the body', async () => {
      const body = JSON.stringify({ nonce: await challenge() });
      const event = KEY.sign({ url: here(), method: 'POST', body, at: now() });
      await refused(
        send('POST', '/api/v1/auth/login', { authorization: nostrHeader(event) }, ` ${body}`),
        401,
        'nostr_refused',
      );
    });

    it('signs a nonce of ours, once', async () => {
      const body = JSON.stringify({ nonce: await challenge() });
      const sign = (at: number) => ({
        authorization: nostrHeader(KEY.sign({ url: here(), method: 'POST', body, at })),
      });
      assert.equal((await send('POST', '/api/v1/auth/login', sign(now()), body)).status, 200);
      await refused(send('POST', '/api/v1/auth/login', sign(now() - 1), body), 401, 'sign_in_refused');
    });

    it('is not taken anywhere else', async () => {
      const event = KEY.sign({ url: `${server.url}/api/v1/graph`, method: 'GET', body: null, at: now() });
      await refused(send('GET', '/api/v1/graph', { authorization: nostrHeader(event) }), 401, 'nostr_refused');
    });

    it('ends with its user', async () => {
      const { cookie } = cookieOf(await login(here()));
      const { users } = (await (await send('GET', '/api/v1/auth/users', owner())).json()) as {
        users: { id: string; nostr: string | null }[];
      };
      const ada = users.find(({ nostr }) => nostr === KEY.publicKey);
      await refused(send('GET', '/api/v1/auth/users', { cookie, origin: server.url }), 403, 'forbidden');
      assert.equal((await send('DELETE', `/api/v1/auth/users/${ada?.id}`, owner())).status, 204);
      assert.equal((await me({ cookie })).how, 'loopback');
      await refused(login(here()), 401, 'nostr_refused');
    });
  });

  describe('a second factor', () => {
    it('is asked for at the next sign-in, renews the session, and goes with a code', async () => {
      const { cookie } = await session();
      const path = '/api/v1/auth/me/second-factor';
      const own = { cookie, origin: server.url };
      const isEnrolled = async () => ((await (await send('GET', path, own)).json()) as { enrolled: boolean }).enrolled;
      assert.equal(await isEnrolled(), false);
      const { secret } = (await (await send('POST', path, own)).json()) as { secret: string };
      assert.equal(await isEnrolled(), false, 'not before a code was shown');
      // One moment for all: the next step may begin meanwhile.
      const step = Math.floor(Date.now() / 30_000);
      const code = (away: number): string => totpCode(secret, step + away);
      await refused(send('PUT', path, own, { code: '0000000' }), 401, 'second_factor_refused');
      const confirmed = await send('PUT', path, own, { code: code(0) });
      assert.equal(confirmed.status, 200, await confirmed.clone().text());
      const { recovery_codes } = (await confirmed.json()) as { recovery_codes: string[] };
      assert.equal((await me({ cookie })).how, 'loopback', 'the old cookie is void');
      const renewed = { cookie: cookieOf(confirmed).cookie, origin: server.url };
      assert.equal((await me(renewed)).role, 'owner');
      const { request_id: _id, ...view } = (await (await send('GET', path, renewed)).json()) as { request_id: string };
      assert.deepEqual(view, { enrolled: true, recovery_codes_left: 10 });

      const made = (await (await send('POST', '/api/v1/auth/links', owner())).json()) as { url: string };
      const half = await send('POST', '/api/v1/auth/login', {}, { link: made.url.split('=')[1] });
      assert.deepEqual(half.headers.getSetCookie(), []);
      const { ticket } = (await half.json()) as { ticket: string };
      const second = (given: string) => send('POST', '/api/v1/auth/second-factor', {}, { ticket, code: given });
      await refused(second(code(0)), 401, 'second_factor_refused');
      assert.equal((await second(code(1))).status, 200);
      await refused(second(code(1)), 401, 'sign_in_refused');
      assert.equal((await send('DELETE', path, renewed, { code: recovery_codes[0] })).status, 204);
      assert.match((await session()).cookie, /=vfs_/);
    });
  });

  describe('WebSockets', () => {
    const address = (ticket?: string): string =>
      `${server.url.replace('http', 'ws')}/ws/graph${ticket === undefined ? '' : `?ticket=${ticket}`}`;
    const ticket = async (headers: Headers): Promise<string> =>
      ((await (await send('POST', '/api/v1/auth/ticket', headers)).json()) as { ticket: string }).ticket;
    /** Resolves with the status of the answer: 101 when it is open. */
    const open = (url: string, headers: Headers): Promise<{ status: number; socket: WebSocket }> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, { headers });
        socket.on('error', () => undefined);
        socket.once('open', () => resolve({ status: 101, socket }));
        socket.once('unexpected-response', (_request, response) =>
          resolve({ status: response.statusCode ?? 0, socket }),
        );
      });

    it('open with a ticket, once', async () => {
      const { key } = await createKey(['look']);
      const given = await ticket({ authorization: `Bearer ${key}` });
      const first = await open(address(given), AWAY);
      assert.equal(first.status, 101);
      first.socket.terminate();
      assert.equal((await open(address(given), AWAY)).status, 401);
      assert.equal((await open(address(), AWAY)).status, 401);
    });

    it('of a page open with a ticket alone: what a browser takes along by itself opens none', async () => {
      const { cookie } = await session();
      const origin = server.url;
      const ask = async (headers: Headers): Promise<number> => (await open(address(), headers)).status;
      assert.equal(await ask({ cookie, origin }), 401);
      assert.equal(await ask({ cookie }), 401);
      assert.equal(await ask({ origin }), 401, 'nor being on this machine');
      for (const headers of [{ cookie, origin }, { origin }]) {
        const { status, socket } = await open(address(await ticket(headers)), headers);
        assert.equal(status, 101);
        socket.terminate();
      }
      const { status, socket } = await open(address(), {});
      assert.equal(status, 101, 'another program on this machine');
      socket.terminate();
    });

    it('of a session close when it ends', async () => {
      const { cookie } = await session();
      const headers = { cookie, origin: server.url };
      const { socket, status } = await open(address(await ticket(headers)), headers);
      assert.equal(status, 101);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      assert.equal((await send('POST', '/api/v1/auth/logout', headers)).status, 204);
      await closed;
    });

    it('open for nobody who may not look', async () => {
      const { key } = await createKey(['ask']);
      assert.equal((await open(address(), { authorization: `Bearer ${key}`, ...AWAY })).status, 403);
    });

    it('do not open for the page of another site, with whatever it comes', async () => {
      const given = await ticket(owner());
      assert.equal((await open(address(given), { origin: 'https://evil.example' })).status, 403);
      assert.equal((await open(address(), { origin: 'https://evil.example' })).status, 403);
    });

    it('close when the key that opened them is revoked', async () => {
      const { key, record } = await createKey(['look']);
      const { socket, status } = await open(address(await ticket({ authorization: `Bearer ${key}` })), AWAY);
      assert.equal(status, 101);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      await send('DELETE', `/api/v1/auth/keys/${record.id}`, owner());
      await closed;
    });
  });

  describe('limits', () => {
    /** Asks until there is a refusal; 20 are free at once, and 4 more each second. @returns the refusal */
    async function untilLimited(ask: (i: number) => Promise<Response>): Promise<Response> {
      const since = performance.now();
      const all: Response[] = [];
      const isLimited = ({ status }: Response): boolean => status === 429;
      while (!all.some(isLimited)) all.push(...(await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i)))));
      const served = all.filter(({ status }) => status === 200).length;
      const most = 21 + 4 * ((performance.now() - since) / 1000);
      assert.ok(served >= 20 && served <= most, `${served} of ${all.length} were served, ${most} at most`);
      return all.find(isLimited) as Response;
    }

    it('let an address ask so much, then say when to come again; others go on', async () => {
      const headers = from('198.51.100.20');
      const limited = await untilLimited(() => send('GET', '/api/v1/auth/me', headers));
      assert.ok(Number(limited.headers.get('retry-after')) >= 1);
      assert.equal(await codeOf(limited), 'rate_limited');
      assert.equal((await send('GET', '/api/v1/auth/me', from('198.51.100.21'))).status, 200);
      assert.equal((await send('GET', '/health', headers)).status, 200, 'health is free');
      assert.equal((await send('GET', '/api/v1/graph', { ...owner(), ...headers })).status, 200, 'so is the owner');
    });

    it('hold for every spelling of an address', async () => {
      const headers = from('198.51.100.22');
      const spelt = ['/api/v1/auth/me', '/%61pi/v1/auth/me', '/api/v1/%61uth/me'];
      await untilLimited((i) => send('GET', spelt[i % 3] as string, headers));
      assert.equal((await send('GET', '/%61pi/v1/graph', { ...owner(), ...headers })).status, 200);
    });

    it('do not count who sits at the machine', async () => {
      for (let i = 0; i < 60; i++) assert.equal((await send('GET', '/api/v1/auth/me')).status, 200);
    });

    it('let nobody guess keys for long, and do not stop others', async () => {
      const guess = (i: number) =>
        send('GET', '/api/v1/graph', { authorization: `Bearer guess-${i}`, ...from('198.51.100.30') });
      for (let i = 0; i < 10; i++) assert.equal((await guess(i)).status, 401);
      assert.equal((await guess(10)).status, 429);
      const waits: number[] = [];
      for (let i = 0; i < 100; i++) waits.push(Number((await guess(i)).headers.get('retry-after')));
      assert.ok((waits.at(-1) as number) > (waits[0] as number), waits.join(' '));
      assert.equal((await send('GET', '/api/v1/graph', { ...owner(), ...from('198.51.100.31') })).status, 200);
      assert.equal(
        (await send('GET', '/api/v1/graph', { authorization: 'Bearer wrong' })).status,
        401,
        'nor the machine itself',
      );
    });
  });

  describe('incidents', () => {
    const incidents = async (rule: string): Promise<number> => {
      const text = await (await send('GET', '/metrics')).text();
      return Number(new RegExp(`^vortex_audit_incidents_total\\{rule="${rule}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    };

    it('lock an address out that goes on with what is wrong, but not who shows there what nobody could guess', async () => {
      const there = (headers: Headers, path = '/api/v1/graph'): Promise<Response> =>
        send('GET', path, { ...headers, ...from('198.51.100.40') });
      const { key } = await createKey(['look']);
      const { cookie } = await session();
      const before = await incidents('failures_by_address');
      for (let i = 0; i < 20; i++) await there({ authorization: 'Bearer wrong' });
      assert.equal(await incidents('failures_by_address'), before + 1);
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Nostr e30=' }]) {
        const locked = await there(headers, '/api/v1/auth/login');
        assert.equal(locked.status, 429);
        assert.ok(Number(locked.headers.get('retry-after')) > 200, 'for minutes');
      }
      for (const headers of [owner(), { cookie }, { authorization: `Bearer ${key}` }])
        assert.equal((await there(headers)).status, 200);
      const code = await send(
        'POST',
        '/api/v1/auth/second-factor',
        { ...owner(), ...from('198.51.100.40') },
        { ticket: 'vft_x', code: '000000' },
      );
      assert.equal(code.status, 429, 'codes are short');
    });

    it('are none when somebody only happens to be where guesses came from, and nobody waits longer for him', async () => {
      const there = (headers: Headers = {}): Promise<Response> =>
        send('GET', '/api/v1/graph', { ...headers, ...from('198.51.100.43') });
      for (let i = 0; i < 10; i++) assert.equal((await there({ authorization: 'Bearer wrong' })).status, 401);
      const before = await incidents('failures_by_address');
      for (let i = 0; i < 60; i++) {
        assert.equal((await there(owner())).status, 200);
        const waiting = await there();
        assert.ok(waiting.status === 401 || Number(waiting.headers.get('retry-after')) <= 10, `${waiting.status}`);
      }
      assert.equal(await incidents('failures_by_address'), before);
    });

    it('are told of somebody who is refused from many places, and lock nobody out for it', async () => {
      const { key } = await createKey(['look']);
      const wrong = (i: number): Promise<Response> =>
        send('DELETE', '/api/v1/documents/x', { authorization: `Bearer ${key}`, ...from(`198.51.100.${100 + i}`) });
      const before = await incidents('failures_by_subject');
      for (let i = 0; i < 20; i++) assert.equal((await wrong(i)).status, 403);
      assert.equal(await incidents('failures_by_subject'), before + 1);
      for (const i of [0, 19]) assert.equal((await wrong(i)).status, 403);
    });

    it('are none when somebody is only asked to sign in', async () => {
      const before = await incidents('failures_by_address');
      for (let i = 0; i < 40; i++) await send('GET', '/api/v1/graph', from('198.51.100.42'));
      assert.equal(await incidents('failures_by_address'), before);
      assert.equal((await send('GET', '/api/v1/graph', { ...owner(), ...from('198.51.100.42') })).status, 200);
    });

    it('end the sessions of somebody whose session is used from two places at once', async () => {
      const [one, other] = [await session(), await session()];
      const at = (address: string) => me({ cookie: one.cookie, ...from(address) });
      assert.equal((await at('198.51.100.50')).how, 'session');
      for (const address of ['2001:db8:0:1::1', '198.51.100.51'])
        assert.equal((await at(address)).how, 'session', 'who moves, or has both versions of IP, keeps it');
      await at('198.51.100.50');
      assert.equal((await at('198.51.100.50')).how, 'none');
      assert.equal((await me({ cookie: other.cookie })).how, 'loopback');
      assert.equal((await me(owner())).role, 'owner');
      assert.equal(await incidents('session_moved'), 1);
    });
  });

  describe('what the audit log holds', () => {
    interface Entry {
      readonly action: string;
      readonly outcome: string;
      readonly role?: string;
      readonly detail?: Readonly<Record<string, unknown>>;
      readonly personal: Readonly<Record<string, unknown>> | null;
    }
    const entries = async (query: string): Promise<readonly Entry[]> =>
      ((await (await send('GET', `/api/v1/audit?${query}`, owner())).json()) as { entries: Entry[] }).entries;

    /** Refusals, and what became of users and keys, are written behind. */
    async function until(
      look: () => Promise<readonly Entry[]>,
      isEnough: (found: readonly Entry[]) => boolean,
    ): Promise<readonly Entry[]> {
      const end = Date.now() + 20_000;
      for (;;) {
        const found = await look();
        if (isEnough(found) || Date.now() > end) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }

    it('is who did what, by his id, and what became of keys and sessions', async () => {
      const user = { name: 'Eve', role: 'editor', nostr: (await nostrKey(13)).publicKey };
      const made = (await (await send('POST', '/api/v1/auth/users', owner(), user)).json()) as { user: { id: string } };
      const [created] = await entries('action=auth.user_create&limit=1');
      assert.deepEqual([created?.outcome, created?.role, created?.personal?.['name']], ['done', 'owner', 'owner']);
      const [told] = await until(
        () => entries('action=identity.user_created&limit=1'),
        ([newest]) => newest?.personal?.['of'] === made.user.id,
      );
      assert.deepEqual([told?.personal?.['name'], told?.personal?.['of']], ['owner', made.user.id]);
      const keysCreated = () => entries('action=identity.key_created&limit=200');
      const { length } = await keysCreated();
      const { key } = await createKey(['look', 'ask']);
      const [issued] = await until(
        keysCreated,
        (found) => found.length > length && /ask/.test(String(found[0]?.detail?.['scopes'])),
      );
      assert.deepEqual(issued?.detail, { scopes: 'look,ask' });
      // A key acts for whom it was made.
      await refused(send('DELETE', '/api/v1/documents/x', { authorization: `Bearer ${key}` }), 403, 'forbidden');
      const [removal] = await until(
        () => entries('action=document.remove&outcome=refused&limit=1'),
        ([newest]) => newest?.personal?.['name'] === 'owner',
      );
      assert.deepEqual([removal?.role, removal?.personal?.['name']], ['owner', 'owner']);
    });

    it('is each refusal once', async () => {
      const seen = async (): Promise<readonly Entry[]> =>
        (await entries('outcome=refused&limit=200')).filter(
          ({ personal }) => personal?.['address'] === '198.51.100.60',
        );
      const headers = from('198.51.100.60');
      await send('GET', '/api/v1/graph', headers);
      await send('GET', '/api/v1/graph', { ...headers, authorization: 'Bearer wrong' });
      await send('POST', '/api/v1/auth/login', headers, {});
      await send('PATCH', '/api/v1/layout', headers, {});
      assert.deepEqual(
        (await until(seen, ({ length }) => length >= 4)).map(({ action, role, detail }) => [
          action,
          role,
          detail?.['code'],
        ]),
        [
          ['layout.change', 'guest', 'unauthenticated'],
          ['auth.login', 'guest', 'sign_in_refused'],
          ['request', 'stranger', 'unauthenticated'],
          ['request', 'guest', 'unauthenticated'],
        ],
      );
    });
  });

  describe('pages of other sites', () => {
    it('read nothing, but those that the settings name', async () => {
      const open = await send('GET', '/api/v1/graph', { origin: 'https://app.example' });
      assert.equal(open.status, 200);
      assert.equal(open.headers.get('access-control-allow-origin'), 'https://app.example');
      assert.equal(open.headers.get('access-control-allow-credentials'), null);
      const shut = await send('GET', '/api/v1/graph', { origin: 'https://evil.example' });
      assert.equal(shut.status, 403);
      assert.equal(shut.headers.get('access-control-allow-origin'), null);
    });

    it('are told beforehand what they may do', async () => {
      const ask = (origin: string) =>
        send('OPTIONS', '/api/v1/process', {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        });
      const open = await ask('https://app.example');
      assert.equal(open.status, 204);
      assert.match(open.headers.get('access-control-allow-headers') ?? '', /authorization/);
      const shut = await ask('https://evil.example');
      assert.notEqual(shut.status, 204);
      assert.equal(shut.headers.get('access-control-allow-origin'), null);
    });
  });

  it('writes no secret to its log', async () => {
    const { key } = await createKey(['look']);
    const { cookie } = await session();
    await me({ authorization: `Bearer ${key}` });
    await send('GET', `/api/v1/nope?key=${key}`, { authorization: `Bearer ${key}` });
    const secrets = [server.key, key, cookie.split('=')[1] as string];
    const { stderr, stdout } = server.output();
    assert.match(stderr, /"event":"key_created"/);
    for (const secret of secrets) assert.ok(!stderr.includes(secret) && !stdout.includes(secret));
  });
}
