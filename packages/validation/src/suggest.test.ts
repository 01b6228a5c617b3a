import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from './suggest.ts';

describe('the edit distance', () => {
  const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
  it('counts insertions, deletions, changes and swaps', () => {
    for (const [a, b, distance] of [
      ['', '', 0],
      ['', 'ab', 2],
      ['mode', 'moed', 1],
      ['input', 'imput', 1],
      ['kitten', 'sitting', 3],
    ] as const)
      assert.equal(editDistance(a, b), distance, `${a} ${b}`);
  });
  it('is symmetric, zero for equals alone, and no more than the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        assert.equal(distance, editDistance(b, a));
        assert.equal(distance === 0, a === b);
        assert.ok(distance <= Math.max(a.length, b.length) && distance >= Math.abs(a.length - b.length));
      }),
    );
  });
});

describe('the nearest name', () => {
  const fields = ['input', 'mode', 'min_confidence', 'top_k'];
  it('is found for slips of the hand and other cases', () => {
    assert.equal(nearest('imput', fields), 'input');
    assert.equal(nearest('Mode', fields), 'mode');
    assert.equal(nearest('minConfidence', fields), 'min_confidence');
    assert.equal(nearest('topk', fields), 'top_k');
  });
  it('is not found for anything far, empty or long', () => {
    for (const word of ['', 'is_admin', 'x', 'a'.repeat(100)]) assert.equal(nearest(word, fields), null, word);
  });
});
