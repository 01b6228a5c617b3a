/** The scan of JSON: takes what `JSON.parse` takes, less what is listed; throws nothing but its refusals; is linear. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type JsonLimits, scanJson } from './json-scan.ts';
import { type Refusal, RefusalError } from './refusal.ts';

const WIDE: JsonLimits = { depth: 64, keys: 1000, values: 100_000 };
const bytesOf = (text: string): Buffer => Buffer.from(text);

function refusalOf(body: Uint8Array | string, limits = WIDE): Refusal | null {
  try {
    scanJson(typeof body === 'string' ? bytesOf(body) : body, limits);
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError, String(failure));
    return failure.refusal;
  }
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a value holds what the scan refuses although `JSON.parse` takes it. Duplicates cannot come from a value. */
function isRefusable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => FORBIDDEN.has(key) || isRefusable(key) || isRefusable(one));
}

const text = fc.string({ unit: 'binary' });
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6 }),
  ),
}));
/** Blanks and escapes, as other writers of JSON use them. */
const spellings: ((json: string) => string)[] = [
  (json) => json,
  (json) => ` \r\n\t${json}\n `,
  (json) => JSON.stringify(JSON.parse(json), null, 3),
  (json) => json.replace(/[^\x20-\x7e]/gu, (one) => Array.from(one, escaped).flat().join('')),
];
const escaped = (one: string): string[] =>
  Array.from({ length: one.length }, (_, i) => `\\u${one.charCodeAt(i).toString(16).padStart(4, '0')}`);

