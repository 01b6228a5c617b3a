import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { Timeline } from './timeline.ts';

test('the first frame is shown at once', () => {
  const timeline = new Timeline(true);
  timeline.push(Float32Array.of(1, 2, 3), 0);
  assert.equal(timeline.blend(0), 1);
  assert.deepEqual(timeline.at(0, 0), [1, 2, 3]);
});

test('later frames are reached in the time that frames are apart', () => {
  const timeline = new Timeline(true);
  timeline.push(Float32Array.of(0, 0, 0), 0);
  timeline.push(Float32Array.of(10, 0, 0), 200);
  assert.deepEqual(timeline.at(0, 200), [0, 0, 0]);
  assert.deepEqual(timeline.at(0, 300), [5, 0, 0]);
  assert.deepEqual(timeline.at(0, 400), [10, 0, 0]);
  assert.deepEqual(timeline.at(0, 9000), [10, 0, 0]);
});

test('nothing jumps, whenever frames come', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(gaps, (waits) => {
      const timeline = new Timeline(true);
      timeline.push(Float32Array.of(0, 0, 0), 0);
      let now = 0;
      for (const [i, wait] of waits.entries()) {
        now += wait;
        const before = timeline.at(0, now);
        timeline.push(Float32Array.of((i % 2) * 100 - 50, i, 1), now);
        const after = timeline.at(0, now);
        for (const axis of [0, 1, 2]) assert.ok(Math.abs(before[axis]! - after[axis]!) < 1e-4);
      }
    }),
  );
});

test('after a rest the pace is that of before, not that of the rest', () => {
  const timeline = new Timeline(true);
  for (const now of [0, 200, 400]) timeline.push(Float32Array.of(now, 0, 0), now);
  timeline.push(Float32Array.of(0, 0, 0), 60_000);
  assert.equal(timeline.blend(60_200), 1);
  assert.ok(timeline.blend(60_100) < 1);
});

test('new nodes start where the new frame has them, old ones where they were', () => {
  const timeline = new Timeline(true);
  timeline.push(Float32Array.of(0, 0, 0), 0);
  timeline.push(Float32Array.of(8, 0, 0, 5, 5, 5), 100);
  assert.deepEqual(timeline.at(0, 100), [0, 0, 0]);
  assert.deepEqual(timeline.at(1, 100), [5, 5, 5]);
});

test('with reduced motion every frame is shown at once', () => {
  const timeline = new Timeline(false);
  timeline.push(Float32Array.of(0, 0, 0), 0);
  timeline.push(Float32Array.of(9, 9, 9), 100);
  assert.equal(timeline.blend(100), 1);
});

test('frames that are pushed are never written to', () => {
  const timeline = new Timeline(true);
  const frames = Array.from({ length: 6 }, (_, i) => Float32Array.of(i, i * 2, -i));
  for (const [i, frame] of frames.entries()) timeline.push(frame, i * 70);
  for (const [i, frame] of frames.entries()) assert.deepEqual([...frame], [i, i * 2, -i]);
});
