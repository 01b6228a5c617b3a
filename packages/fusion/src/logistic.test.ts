import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type Column, fitLogistic, solvePositiveDefinite } from './logistic.ts';
import { logit, sigmoid } from './numeric.ts';
import { uniform } from './synthetic.ts';

const free: Column = { l2: 1e-6, mean: 0 };

describe('logistic regression', () => {
  it('with an intercept alone finds the log-odds of the base rate', () => {
    const targets = Uint8Array.from({ length: 40 }, (_, i) => (i < 30 ? 1 : 0));
    const [intercept] = fitLogistic(new Float64Array(40).fill(1), targets, [free]);
    assert.ok(Math.abs(intercept! - logit(0.75)) < 1e-5);
  });
  it('recovers the coefficients that made the data', () => {
    const next = uniform(3);
    const n = 20_000;
    const design = new Float64Array(n * 2);
    const targets = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      design.set([1, next() * 4 - 2], i * 2);
      targets[i] = next() < sigmoid(0.5 - 1.2 * design[i * 2 + 1]!) ? 1 : 0;
    }
    const [intercept, slope] = fitLogistic(design, targets, [free, free]);
    assert.ok(Math.abs(intercept! - 0.5) < 0.05 && Math.abs(slope! + 1.2) < 0.05, `${intercept} ${slope}`);
  });
  it('stays finite on separable data, and at its prior without data', () => {
    const separable = fitLogistic(Float64Array.of(-1, -2, 1, 2), Uint8Array.of(0, 0, 1, 1), [{ l2: 0.1, mean: 0 }]);
    assert.ok(separable[0]! > 0 && separable[0]! < 20);
    assert.deepEqual([...fitLogistic(new Float64Array(0), new Uint8Array(0), [{ l2: 1, mean: 0.3 }])], [0.3]);
  });
  it('the gradient of the penalised loss vanishes at the answer', () => {
    const cell = fc.double({ min: -5, max: 5, noNaN: true });
    const row = fc.tuple(cell, cell, fc.boolean());
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const columns = [
          { l2: 0.5, mean: 1 },
          { l2: 0.5, mean: 0 },
        ];
        const beta = fitLogistic(
          Float64Array.from(rows.flatMap(([a, b]) => [a, b])),
          Uint8Array.from(rows, ([, , y]) => (y ? 1 : 0)),
          columns,
        );
        for (const j of [0, 1] as const) {
          const slope = rows.reduce(
            (sum, r) => sum + (sigmoid(r[0] * beta[0]! + r[1] * beta[1]!) - (r[2] ? 1 : 0)) * r[j],
            columns[j]!.l2 * (beta[j]! - columns[j]!.mean),
          );
          assert.ok(Math.abs(slope) < 1e-2, `gradient ${slope}`);
        }
      }),
      { seed: 2 },
    );
  });
  it('sets a coefficient that may not be negative to zero and fits the others without it', () => {
    const design = Float64Array.of(1, 1, 1, 2, 1, -1, 1, -2);
    const targets = Uint8Array.of(0, 0, 1, 0);
    const [intercept, slope] = fitLogistic(design, targets, [free, { l2: 0.1, mean: 1, nonNegative: true }]);
    assert.equal(slope, 0);
    assert.ok(Math.abs(intercept! - logit(0.25)) < 1e-4);
  });
  it('refuses a design of the wrong size', () => {
    assert.throws(() => fitLogistic(new Float64Array(3), new Uint8Array(2), [free]), RangeError);
  });
  it('solves a symmetric positive definite system from its lower triangle', () => {
    const x = Float64Array.of(2 * 1 + 1 * 2, 1 * 1 + 3 * 2);
    solvePositiveDefinite(Float64Array.of(2, Number.NaN, 1, 3), x);
    assert.ok(Math.abs(x[0]! - 1) < 1e-12 && Math.abs(x[1]! - 2) < 1e-12);
  });
});
