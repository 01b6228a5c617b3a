import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { satisfies } from './satisfies.ts';

const SAME: [expected: string, given: string][] = [
  ['cold', 'cold'],
  ['The Canine', 'canines'],
  ['canine', 'Both are kinds of canine.'],
  ['yes', 'Yes: a dog is a kind of animal.'],
  ['no', 'No. A dog is not a plant.'],
  ['paw', 'tail, paw, ear'],
  ['New York', 'Boston or New York'],
  ['12 May 1990', 'May 12, 1990'],
  ['5 km', '5,000 metres'],
  ['café', 'Cafe\u0301'],
  ['1,000 metres', '1000 metres'],
  ['3 April', 'It was sown on 3 April beside the fence.'],
  [
    'an alert cognitive state in which you are aware of yourself',
    'an alert cognitive state in which you are aware of yourself and your situation',
  ],
];
const DIFFERENT: [expected: string, given: string][] = [
  ['cold', 'hot'],
  ['1995', '1996'],
  ['1995', '1995 or 1996'],
  ['12 May 1990', '13 May 1990'],
  ['5 km', '5 miles'],
  ['yes', 'No: yes is a word.'],
  ['no', 'nothing'],
  ['edible', 'not edible'],
  ['a mushroom that can be eaten without any danger', 'a mushroom that can be eaten with any danger'],
  ['art', 'party'],
  ['dog', ''],
  ['?', '?'],
  ['cat', 'one of the many long answers that mention a cat among very many other things in the hope of being right'],
];

describe('the rule of same answers', () => {
  for (const [expected, given] of SAME)
    it(`takes ${JSON.stringify(given)} for ${JSON.stringify(expected)}`, () => assert.ok(satisfies(expected, given)));
  for (const [expected, given] of DIFFERENT)
    it(`does not take ${JSON.stringify(given)} for ${JSON.stringify(expected)}`, () =>
      assert.ok(!satisfies(expected, given)));

  it('takes every text with a word for itself, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        assert.equal(typeof satisfies(a, b), 'boolean');
        if (/[b-z]{3}/.test(a)) assert.ok(satisfies(a, a));
      }),
    );
  });
});
