import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { systemClock, VirtualClock } from './clock.ts';

fc.configureGlobal({ seed: 11 });

describe('VirtualClock', () => {
  test('stands still until it is advanced', () => {
    const clock = new VirtualClock(1_000);
    let runs = 0;
    clock.after(0, () => runs++);
    assert.deepEqual([clock.now(), clock.elapsed(), runs], [1_000, 1_000, 0]);
    clock.advance(0);
    assert.deepEqual([clock.now(), clock.elapsed(), runs], [1_000, 1_000, 1]);
  });

  test('runs what is due at its own instant and leaves the rest', () => {
    const clock = new VirtualClock();
    const seen: [string, number][] = [];
    clock.after(30, () => seen.push(['late', clock.now()]));
    clock.after(10, () => seen.push(['early', clock.now()]));
    clock.advance(29);
    assert.deepEqual(seen, [['early', 10]]);
    assert.equal(clock.now(), 29);
    clock.advance(1);
    assert.deepEqual(seen, [
      ['early', 10],
      ['late', 30],
    ]);
    clock.advance(1_000);
    assert.equal(seen.length, 2, 'each timer runs once');
  });

  test('a timer set by a timer runs in the same advance when it falls due, and time never runs back', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.after(5, () => {
      clock.after(5, () => seen.push(clock.now()));
      clock.after(6, () => seen.push(clock.now()));
    });
    clock.advance(10);
    assert.deepEqual(seen, [10]);
    clock.after(1, () => clock.advance(100));
    clock.advance(2);
    assert.equal(clock.now(), 111);
  });

  test('a wait below zero is no wait', () => {
    const clock = new VirtualClock(50);
    let at = -1;
    clock.after(-20, () => (at = clock.now()));
    clock.advance(0);
    assert.equal(at, 50);
  });

  test('a cancelled timer never runs, even when a timer of the same instant cancels it', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(1, () => victim.cancel());
    const victim = clock.after(1, () => seen.push('victim'));
    const own = clock.after(2, () => seen.push('own'));
    own.cancel();
    own.cancel();
    clock.advance(10);
    assert.deepEqual(seen, []);
  });

  test('timers run in order of instant, then of setting; cancelled ones are left out', () => {
    const timers = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 9 }), cancelled: fc.boolean() }));
    fc.assert(
      fc.property(timers, fc.array(fc.nat(4)), (wanted, steps) => {
        const clock = new VirtualClock();
        const seen: number[] = [];
        wanted.forEach(({ ms, cancelled }, order) => {
          const timer = clock.after(ms, () => {
            assert.equal(clock.now(), ms);
            seen.push(order);
          });
          if (cancelled) timer.cancel();
        });
        for (const step of [...steps, 9]) clock.advance(step);
        const kept = wanted.map((timer, order) => ({ ...timer, order })).filter(({ cancelled }) => !cancelled);
        assert.deepEqual(
          seen,
          kept.sort((a, b) => a.ms - b.ms || a.order - b.order).map(({ order }) => order),
        );
      }),
    );
  });
});

describe('systemClock', () => {
  test('never goes back, runs a timer, and runs none that was cancelled', async () => {
    const keepAlive = setInterval(() => undefined, 1_000);
    try {
      const start = systemClock.elapsed();
      let cancelledRan = false;
      systemClock.after(0, () => (cancelledRan = true)).cancel();
      await new Promise<void>((resolve) => systemClock.after(1, resolve));
      assert.ok(systemClock.elapsed() >= start);
      assert.ok(systemClock.now() > Date.UTC(2025, 0));
      assert.equal(cancelledRan, false);
    } finally {
      clearInterval(keepAlive);
    }
  });

  test('its timers do not keep a process alive', () => {
    const door = new URL('./index.ts', import.meta.url).href;
    const script = `import { systemClock } from ${JSON.stringify(door)};
      systemClock.after(600_000, () => process.exit(3)); process.stdout.write('set');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.deepEqual([child.status, child.stdout], [0, 'set'], child.stderr);
  });
});
