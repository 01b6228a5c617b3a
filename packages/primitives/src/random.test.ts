import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { seededRandom } from './random.ts';

fc.configureGlobal({ seed: 13 });

const take = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('seededRandom', () => {
  test('gives the published first numbers of Mulberry32 for seed 1', () => {
    assert.deepEqual(take(1, 3), [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  });

  test('the same seed gives the same numbers, another seed others; only the low 32 bits count', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, other) => {
        assert.deepEqual(take(seed, 8), take(seed, 8));
        assert.deepEqual(take(seed, 8), take(seed + 2 ** 32, 8));
        if (seed !== other) assert.notDeepEqual(take(seed, 8), take(other, 8));
      }),
    );
  });

  test('stays in [0, 1)', () => {
    fc.assert(fc.property(fc.integer(), (seed) => take(seed, 100).every((value) => value >= 0 && value < 1)));
  });

  test('fills 64 cells evenly, and pairs of numbers too', () => {
    const random = seededRandom(7);
    const single = new Float64Array(64);
    const pairs = new Float64Array(64);
    for (let i = 0; i < 64_000; i++) {
      single[Math.floor(random() * 64)]! += 1;
      pairs[Math.floor(random() * 8) * 8 + Math.floor(random() * 8)]! += 1;
    }
    // Chi-square with 63 degrees of freedom: 103.4 is passed by chance once in a thousand seeds.
    for (const cells of [single, pairs]) {
      const chiSquare = cells.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
      assert.ok(chiSquare < 103.4, `chi-square ${chiSquare}`);
      assert.ok(chiSquare > 30, `${chiSquare} is too even to be random`);
    }
  });
});
