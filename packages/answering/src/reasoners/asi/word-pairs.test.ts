import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { pairsShared, wordPairs } from './word-pairs.ts';

it("is Dice's coefficient of the two sets of pairs", () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'of', 'the'), { maxLength: 12 });
  const pairsOf = (list: readonly string[]) => new Set(list.slice(1).map((word, i) => `${list[i]} ${word}`));
  fc.assert(
    fc.property(words, words, (left, right) => {
      const [one, other] = [pairsOf(left), pairsOf(right)];
      const size = one.size + other.size;
      const expected = size === 0 ? 0 : (2 * one.intersection(other).size) / size;
      assert.equal(pairsShared(wordPairs(left), right), expected);
      assert.equal(wordPairs(left).count, one.size);
    }),
    { numRuns: 1000 },
  );
});
