import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { AddedPostings } from './added-postings.ts';

const TERMS = ['a', 'b', 'c', 'd', 'a term of some length'];
const counts = fc.dictionary(fc.constantFrom(...TERMS), fc.integer({ min: 1, max: 9 }));
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ node: fc.nat(30), counts }) },
  { weight: 2, arbitrary: fc.record({ node: fc.nat(30) }) },
);

test('entries that come, change and go are found as in a plain map', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (steps, fewestGaps) => {
      const postings = new AddedPostings(fewestGaps);
      const model = new Map<number, Map<string, number>>();
      for (const one of steps) {
        if ('counts' in one) {
          const entry = new Map(Object.entries(one.counts));
          model.set(one.node, entry);
          postings.add(one.node, entry);
        } else {
          model.delete(one.node);
          postings.remove(one.node);
        }
      }
      const lengths = new Map(
        [...model].map(([node, entry]) => [node, [...entry.values()].reduce((a, b) => a + b, 0)]),
      );
      const total = [...lengths.values()].reduce((a, b) => a + b, 0);
      assert.equal(postings.size, model.size);
      assert.equal(postings.meanLength, model.size === 0 ? 0 : total / model.size);
      for (const term of [...TERMS, 'unknown']) {
        const found: number[][] = [];
        postings.forEach(term, (...said) => found.push(said));
        const expected = [...model].flatMap(([node, entry]) => {
          const count = entry.get(term);
          return count === undefined ? [] : [[node, count, lengths.get(node)!]];
        });
        const byNode = (a: number[], b: number[]): number => a[0]! - b[0]!;
        assert.deepEqual(found.sort(byNode), expected.sort(byNode));
        assert.equal(postings.holding(term), expected.length);
        for (let node = 0; node <= 30; node++) {
          const terms = postings.termsOf(node);
          assert.equal(terms.has(term), model.get(node)?.has(term) ?? false);
          assert.equal(terms.size, model.get(node)?.size ?? 0);
        }
      }
    }),
    { numRuns: 300, seed: 11 },
  );
});
