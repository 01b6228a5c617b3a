import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isExecutable } from './served-texts.ts';
import { attack, readStructural } from './structural.ts';

const TEXT = '<img src=x onerror=alert(1)>';

describe('whether a browser might run an answer', () => {
  const answer = (type: string, more: Record<string, string> = {}): boolean =>
    isExecutable({ 'content-type': type, 'x-content-type-options': 'nosniff', ...more }, `so ${TEXT}`, TEXT);

  it('goes by its type, and by what it holds', () => {
    assert.equal(answer('application/json; charset=utf-8'), false);
    assert.equal(answer('application/problem+json'), false);
    assert.equal(answer('text/html; charset=utf-8'), true);
    assert.equal(isExecutable({ 'content-type': 'text/html', 'x-content-type-options': 'nosniff' }, 'so', TEXT), false);
    assert.equal(answer('application/xml'), true);
    assert.equal(answer('application/xml', { 'content-disposition': 'attachment; filename="a.xml"' }), false);
    assert.equal(answer(''), true);
  });

  it('takes no type for granted where the browser may guess', () => {
    assert.equal(isExecutable({ 'content-type': 'application/json' }, TEXT, TEXT), true);
    assert.equal(isExecutable({}, '', TEXT), false);
  });
});

describe('a structural attack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vortexflow-structural-'));
  const lines = [
    { raw: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' },
    { method: 'POST', path: '/p', headers: { 'content-type': 'application/json' }, body: '', gen: 'depthArr:2' },
    { method: 'POST', path: '/p', bodyB64: 'wK8=' },
    { method: 'GET', path: '/p' },
  ].map((row) => JSON.stringify({ cls: 'http', name: 'a', expect: [400], ...row }));
  const file = join(folder, 'struct.jsonl');
  writeFileSync(file, lines.join('\n'));
  const attacks = readStructural(file);
  rmSync(folder, { recursive: true });

  it('is sent as the bytes that its line says', () => {
    const [raw, nested, encoded, none] = attacks.map(({ bytes }) => bytes('a:1').toString('latin1'));
    assert.equal(raw, 'GET / HTTP/1.1\r\nHost: a:1\r\n\r\n');
    assert.match(nested ?? '', /^POST \/p HTTP\/1\.1\r\nhost: a:1\r\n[^]*content-length: 28\r\n\r\n/);
    assert.match(nested ?? '', /\r\n\r\n\{"input":"x","options":\[\[\]\]\}$/);
    assert.match(encoded ?? '', /content-length: 2\r\n\r\n\xc0\xaf$/);
    assert.match(none ?? '', /connection: close\r\n\r\n$/);
  });

  it('is refused by every status that refuses, by none that does not, and by a closed connection', async () => {
    for (const [said, isRefused] of [
      ['HTTP/1.1 400 Bad Request\r\n\r\n', true],
      ['HTTP/1.1 400 Bad Request\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', false],
      ['HTTP/1.1 500 Internal Server Error\r\n\r\n', false],
      ['HTTP/1.1 400 Bad Request\r\n\r\nroot:x:0:0', false],
      ['', true],
    ] as const) {
      const server = createServer((socket) =>
        socket
          .on('error', () => undefined)
          .resume()
          .end(said),
      );
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const outcome = await attack(new URL(`http://127.0.0.1:${port}`), attacks[0]!);
      assert.equal(outcome.isRefused, isRefused, said);
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    }
  });
});
