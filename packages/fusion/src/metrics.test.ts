import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brierScore, expectedCalibrationError } from './metrics.ts';

describe('calibration metrics', () => {
  it('are 0 for certain and right, 1 for certain and wrong, 0 for nothing', () => {
    for (const metric of [expectedCalibrationError, brierScore]) {
      assert.equal(
        metric([
          { confidence: 1, right: true },
          { confidence: 0, right: false },
        ]),
        0,
      );
      assert.equal(metric([{ confidence: 1, right: false }]), 1);
      assert.equal(metric([]), 0);
    }
  });
  it('ECE compares within ten equal bins: errors in one bin cancel, those in two add up', () => {
    const rows = [
      { confidence: 0.55, right: true },
      { confidence: 0.55, right: false },
      { confidence: 0.95, right: false },
    ];
    assert.ok(Math.abs(expectedCalibrationError(rows) - (0.1 + 0.95) / 3) < 1e-12);
  });
});
