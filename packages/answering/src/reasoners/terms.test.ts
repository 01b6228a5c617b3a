import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { contentTerms, overlap, stemsOf, termsHeld } from './terms.ts';

it('stemsOf keeps every word in order, contentTerms those that carry a topic', () => {
  assert.deepEqual(stemsOf('The dogs of the dog'), ['the', 'dog', 'of', 'the', 'dog']);
  assert.deepEqual([...contentTerms('The dogs of the Dog run')], ['dog', 'run']);
});

it('termsHeld finds those terms that a text holds, however they are inflected there', () => {
  const word = fc.constantFrom(
    'dogs',
    'dog',
    'running',
    'runner',
    'the',
    'Café',
    'cafes',
    'yes',
    '7',
    'हिन्दी',
    'other',
  );
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (text, wanted) => {
      const terms = contentTerms(wanted.join(' '));
      assert.deepEqual(
        [...termsHeld(text.join(' '), terms)].sort(),
        [...terms.intersection(contentTerms(text.join(' ')))].sort(),
      );
    }),
  );
});

describe('overlap', () => {
  const query = [
    { term: 'rare', idf: 9 },
    { term: 'common', idf: 1 },
  ];
  it('weighs recall by information and precision by words', () => {
    assert.deepEqual(overlap(new Set(['rare', 'other']), query), { recall: 0.9, precision: 0.5 });
    assert.deepEqual(overlap(new Set(['common']), query), { recall: 0.1, precision: 1 });
    assert.deepEqual(overlap(new Set(), query), { recall: 0, precision: 0 });
    assert.deepEqual(overlap(new Set(['rare']), []), { recall: 0, precision: 0 });
  });

  it('stays within 0 to 1 and is full exactly for the query itself', () => {
    const term = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.uniqueArray(term), fc.uniqueArray(term, { minLength: 1 }), (text, asked) => {
        const cover = overlap(
          new Set(text),
          asked.map((one, i) => ({ term: one, idf: i + 1 })),
        );
        for (const share of [cover.recall, cover.precision]) assert.ok(share >= 0 && share <= 1);
        const isSame = new Set(text).symmetricDifference(new Set(asked)).size === 0;
        assert.equal(cover.recall === 1 && cover.precision === 1, isSame);
      }),
    );
  });
});
