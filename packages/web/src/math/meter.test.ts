import assert from 'node:assert/strict';
import test from 'node:test';
import { Meter, Rate } from './meter.ts';

test('bytes and frames add up; gaps between ticks are counted, and none across connections', () => {
  const meter = new Meter();
  for (const bytes of [100, 20]) meter.received(bytes);
  for (const sequence of [7, 8, 11, 11]) meter.positions(sequence, 0, 0);
  assert.deepEqual(meter.traffic, { bytes: 120, frames: 2, dropped: 2, behindMs: 0 });
  meter.reconnected();
  meter.positions(90, 0, 0);
  assert.equal(meter.traffic.dropped, 2);
});

test('a frame is as late as it came after the quickest, whatever the clocks say', () => {
  const skew = -5_000;
  const meter = new Meter();
  const behind = [30, 20, 250, 20].map((took, i) => {
    meter.positions(i, i * 100, i * 100 + took + skew);
    return meter.traffic.behindMs;
  });
  assert.deepEqual(behind, [0, 0, 230, 0]);
});

test('a rate is that of the latest while, and falls to nothing in silence', () => {
  const rate = new Rate(2000);
  assert.equal(rate.measure(0, 500), 0);
  assert.equal(rate.measure(500, 1000), 1000);
  for (let now = 1000; now <= 4000; now += 500) rate.measure(now, 1000 + (now - 500) * 3);
  assert.equal(rate.measure(4500, 1000 + 4000 * 3), 3000);
  for (let now = 5000; now <= 7000; now += 500) rate.measure(now, 13_000);
  assert.equal(rate.measure(7500, 13_000), 0);
});
