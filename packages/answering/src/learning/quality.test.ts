import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { coverageAt, type Judged, qualityOf, wilson } from './quality.ts';

const row = (confidence: number, right: boolean): Judged => ({ confidence, right });
const rows = fc.array(fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() }), {
  minLength: 1,
});

describe('quality', () => {
  it('is worked out as by hand', () => {
    const quality = qualityOf([row(0.9, true), row(0.9, true), row(0.9, false), row(0.2, false)]);
    assert.ok(quality);
    const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-12, `${value}`);
    near(quality.accuracy, 0.5);
    near(quality.ece, (3 * (0.9 - 2 / 3) + 0.2) / 4);
    near(quality.brier, (0.01 + 0.01 + 0.81 + 0.04) / 4);
    near(quality.log_loss, -(2 * Math.log(0.9) + Math.log(1 - 0.9) + Math.log(0.8)) / 4);
    assert.equal(quality.bins[9]?.n, 3);
    assert.equal(quality.bins[2]?.n, 1);
  });

  it('keeps to its ranges, also at confidence 0 and 1', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const quality = qualityOf([...list, row(0, true), row(1, false)]);
        assert.ok(quality);
        for (const value of [quality.accuracy, quality.ece, quality.brier]) assert.ok(value >= 0 && value <= 1);
        assert.ok(Number.isFinite(quality.log_loss));
        assert.ok(quality.accuracy_low <= quality.accuracy && quality.accuracy <= quality.accuracy_high);
        assert.equal(
          quality.bins.reduce((sum, { n }) => sum + n, 0),
          list.length + 2,
        );
      }),
    );
  });

  it('is nothing without rows', () => assert.equal(qualityOf([]), null));
});

describe('the Wilson interval', () => {
  it('has the values of its table', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148.
    const round = ([low, high]: [number, number]) => [low.toFixed(4), high.toFixed(4)];
    assert.deepEqual(round(wilson(81, 263)), ['0.2553', '0.3662']);
    assert.deepEqual(round(wilson(15, 148)), ['0.0624', '0.1605']);
    assert.deepEqual(wilson(0, 0), [0, 1]);
  });
});

describe('coverage', () => {
  it('is the largest share, surest first, that is right often enough', () => {
    const list = [row(0.9, true), row(0.8, true), row(0.7, false), row(0.6, true)];
    assert.equal(coverageAt(list, 1), 0.5);
    assert.equal(coverageAt(list, 0.75), 1);
    assert.equal(coverageAt(list, 0), 1);
    assert.equal(coverageAt([], 0.97), 0);
  });

  it('does not part answers of equal confidence', () => {
    assert.equal(coverageAt([row(0.9, true), row(0.9, false)], 0.97), 0);
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true }), (list, wanted) => {
        assert.equal(coverageAt(list, wanted), coverageAt([...list].reverse(), wanted));
      }),
    );
  });
});
