import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Ring } from './ring.ts';

fc.configureGlobal({ seed: 54 });

describe('Ring', () => {
  test('gives back what it took, in order, over any growth', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 })), (moves) => {
        const ring = new Ring<number>();
        const model: number[] = [];
        let next = 0;
        for (const move of moves) {
          for (let i = 0; i < move; i++) {
            ring.push(next);
            model.push(next++);
          }
          for (let i = 0; i > move && model.length > 0; i--) assert.equal(ring.shift(), model.shift());
          assert.equal(ring.size, model.length);
        }
      }),
    );
  });

  test('takes out any item, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(999), { minLength: 1, maxLength: 40 }), (picks) => {
        const ring = new Ring<number>();
        picks.forEach((_pick, index) => ring.push(index));
        const taken = picks.map((pick) => ring.takeAt(pick % ring.size));
        assert.deepEqual(
          taken.sort((a, b) => a - b),
          [...picks.keys()],
        );
      }),
    );
  });
});
