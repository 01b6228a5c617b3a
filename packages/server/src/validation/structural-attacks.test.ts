/** What no request may be: sent as bytes to a real server, alone and behind its front. Every one is refused, and it lives on. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { ErrorResponse, ProcessResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const CRLF = '\r\n';
const QUESTION = '{"input":"What is a dog?"}';
const LIMIT = 131_072;

/** A request as bytes. @param lines header lines on top of Host and those of the body */
function post(body: string | Buffer, lines: readonly string[] = [], type = 'application/json'): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    'POST /api/v1/process HTTP/1.1',
    'Host: 127.0.0.1',
    `Content-Type: ${type}`,
    `Content-Length: ${bytes.length}`,
  ];
  return Buffer.concat([Buffer.from([...head, ...lines, '', ''].join(CRLF), 'latin1'), bytes]);
}

const raw = (...lines: string[]): Buffer => Buffer.from(lines.join(CRLF), 'latin1');
const get = (target: string, ...lines: string[]): Buffer =>
  raw(`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, '', '');
const field = (value: string): string => `{"input":"x","min_confidence":${value}}`;
const nested = (open: string, close: string, depth: number): string =>
  `{"input":"x","mode":${open.repeat(depth)}1${close.repeat(depth)}}`;

type Attack = readonly [name: string, bytes: Buffer];

const JSON_ATTACKS: Attack[] = [
  ['cut off', post('{"input":"x"')],
  ['with single quotes', post("{'input':'x'}")],
  ['with a comma too many', post('{"input":"x",}')],
  ['with a comment', post('{"input":"x"/**/}')],
  ['with something behind it', post(`${QUESTION}${QUESTION}`)],
  ['with a byte order mark', post(`\ufeff${QUESTION}`)],
  ['in UTF-16', post(Buffer.from(QUESTION, 'utf16le'))],
  ['in Latin-1', post(Buffer.from('{"input":"caf\xe9"}', 'latin1'))],
  ['with overlong UTF-8', post(Buffer.from('{"input":"\xc0\xaf\xc0\xae"}', 'latin1'))],
  ['with a surrogate in UTF-8', post(Buffer.from('{"input":"\xed\xa0\x80"}', 'latin1'))],
  ['with half a surrogate pair', post('{"input":"\\udfff"}')],
  ['with NUL', post('{"input":"a\0b"}')],
  ['with NUL as an escape', post('{"input":"a\\u0000b"}')],
  ['with a tab in a text', post('{"input":"a\tb"}')],
  ['with a key twice', post('{"input":"x","input":"y"}')],
  ['with a key twice, disguised', post('{"input":"x","inp\\u0075t":"y"}')],
  ['with __proto__', post('{"input":"x","__proto__":{"is_admin":true}}')],
  ['with __proto__, disguised', post('{"input":"x","__pr\\u006fto__":1}')],
  ['with constructor', post('{"input":"x","constructor":{"prototype":{}}}')],
  ['with NaN', post(field('NaN'))],
  ['with Infinity', post(field('-Infinity'))],
  ['with a number beyond a double', post(field('1e999'))],
  ['with a number of 100,000 digits', post(field(`0.${'3'.repeat(100_000)}`))],
  ['with a hexadecimal number', post(field('0x1'))],
  ['of 10,000 lists in each other', post(nested('[', ']', 10_000))],
  ['of 10,000 objects in each other', post(nested('{"a":', '}', 10_000))],
  ['of 10,000 keys', post(`{"input":"x",${Array.from({ length: 10_000 }, (_, i) => `"${i * 65_536}":1`).join()}}`)],
  ['of 20,000 values', post(`{"input":"x","mode":[${Array(20_000).fill(1).join()}]}`)],
  ['larger than the limit', post(`{"input":"${'a'.repeat(LIMIT)}"}`)],
  ['of nothing', post('')],
  ['of blanks', post(' '.repeat(1000))],
];

const TYPE_ATTACKS: Attack[] = [
  '"x"',
  '5',
  'null',
  'true',
  '[]',
  '[{"input":"x"}]',
  '{}',
  '{"input":null}',
  '{"input":1}',
  '{"input":["x"]}',
  '{"input":{"$ne":""}}',
  '{"input":""}',
  '{"input":"  "}',
  '{"input":"x","is_admin":true}',
  '{"input":"x","mode":"toString"}',
  '{"input":"x","mode":1}',
  field('-0.1'),
  field('1.1'),
  field('"0.5"'),
  field('null'),
  '{"input":"x","top_k":0}',
  '{"input":"x","top_k":1e9}',
  '{"input":"x","top_k":1.5}',
  '{"input":"x","timeout_ms":-1}',
  '{"input":"x","sacred_only":"true"}',
  '{"input":"x","strategy":["Ensemble"]}',
].map((body) => [body, post(body)]);

const HTTP_ATTACKS: Attack[] = [
  ['a form', post('input=x', [], 'application/x-www-form-urlencoded')],
  ['plain text', post('x', [], 'text/plain')],
  ['XML', post('<input>x</input>', [], 'application/xml')],
  ['gzip', post(gzipSync(QUESTION), ['Content-Encoding: gzip'])],
  ['gzip twice', post(gzipSync(gzipSync('a'.repeat(1e6))), ['Content-Encoding: gzip, gzip'])],
  ['brotli', post(brotliCompressSync(QUESTION), ['Content-Encoding: br'])],
  ['deflate', post(deflateSync(QUESTION), ['content-encoding: DEFLATE'])],
  ['two hosts', get('/health', 'Host: evil.example')],
  ['two equal hosts', get('/health', 'host: 127.0.0.1')],
  ['no host', raw('GET /health HTTP/1.1', '', '')],
  ['a host with a path', raw('GET /health HTTP/1.1', 'Host: 127.0.0.1/admin', '', '')],
  ['a host with a user', raw('GET /health HTTP/1.1', 'Host: me@127.0.0.1', '', '')],
  ['a host with NUL', raw('GET /health HTTP/1.1', 'Host: local\0host', '', '')],
  ['two lengths', post(QUESTION, [`Content-Length: ${QUESTION.length + 1}`])],
  ['two equal lengths', post(QUESTION, [`Content-Length: ${QUESTION.length}`])],
  ['length and chunks', post(`0${CRLF}${CRLF}`, ['Transfer-Encoding: chunked'])],
  [
    'a length with a sign',
    raw(
      'POST /api/v1/process HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      'Content-Length: +26',
      '',
      QUESTION,
    ),
  ],
  [
    'an unknown coding',
    raw('POST /api/v1/process HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked', '', `0${CRLF}${CRLF}`),
  ],
  [
    'a coding twice',
    raw(
      'POST /api/v1/process HTTP/1.1',
      'Host: a',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: identity',
      '',
      `0${CRLF}${CRLF}`,
    ),
  ],
  ['a folded header', get('/health', 'X-A: b', ' c: d')],
  ['a header without a name', get('/health', ': b')],
  ['a blank before the colon', get('/health', 'X-A : b')],
  ['NUL in a header', get('/health', 'X-A: b\0c')],
  ['a header of 64 KB', get('/health', `X-A: ${'b'.repeat(65_536)}`)],
  ['1,000 headers', get('/health', ...Array.from({ length: 1_000 }, (_, i) => `X-${i}: 1`))],
  ['a target of 20 KB', get(`/${'a'.repeat(20_000)}`)],
  ['an absolute target', get('http://127.0.0.1/health')],
  ['an absolute target elsewhere', get('http://evil.example/health')],
  ['CONNECT', raw('CONNECT evil.example:80 HTTP/1.1', 'Host: evil.example:80', '', '')],
  ['TRACE', raw('TRACE /health HTTP/1.1', 'Host: 127.0.0.1', '', '')],
  ['an unknown method', raw('BREW /health HTTP/1.1', 'Host: 127.0.0.1', '', '')],
  ['OPTIONS *', raw('OPTIONS * HTTP/1.1', 'Host: 127.0.0.1', '', '')],
  ['a method that this address does not take', get('/api/v1/process')],
  ['HTTP/9.9', raw('GET /health HTTP/9.9', 'Host: 127.0.0.1', '', '')],
  ['no HTTP', raw('HELLO', '', '')],
  ['TLS', Buffer.from([22, 3, 1, 0, 5, 1, 0, 0, 1, 0])],
  [
    'a chunk without end',
    raw(
      'POST /api/v1/process HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      '',
      `zz${CRLF}`,
    ),
  ],
  [
    'a chunk of endless extensions',
    raw(
      'POST /api/v1/process HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      '',
      `1;${'a'.repeat(40_000)}${CRLF}x`,
    ),
  ],
  [
    'a length that is too short',
    raw(
      'POST /api/v1/process HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      'Content-Length: 5',
      '',
      QUESTION,
    ),
  ],
];

const PATH_ATTACKS: Attack[] = [
  '/..',
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/..%5c..%5cwindows',
  '/..\\..\\windows',
  '/assets/..;/x',
  '/%c0%ae%c0%ae/x',
  '/%252e%252e%252fetc',
  '/....//....//etc/passwd',
  '/%00',
  '/index.html%00.js',
  '/%ff',
  '/%',
  '/%zz',
  '/.env',
  '/.git/config',
  '/config.yaml',
  '/owner.key',
  '/node_modules/fastify/package.json',
  '/api/v1/documents/%2e%2e%2fowner.key',
  '/api/v1/graph/nodes/%00',
  `/api/v1/graph/nodes/${'A'.repeat(4000)}`,
  '/api/v1/graph/search?q=%00',
  '/api/v1/graph/search?q=a&q=b',
  '/docs/static/..%2f..%2fpackage.json',
].map((target) => [target, get(target)]);

/** Statuses of all answers on a connection, and what was said; it is closed after the first silence. */
async function send(url: string, bytes: Buffer): Promise<{ statuses: number[]; text: string }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
    // Another answer would follow at once.
    socket.setTimeout(100);
  });
  socket.setTimeout(10_000, () => socket.destroy());
  socket.once('close', () => resolve(text)).on('error', () => undefined);
  socket.write(bytes);
  const said = await promise;
  return { statuses: [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)), text: said };
}

for (const [name, WORKERS] of [
  ['one process', '0'],
  ['a front with a process behind it', '1'],
] as const) {
  describe(`structural attacks on ${name}`, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    const isAlive = async (): Promise<boolean> => (await fetch(`${server.url}/health/live`)).status === 200;

    for (const [kind, attacks] of [
      ['JSON', JSON_ATTACKS],
      ['a body', TYPE_ATTACKS],
      ['HTTP', HTTP_ATTACKS],
      ['a path', PATH_ATTACKS],
    ] as const) {
      for (const [attack, bytes] of attacks) {
        it(`refuses ${kind}: ${attack.slice(0, 60)}`, async () => {
          const { statuses, text } = await send(server.url, bytes);
          // A tunnel is not even refused: the connection is closed.
          assert.ok(statuses.length > 0 || attack === 'CONNECT', 'no answer');
          for (const status of statuses) assert.ok(status >= 400 && status < 500, text.slice(0, 300));
          assert.doesNotMatch(text, /root:.*:0:0|"dependencies"|\[core\]|node_modules\/|\bat \w+ \(/);
          assert.ok(await isAlive());
        });
      }
    }

    it('tells of a refusal where it is, what was expected and what to change', async () => {
      const cases: [string, string, RegExp, RegExp][] = [
        ['{"input":"x","imput":1}', '/imput', /no other keys than input/, /Did you mean "input"/],
        ['{"input":"x","mode":"fast"}', '/mode', /one of Fast/, /Did you mean "Fast"/],
        ['{"input":"x","top_k":"8"}', '/top_k', /an integer/, /without quotes: 8/],
        ['{"mode":"Fast"}', '/input', /a value/, /Add "input"/],
        ['{"input":"x","top_k":{"a":[1,{"b":1,"b":2}]}}', '/top_k/a/1/b', /once/, /once/],
        ['{"input":"x"', '/input', /comma/, /Close/],
      ];
      for (const [body, pointer, expected, hint] of cases) {
        const response = await fetch(`${server.url}/api/v1/process`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        const error = (await response.json()) as ErrorResponse;
        assert.equal(response.status, 400);
        assert.equal(error.details?.['pointer'], pointer, body);
        assert.match(String(error.details?.['expected']), expected);
        assert.match(error.hint ?? '', hint);
      }
    });

    it('tells the same of pages of the log, and of a host that is not its own', async () => {
      const owner = { authorization: `Bearer ${server.key}` };
      const json = { ...owner, 'content-type': 'application/json' };
      const cases: [string, RequestInit, number, string, string][] = [
        ['/audit?imit=5', { headers: owner }, 400, 'request_invalid', '/querystring/imit'],
        ['/audit?limit=x', { headers: owner }, 400, 'request_invalid', '/querystring/limit'],
        ['/audit?since=yesterday', { headers: owner }, 400, 'request_invalid', '/querystring/since'],
        ['/audit/proof', { headers: owner }, 400, 'request_invalid', '/querystring'],
        ['/privacy/export', { method: 'POST', headers: json }, 400, 'body_empty', ''],
        [
          '/privacy/export',
          { method: 'POST', headers: json, body: '{"subject":5}' },
          400,
          'request_invalid',
          '/subject',
        ],
        [
          '/privacy/export',
          { method: 'POST', headers: owner, body: 'x' },
          415,
          'media_type_unsupported',
          '/headers/content-type',
        ],
      ];
      for (const [path, init, status, code, pointer] of cases) {
        const response = await fetch(`${server.url}/api/v1${path}`, init);
        const error = (await response.json()) as ErrorResponse;
        assert.deepEqual([response.status, error.code, error.details?.['pointer']], [status, code, pointer], path);
        assert.ok(error.details?.['expected'] && error.hint, path);
      }
      const { text } = await send(server.url, raw('GET /api/v1/graph HTTP/1.1', 'Host: evil.example', '', ''));
      assert.match(text, /host_invalid.*"pointer":"\/headers\/host","expected":"[^"]/s);
    });

    it('counts every tier, and what it refused', async () => {
      const unknown = await fetch(`${server.url}/api/v1/graph/nodes/nobody`);
      assert.equal(unknown.status, 404);
      await unknown.text();
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      for (const tier of ['transport', 'schema', 'semantic'])
        assert.match(metrics, new RegExp(`vortex_validation_total\\{tier="${tier}",outcome="refused"\\} [1-9]`));
      await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: QUESTION,
      });
      const later = await (await fetch(`${server.url}/metrics`)).text();
      for (const tier of ['transport', 'schema', 'content', 'semantic', 'resources'])
        assert.match(later, new RegExp(`vortex_validation_seconds_count\\{tier="${tier}"\\} [1-9]`));
    });
  });
}

describe('texts that look like attacks', () => {
  const attack = "1' UNION SELECT username, password FROM users WHERE '1'='1' --";
  const ask = async (url: string, input: string): Promise<Response> =>
    fetch(`${url}/api/v1/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
    });

  it('are answered with a flag, the second time too, and plain questions without', async () => {
    const server = await launchServer({ env: { WORKERS: '0', REASONER_THREADS: '1' } });
    try {
      for (let i = 0; i < 2; i++) {
        const response = await ask(server.url, attack);
        assert.equal(response.status, 200);
        assert.ok(((await response.json()) as ProcessResponse).flags.includes('content:sqli'));
      }
      const { flags } = (await (await ask(server.url, 'What is a dog?')).json()) as ProcessResponse;
      assert.deepEqual(
        flags.filter((flag) => flag.startsWith('content:')),
        [],
      );
      assert.match(server.output().stderr + server.output().stdout, /"flags":\["content:sqli"\]/);
    } finally {
      await server.stop();
    }
  });

  it('are refused in strict mode, and plain questions are not', async () => {
    const server = await launchServer({ env: { WORKERS: '0', REASONER_THREADS: '1', VALIDATION_MODE: 'strict' } });
    try {
      const response = await ask(server.url, attack);
      const error = (await response.json()) as ErrorResponse;
      assert.deepEqual([response.status, error.code, error.details?.['pointer']], [400, 'content_refused', '/input']);
      assert.equal((await ask(server.url, 'What is a dog?')).status, 200);
    } finally {
      await server.stop();
    }
  });
});
