/** The head of a request. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isHost } from './host.ts';
import { type Refusal, RefusalError } from './refusal.ts';
import { checkTransport, type RequestHead } from './transport.ts';

const LIMITS = { methods: ['GET', 'POST'], headers: 8, headerLength: 100, targetLength: 200 };
const RULES = { opaquePrefixes: ['/documents/'] };

function refusalOf({
  method = 'GET',
  url = '/',
  rawHeaders = ['Host', 'localhost'],
}: Partial<RequestHead>): Refusal | null {
  try {
    checkTransport({ method, url, rawHeaders }, LIMITS, RULES);
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError, String(failure));
    return failure.refusal;
  }
}

const withHeaders = (...pairs: string[]): Refusal | null => refusalOf({ rawHeaders: ['Host', 'a', ...pairs] });

describe('the head of a request', () => {
  it('passes when there is nothing wrong with it', () => {
    assert.equal(
      withHeaders('Content-Length', '12', 'Content-Type', 'application/json', 'content-encoding', 'identity'),
      null,
    );
    assert.equal(withHeaders('Transfer-Encoding', 'Chunked'), null);
    assert.equal(withHeaders('Accept', 'a', 'Accept', 'b'), null);
  });

  const heads: [name: string, head: Partial<RequestHead>, kind: Refusal['kind'], pointer: string][] = [
    ['an unknown method', { method: 'TRACE' }, 'method', '/method'],
    ['no host', { rawHeaders: [] }, 'host', '/headers/host'],
    ['an empty host', { rawHeaders: ['Host', ''] }, 'host', '/headers/host'],
    ['two hosts', { rawHeaders: ['Host', 'a', 'hOST', 'a'] }, 'host', '/headers/host'],
    ['a host with a path', { rawHeaders: ['Host', 'a/b'] }, 'host', '/headers/host'],
    ['a host with a user', { rawHeaders: ['Host', 'me@a'] }, 'host', '/headers/host'],
    [
      'two lengths',
      { rawHeaders: ['Host', 'a', 'Content-Length', '1', 'Content-Length', '1'] },
      'structure',
      '/headers/content-length',
    ],
    [
      'a length that is none',
      { rawHeaders: ['Host', 'a', 'Content-Length', '+1'] },
      'structure',
      '/headers/content-length',
    ],
    [
      'a list of lengths',
      { rawHeaders: ['Host', 'a', 'Content-Length', '1, 1'] },
      'structure',
      '/headers/content-length',
    ],
    [
      'length and coding',
      { rawHeaders: ['Host', 'a', 'Content-Length', '1', 'Transfer-Encoding', 'chunked'] },
      'structure',
      '/headers/transfer-encoding',
    ],
    [
      'another coding',
      { rawHeaders: ['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'] },
      'structure',
      '/headers/transfer-encoding',
    ],
    [
      'a compressed body',
      { rawHeaders: ['Host', 'a', 'Content-Encoding', 'gzip'] },
      'encoding',
      '/headers/content-encoding',
    ],
    [
      'a body compressed twice',
      { rawHeaders: ['Host', 'a', 'Content-Encoding', 'gzip, br'] },
      'encoding',
      '/headers/content-encoding',
    ],
    ['a long header', { rawHeaders: ['Host', 'a', 'X-A', 'a'.repeat(98)] }, 'structure', '/headers/x-a'],
    ['many headers', { rawHeaders: ['Host', 'a', ...Array<string>(16).fill('x')] }, 'structure', '/headers'],
    ['a long target', { url: `/${'a'.repeat(200)}` }, 'structure', '/target'],
  ];
  for (const [name, head, kind, pointer] of heads) {
    it(`is refused for ${name}`, () => {
      const refusal = refusalOf(head);
      assert.deepEqual([refusal?.kind, refusal?.pointer], [kind, pointer]);
    });
  }

  const targets = [
    'http://a/b',
    '*',
    'a:80',
    '',
    '/%',
    '/%g0',
    '/%2',
    '/a%00b',
    '/a b',
    '/a\tb',
    '/a#b',
    '/é',
    '/a\\b',
    '/%5cetc',
    '/a%2fb',
    '/a%2Fb',
    '/..',
    '/../a',
    '/a/..',
    '/a/./b',
    '/.',
    '/%2e%2e/a',
    '/%2E./a',
    '/.%2e',
    '/a/%2e%2e%2fb',
    '/documents/%2e%2e%2fb',
    '/documents/a/../b',
    '/documents/..%5cb',
    '/%c0%ae%c0%ae/a',
    '/%c0%af',
    '/%e0%80%af',
    '/%ff',
    '/%ed%a0%80',
    '/?q=%00',
    '/?q=%zz',
    '/?q=%ff',
  ];
  for (const url of targets)
    it(`is refused for the target ${JSON.stringify(url)}`, () => assert.equal(refusalOf({ url })?.pointer, '/target'));

  it('takes what identifiers hold, where a path ends in one', () => {
    for (const url of [
      '/documents/a%2fb',
      '/documents/a%5Cb',
      '/documents/%C3%A9',
      '/a...b/..c/d..',
      '/?q=../..&r=%2f',
      '/%252e',
      '//a',
    ])
      assert.equal(refusalOf({ url }), null, url);
  });

  it('is refused for nothing else than a fault, whatever the target', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const refusal = refusalOf({ url: `/${path}` });
        assert.ok(refusal === null || refusal.pointer === '/target');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 20 }), (id) => {
        const hidden =
          id.includes('\0') || !id.isWellFormed() || id.split(/[/\\]/).some((part) => part === '.' || part === '..');
        const url = `/documents/${encodeURIComponent(id.toWellFormed())}`;
        if (url.length <= LIMITS.targetLength) assert.equal(refusalOf({ url }) === null, !hidden, url);
      }),
    );
  });
});

describe('a host', () => {
  it('is a name or an address, with a port or without', () => {
    for (const host of [
      'a',
      'a.b',
      'a.b.',
      'xn--bcher-kva.example',
      'my_host',
      '127.0.0.1:7000',
      '[::1]',
      '[::1]:80',
      'A-1:65535',
    ])
      assert.ok(isHost(host), host);
  });
  it('is nothing else', () => {
    for (const host of [
      '',
      ':80',
      'a:',
      'a:b',
      'a:1:2',
      'a..b',
      '.a',
      'a b',
      'a,b',
      'é',
      '[]',
      '[::1',
      '[::1]x',
      '[g]',
      'a:65536',
      'a:123456',
      `${'a'.repeat(64)}.b`,
      'a\0b',
      'a'.repeat(300),
    ])
      assert.ok(!isHost(host), host);
  });
});
