import { VirtualClock } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JumpingClock } from './clock.ts';

test('the wall time jumps both ways; durations and timers do not notice', () => {
  const base = new VirtualClock(1_000_000);
  const clock = new JumpingClock(base);
  let ran = 0;
  clock.after(100, () => ran++);
  const began = clock.elapsed();
  clock.jump(3_600_000);
  assert.equal(clock.now(), 4_600_000);
  clock.jump(-7_200_000);
  assert.equal(clock.now(), -2_600_000);
  assert.equal(clock.elapsed(), began);
  assert.equal(ran, 0);
  base.advance(100);
  assert.equal(ran, 1);
  assert.equal(clock.now(), -2_599_900);
});
