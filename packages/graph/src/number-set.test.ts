import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { NumberSet } from './number-set.ts';

test('holds what a set holds', () => {
  const step = fc.record({ number: fc.oneof(fc.nat(40), fc.nat(1_000_000)), keep: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const set = new NumberSet();
      const model = new Set<number>();
      for (const { number, keep } of steps) {
        if (keep) set.add(number);
        else set.delete(number);
        if (keep) model.add(number);
        else model.delete(number);
        for (const one of [...model, number, number + 1, number ^ 8])
          assert.equal(set.has(one), model.has(one), `${one}`);
      }
    }),
  );
});