describe('the scan of JSON', () => {
  it('takes all JSON that JSON.parse takes, but for what it is there to refuse', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...spellings), (value, spell) => {
        const json = spell(JSON.stringify(value));
        const refusal = refusalOf(json);
        if (isRefusable(value)) assert.ok(refusal, json);
        else assert.equal(refusal, null, `${json}: ${refusal?.problem}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes nothing that JSON.parse refuses, and throws nothing but refusals', () => {
    const parses = (body: Buffer): boolean => {
      try {
        JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
        return true;
      } catch {
        return false;
      }
    };
    const near = fc
      .tuple(anyValue, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'cut', 'insert'))
      .map(([value, at, byte, how]) => {
        const body = bytesOf(JSON.stringify(value));
        const place = at % (body.length + 1);
        if (how === 'cut') return body.subarray(0, place);
        const rest = body.subarray(how === 'set' ? place + 1 : place);
        return Buffer.concat([body.subarray(0, place), Buffer.of(byte), rest]);
      });
    const any = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
    const tokens = fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'e', 'true', ' ', '\\', '"', 'nul'))
      .map((parts) => bytesOf(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(near, any, tokens), (body) => {
        if (refusalOf(body) === null) assert.ok(parses(body), body.toString());
      }),
      { numRuns: 3000 },
    );
  });

  const refused: [name: string, body: string | Uint8Array, pointer: string, problem: RegExp][] = [
    ['an empty body', '', '', /ends too early/],
    ['a byte order mark', '\ufeff{}', '', /byte order mark/],
    ['something behind the end', '{} {}', '', /follows/],
    ['a second value', '{"a":1}{"b":2}', '', /follows/],
    ['keys without quotes', '{a: 1}', '', /key is missing/],
    ['single quotes', "{'a': 1}", '', /key is missing/],
    ['a comma at the end of an object', '{"a":1,}', '/a', /key is missing/],
    ['a comma at the end of a list', '{"a":[1,]}', '/a/1', /value is missing/],
    ['a comment', '{"a":1 /* one */}', '/a', /comma or a bracket/],
    ['an object that is not closed', '{"a":1', '/a', /ends too early/],
    ['NaN', '{"a":NaN}', '/a', /value is missing/],
    ['a plus sign', '[+1]', '/0', /value is missing/],
    ['a leading zero', '[1,007]', '/1', /number is malformed/],
    ['a number without digits after its point', '[1.]', '/0', /number is malformed/],
    ['a number that a double cannot hold', '{"a":1e400}', '/a', /out of range/],
    ['a number that a double makes zero', '{"a":1e-400}', '/a', /out of range/],
    ['a number of 1,000 digits', `{"a":0.${'9'.repeat(1000)}}`, '/a', /too many digits/],
    ['the same key twice', '{"a":{"b":1,"b":2}}', '/a/b', /comes twice/],
    ['the same key twice, once with an escape', '{"ab":1,"\\u0061b":2}', '/ab', /comes twice/],
    ['__proto__', '{"x":{"__proto__":{}}}', '/x/__proto__', /never taken/],
    ['__proto__ with escapes', '{"\\u005f_proto\\u005F_":1}', '/__proto__', /never taken/],
    ['constructor', '[{"constructor":1}]', '/0/constructor', /never taken/],
    ['prototype', '{"prototype":1}', '/prototype', /never taken/],
    ['a high surrogate alone', '{"a":"\\ud83d"}', '/a', /surrogate/],
    ['a low surrogate alone', '{"a":"\\udc00x"}', '/a', /surrogate/],
    ['two high surrogates', '{"a":"\\ud83d\\ud83d"}', '/a', /surrogate/],
    ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), '', /UTF-8/],
    ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), '', /UTF-8/],
    ['overlong UTF-8 of three bytes', Buffer.from([0x22, 0xe0, 0x80, 0xaf, 0x22]), '', /UTF-8/],
    ['UTF-8 beyond Unicode', Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), '', /UTF-8/],
    ['UTF-8 that is cut off', Buffer.from([0x22, 0xe2, 0x82, 0x22]), '', /UTF-8/],
    ['Latin-1', Buffer.from('"caf\xe9"', 'latin1'), '', /UTF-8/],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), '', /key is missing/],
    ['NUL in a text', '{"a":"x\0"}', '/a', /NUL/],
    ['NUL as an escape', '{"a":"x\\u0000"}', '/a', /NUL/],
    ['a line break in a text', '{"a":"x\n"}', '/a', /control character/],
    ['an unknown escape', '{"a":"\\x41"}', '/a', /escape is malformed/],
    ['an escape of three digits', '{"a":"\\u004"}', '/a', /escape is malformed/],
  ];
  for (const [name, body, pointer, problem] of refused) {
    it(`refuses ${name}, and says where and what to do`, () => {
      const refusal = refusalOf(body);
      assert.ok(refusal);
      assert.match(refusal.problem, problem);
      assert.equal(refusal.pointer, pointer);
      assert.ok(refusal.expected.length > 0 && refusal.suggestion.length > 0);
    });
  }

  it('keeps to its limits, to the last value', () => {
    const limits = { depth: 3, keys: 2, values: 4 };
    assert.equal(refusalOf('[[[1]]]', limits), null);
    assert.match(refusalOf('[[[[]]]]', limits)?.problem ?? '', /too deeply/);
    assert.equal(refusalOf('{"a":1,"b":{"c":2,"d":3}}', limits), null);
    assert.match(refusalOf('{"a":1,"b":2,"c":3}', limits)?.problem ?? '', /too many keys/);
    assert.equal(refusalOf('[1,2,3,4]', limits), null);
    assert.match(refusalOf('[1,2,3,4,5]', limits)?.problem ?? '', /too many values/);
  });

  it('writes pointers as RFC 6901 has them, and no longer than they need be', () => {
    assert.equal(refusalOf('{"a/b":{"~":[0,{"__proto__":1}]}}')?.pointer, '/a~1b/~0/1/__proto__');
    const long = refusalOf(`{"${'k'.repeat(10_000)}":[}`)?.pointer ?? '';
    assert.ok(long.length < 80, long);
  });

  describe('reads each byte a few times at most, whatever is sent', () => {
    const SIZE = 131_072;
    const bombs: [string, string][] = [
      ['blanks', ' '.repeat(SIZE)],
      ['brackets', '['.repeat(SIZE)],
      ['objects', '{"a":'.repeat(SIZE / 5)],
      ['one text', `"${'a'.repeat(SIZE)}`],
      ['one key', `{"${'a'.repeat(SIZE)}":1}`],
      ['backslashes', `"${'\\\\'.repeat(SIZE / 2)}"`],
      ['digits', '9'.repeat(SIZE)],
      ['minus signs', '-'.repeat(SIZE)],
      ['literals', `[${'true,'.repeat(SIZE / 5)}`],
      ['keys', `{${Array.from({ length: 12_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
      ['blanks between', `[${'1 ,'.repeat(SIZE / 3)}1]`],
    ];
    const limits = { depth: 1e9, keys: 1e9, values: 1e9 };
    for (const [name, body] of bombs) {
      // The depth that routes allow is small; nothing else bounds the first of these.
      const bounds = name === 'brackets' || name === 'objects' ? { ...limits, depth: 500 } : limits;
      it(name, () => {
        const cost = { steps: 0 };
        try {
          scanJson(bytesOf(body), bounds, cost);
        } catch (failure) {
          assert.ok(failure instanceof RefusalError);
        }
        assert.ok(cost.steps <= 6 * body.length + 64, `${cost.steps} steps for ${body.length} bytes`);
      });
    }
  });
});
