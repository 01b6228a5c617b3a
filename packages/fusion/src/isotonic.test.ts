import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fitIsotonic, isotonicAt } from './isotonic.ts';

const rows = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 60,
});

function loss(scores: number[], targets: number[], at: (score: number) => number): number {
  return scores.reduce((sum, s, i) => sum + (at(s) - targets[i]!) ** 2, 0);
}

describe('isotonic regression', () => {
  it('pools violators into their mean and interpolates between blocks', () => {
    const model = fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1]);
    assert.deepEqual(model, { x: [1, 2.5, 4], y: [0, 0.5, 1] });
    assert.deepEqual(
      [0, 1.75, 2.5, 9].map((x) => isotonicAt(model, x)),
      [0, 0.25, 0.5, 1],
    );
  });
  it('gives equal scores one value: their mean', () => {
    assert.equal(isotonicAt(fitIsotonic([5, 5, 5, 5], [1, 0, 1, 1]), 5), 0.75);
  });
  it('never decreases and stays within the targets', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const { x, y } = fitIsotonic(
          pairs.map((p) => p[0]),
          pairs.map((p) => p[1]),
        );
        assert.deepEqual(
          y,
          y.toSorted((a, b) => a - b),
        );
        assert.deepEqual(
          x,
          x.toSorted((a, b) => a - b),
        );
        assert.ok(y.every((v) => v >= 0 && v <= 1));
      }),
      { seed: 1 },
    );
  });
  it('fits at least as well as any constant where blocks do not smooth it', () => {
    const scores = Array.from({ length: 100 }, (_, i) => i);
    const targets: number[] = scores.map((s) => (s % 7 < s / 15 ? 1 : 0));
    const mean = targets.reduce((a, b) => a + b) / targets.length;
    const model = fitIsotonic(scores, targets);
    assert.ok(loss(scores, targets, (s) => isotonicAt(model, s)) < loss(scores, targets, () => mean));
  });
  it('refuses an empty model', () => {
    assert.throws(() => isotonicAt({ x: [], y: [] }, 0), RangeError);
  });
});
