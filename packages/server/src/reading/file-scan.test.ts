import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Refusal, RefusalError } from '@vortexflow/validation';
import { scanFile } from './file-scan.ts';

function refusalOf(text: string, format: string): Refusal | null {
  try {
    scanFile(Buffer.from(text), format);
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError);
    return failure.refusal;
  }
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('a file of JSON that is imported', () => {
  it('passes when it is one, with a byte order mark too', () => {
    for (const text of ['{"nodes":[{"id":"n"}],"links":[]}', '\ufeff[]', ` ${nested(64)} `])
      assert.equal(refusalOf(text, 'json'), null);
    assert.equal(refusalOf('{"id":"a"}\n\n\ufeff{"id":"b"}\r\n', 'jsonl'), null);
  });

  it('is refused for depth, prototype keys and keys that come twice, wherever they stand', () => {
    for (const [text, pointer] of [
      [nested(65), /^(\/0){64}$/],
      ['{"nodes":[{"id":"n","__proto__":{"x":1}}]}', /^\/nodes\/0\/__proto__$/],
      ['{"nodes":[{"id":"n","\\u0063onstructor":1}]}', /^\/nodes\/0\/constructor$/],
      ['{"nodes":[],"nodes":[]}', /^\/nodes$/],
      ['\ufeff{"a":1,"a":2}', /^\/a$/],
    ] as const) {
      const refusal = refusalOf(text, 'json');
      assert.match(refusal?.pointer ?? 'none', pointer, text.slice(0, 60));
      for (const said of [refusal?.expected, refusal?.suggestion]) assert.ok(said);
    }
  });

  it('names the line of a list of records', () => {
    const refusal = refusalOf('{"id":"a"}\n{"id":"b"}\n{"id":"c","id":"d"}\n', 'jsonl');
    assert.match(refusal?.problem ?? '', /^Line 3: The key "id" comes twice/);
  });

  it('that is no JSON is left to its reader, and what only a lenient one would take is not', () => {
    assert.equal(refusalOf('{"nodes":[{', 'json'), null);
    assert.equal(refusalOf('no json\n{"id":"a"}', 'jsonl'), null);
    assert.equal(refusalOf('{"id":"half \\udfff","__proto__":1}', 'json')?.kind, 'syntax');
  });

  it('of another format is not looked at', () => {
    assert.equal(refusalOf('{"a":1,"a":2}', 'csv'), null);
    assert.equal(refusalOf('<graphml/>', 'graphml'), null);
  });
});
