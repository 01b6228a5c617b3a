import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { DictionaryReader, packDictionary, packStrings, StringReader } from './strings.ts';

fc.configureGlobal({ seed: 43 });

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
/** Includes NUL, every plane of Unicode, and halves of surrogate pairs. */
const anyString = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom('\ud83d', '\ude00', 'a', '\0'), { maxLength: 4 }).map((units) => units.join('')),
);

describe('StringReader', () => {
  test('gives back what was packed; only a lone surrogate becomes U+FFFD', () => {
    fc.assert(
      fc.property(fc.array(anyString), (strings) => {
        const reader = new StringReader(packStrings(strings, shared));
        assert.equal(reader.count, strings.length);
        strings.forEach((text, index) => assert.equal(reader.get(index), text.toWellFormed()));
      }),
      { numRuns: 500 },
    );
  });

  test('refuses a number that no string has', () => {
    const reader = new StringReader(packStrings(['a', 'b'], shared));
    for (const index of [-1, 2, NaN, Infinity]) assert.throws(() => reader.get(index), RangeError);
  });

  test('lies in the memory that it is given', () => {
    const { bytes, offsets } = packStrings(['näme', ''], shared);
    assert.ok(bytes.buffer instanceof SharedArrayBuffer && offsets.buffer instanceof SharedArrayBuffer);
    assert.deepEqual(offsets, Uint32Array.of(0, 5, 5));
  });
});

describe('DictionaryReader', () => {
  test('finds every string under its first number, and no other', () => {
    fc.assert(
      fc.property(fc.array(anyString), anyString, (strings, other) => {
        const reader = new DictionaryReader(packDictionary(strings, shared));
        const wanted = strings.map((text) => text.toWellFormed());
        wanted.forEach((text, index) => {
          assert.equal(reader.find(text), wanted.indexOf(text));
          assert.equal(reader.get(index), text);
        });
        assert.equal(reader.find(other), wanted.indexOf(other.toWellFormed()));
      }),
      { numRuns: 500 },
    );
  });

  test('finds a string longer than any before', () => {
    const long = 'ü'.repeat(10_000);
    const reader = new DictionaryReader(packDictionary(['short', long], shared));
    assert.deepEqual([reader.find(long), reader.find(`${long}x`), reader.find('short')], [1, -1, 0]);
  });

  test('finds nothing in nothing', () => {
    const reader = new DictionaryReader(packDictionary([], shared));
    assert.deepEqual([reader.count, reader.find(''), reader.find('a')], [0, -1, -1]);
  });

  test('is at most half full, a power of two long', () => {
    for (const count of [0, 1, 2, 3, 64, 65, 1000]) {
      const { slots } = packDictionary(
        Array.from({ length: count }, (_, i) => `s${i}`),
        shared,
      );
      assert.ok(slots.length >= count * 2);
      assert.equal(Math.log2(slots.length) % 1, 0);
    }
  });
});
