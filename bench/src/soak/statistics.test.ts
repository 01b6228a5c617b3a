import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { burn, failureBound, outages, repairTimes, type Second, slope } from './statistics.ts';

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('Clopper-Pearson', () => {
  it('without a failure is 1 - (1 - confidence)^(1/n), the rule of three', () => {
    for (const n of [1, 10, 2996, 29_956, 360_000]) near(failureBound(0, n), 1 - 0.05 ** (1 / n), 1e-12);
    assert.ok(failureBound(0, 2996) < 0.001);
    assert.ok(failureBound(0, 2990) > 0.001);
  });

  it('agrees with published two-sided 95 % intervals, whose upper ends are one-sided 97.5 %', () => {
    // Upper limits of R's binom.test(k, n).
    for (const [k, n, upper] of [
      [0, 10, 0.3085],
      [1, 10, 0.445],
      [5, 10, 0.8129],
      [9, 10, 0.9975],
      [5, 100, 0.1128],
      [50, 100, 0.6017],
    ] as const)
      near(failureBound(k, n, 0.975), upper, 5e-5);
  });

  it('bounds what was seen, and grows with the failures', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.floor(share * n);
        const bound = failureBound(k, n);
        assert.ok(bound >= k / n && bound <= 1);
        if (k < n) assert.ok(failureBound(k + 1, n) > bound || bound === 1);
      }),
    );
    assert.equal(failureBound(5, 5), 1);
    assert.equal(failureBound(0, 0), 1);
  });
});

describe('slope', () => {
  it('of a line is the line, of noise around it the least squares', () => {
    near(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
      2,
      1e-12,
    );
    // Anscombe's first quartet (1973): 0.500.
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    near(slope(x.map((value, i) => [value, y[i] as number])), 0.5001, 1e-4);
    assert.ok(Number.isNaN(slope([[1, 1]])));
    assert.ok(Number.isNaN(slope([])));
  });
});

const second = (failed: number): Second => ({ requests: 100, failed });

describe('outages', () => {
  it('are seconds in a row with a failure in each', () => {
    const seen = [0, 2, 1, 0, 0, 5, 0, 7].map(second);
    assert.deepEqual(outages(seen), [
      { at: 1, seconds: 2, failed: 3 },
      { at: 5, seconds: 1, failed: 5 },
      { at: 7, seconds: 1, failed: 7 },
    ]);
    assert.deepEqual(outages([]), []);
  });
});

describe('burn rate', () => {
  const windows = { rate: 14.4, longSeconds: 60, shortSeconds: 5 };

  it('is the share of failures in the budget, of both windows at once', () => {
    // A hundredth fails all the time: ten times a budget of a thousandth.
    const steady = burn(
      Array.from({ length: 100 }, () => second(1)),
      windows,
      0.001,
    );
    near(steady.worst, 10, 1e-9);
    assert.equal(steady.firedAt, null);
  });

  it('fires when the long window has seen enough, and not for what is over', () => {
    const quiet = Array.from({ length: 60 }, () => second(0));
    // One second of everything failing is 100 of 6,000 in a minute: 16.7 times the budget.
    const { worst, firedAt } = burn([...quiet, second(100), ...quiet], windows, 0.001);
    assert.equal(firedAt, 60);
    near(worst, 100 / 6000 / 0.001, 1e-9);
    // Half of that is below the threshold, however bad the short window is.
    assert.equal(burn([...quiet, second(50), ...quiet], windows, 0.001).firedAt, null);
  });

  it('of no requests is none', () => {
    assert.deepEqual(burn([{ requests: 0, failed: 0 }], windows, 0.001), { worst: 0, firedAt: null });
  });
});

describe('repair times', () => {
  it('are the longest outage from a fault to the next one, which a second without a failure ends', () => {
    const failures = [400, 1100, 1900, 4000, 5000, 5400].map((atMs) => ({ atMs }));
    // 1100 to 1900 is longer than 4000 alone; 5000 belongs to the second fault.
    assert.deepEqual(repairTimes(failures, [1000, 5000, 9000], 5), [805, 405, 0]);
    assert.deepEqual(repairTimes([{ atMs: 7 }], [0], 5), [5]);
    assert.deepEqual(repairTimes([], [1, 2], 5), [0, 0]);
  });
});
