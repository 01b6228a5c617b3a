import assert from 'node:assert/strict';
import test from 'node:test';
import type { Camera } from './camera.ts';
import { hasMoved, interestOf } from './interest.ts';

const camera = (distance: number): Camera => ({ target: [1, 2, 3], distance, yaw: 0, pitch: 0 });

test('only a near camera in a large graph has an interest: the sphere about its target', () => {
  assert.equal(interestOf(camera(10), 50_000, 100), null);
  assert.equal(interestOf(camera(50), 100_000, 100), null);
  assert.deepEqual(interestOf(camera(49), 100_000, 100), { center: [1, 2, 3], radius: 49 });
});

test('an interest is told again when it has moved or grown by a quarter, or has come or gone', () => {
  const sphere = { center: [0, 0, 0], radius: 8 } as const;
  const moved = (x: number, radius = 8) => hasMoved(sphere, { center: [x, 0, 0], radius });
  assert.deepEqual(
    [moved(0), moved(2), moved(2.1), moved(0, 6), moved(0, 5.9), moved(0, 10.1)],
    [false, false, true, false, true, true],
  );
  assert.deepEqual([hasMoved(null, sphere), hasMoved(sphere, null), hasMoved(null, null)], [true, true, false]);
});
