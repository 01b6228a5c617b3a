import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { ThreadTuner } from './thread-tuner.ts';

/** Runs phases of 10 ms, of which the leading thread waits a share for the others. */
function phases(tuner: ThreadTuner, clock: VirtualClock, count: number, waiting: number): void {
  for (let phase = 0; phase < count; phase++) {
    tuner.begin();
    clock.advance(10 * (1 - waiting));
    tuner.waiting();
    clock.advance(10 * waiting);
    tuner.end();
  }
}

describe('thread tuner', () => {
  it('wakes all helpers as long as nobody has to wait for them', () => {
    const clock = new VirtualClock();
    const tuner = new ThreadTuner(4, clock);
    phases(tuner, clock, 500, 0.1);
    assert.equal(tuner.active, 4);
  });

  it('wakes one fewer at a time while they hold the leading thread up, and never none', () => {
    const clock = new VirtualClock();
    const tuner = new ThreadTuner(3, clock);
    phases(tuner, clock, 16, 0.6);
    assert.equal(tuner.active, 2);
    phases(tuner, clock, 200, 0.6);
    assert.equal(tuner.active, 1);
  });

  it('tries again when the cores are free, less often after each failure', () => {
    const clock = new VirtualClock();
    const tuner = new ThreadTuner(2, clock);
    const windowsUntilTried = (): number => {
      phases(tuner, clock, 16, 0.6);
      assert.equal(tuner.active, 1);
      let windows = 0;
      for (; tuner.active === 1; windows++) phases(tuner, clock, 16, 0);
      return windows;
    };
    const first = windowsUntilTried();
    const second = windowsUntilTried();
    assert.ok(second > first, `${first} and ${second}`);
    phases(tuner, clock, 160, 0.1);
    assert.equal(tuner.active, 2);
  });
});
