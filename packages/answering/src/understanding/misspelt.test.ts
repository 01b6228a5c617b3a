import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { deletions, repairFrameWord } from './misspelt.ts';
import { isOneEdit } from './one-edit.ts';

const NAMES = new Set(['dose', 'off', 'kind', 'wether', 'opposite', 'word', 'antonym']);
const knows = (name: string): boolean => NAMES.has(name);
const repair = (word: string, before?: string): string => repairFrameWord(word, before, knows);

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), minLength: 1, maxLength: 8 });

describe('misspelt words of asking', () => {
  it('are put right', () => {
    const wrongs = ['waht', 'wat', 'whcih', 'teh', 'oposite', 'oppsite', 'knid', 'antonim', 'anotehr', 'mening'];
    const rights = ['what', 'what', 'which', 'the', 'opposite', 'opposite', 'kind', 'antonym', 'another', 'meaning'];
    assert.deepEqual(
      wrongs.map((wrong) => repair(wrong)),
      rights,
    );
  });

  it('stay when they are names, inflected forms, or short', () => {
    for (const right of ['dose', 'parts', 'meant', 'cat', 'xyzzy', 'defined', 'consists', 'kinds']) {
      assert.equal(repair(right), right);
    }
  });

  it('are put right in spite of being names where hardly anything else can be meant', () => {
    assert.equal(repair('dose', 'what'), 'does');
    assert.equal(repair('dose', 'a'), 'dose');
    assert.equal(repair('off', 'part'), 'of');
    assert.equal(repair('off', 'switch'), 'off');
  });
});

describe('one edit', () => {
  it('is symmetric and never none', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        assert.equal(isOneEdit(left, right), isOneEdit(right, left));
        assert.ok(!isOneEdit(left, left));
      }),
    );
  });

  it('is what a letter more, less, another or two swapped make of a word', () => {
    fc.assert(
      fc.property(word, fc.nat(8), fc.constantFrom('x', 'y'), (text, place, letter) => {
        const at = place % text.length;
        assert.ok(isOneEdit(text, text.slice(0, at) + letter + text.slice(at)));
        assert.ok(isOneEdit(text, text.slice(0, at) + letter + text.slice(at + 1)));
        const [one = '', two = ''] = text.slice(at, at + 2);
        const swapped = text.slice(0, at) + two + one + text.slice(at + 2);
        assert.equal(isOneEdit(text, swapped), swapped !== text);
      }),
    );
  });

  it('leaves a shared deletion', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        if (isOneEdit(left, right)) assert.ok(deletions(left).some((key) => deletions(right).includes(key)));
      }),
      { numRuns: 2000 },
    );
  });
});
