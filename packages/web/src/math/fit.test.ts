import assert from 'node:assert/strict';
import test from 'node:test';
import { REMOVED_GROUP } from '@vortexflow/protocol';
import { fitSphere, sphereAround } from './fit.ts';

/** Points on a grid in a cube of side 20 about (100, 0, 0). */
function grid(): number[] {
  const out: number[] = [];
  for (let x = -10; x <= 10; x++)
    for (let y = -10; y <= 10; y++) for (let z = -10; z <= 10; z++) out.push(100 + x, y, z);
  return out;
}

test('the sphere holds 98 in 100 nodes', () => {
  const positions = Float32Array.from(grid());
  const { center, radius } = fitSphere(positions, new Uint8Array(positions.length / 3));
  let inside = 0;
  for (let i = 0; i < positions.length; i += 3) {
    const away = Math.hypot(positions[i]! - center[0], positions[i + 1]! - center[1], positions[i + 2]! - center[2]);
    if (away <= radius + 1e-6) inside++;
  }
  const share = inside / (positions.length / 3);
  assert.ok(share >= 0.98 && share < 0.995, `${share}`);
  assert.deepEqual(center, [100, 0, 0]);
});

test('one node in a hundred, however far away, changes nothing much', () => {
  const near = grid();
  const positions = Float32Array.from([...near, ...Array.from({ length: 90 }, () => [1e6, 1e6, 1e6]).flat()]);
  const { center, radius } = fitSphere(positions, new Uint8Array(positions.length / 3));
  assert.ok(radius < 20, `${radius}`);
  assert.ok(Math.abs(center[0] - 100) < 1);
});

test('removed nodes and nodes without a place do not count', () => {
  const positions = Float32Array.of(0, 0, 0, 2, 0, 0, 1e9, 0, 0, Number.NaN, 0, 0);
  const { center, radius } = fitSphere(positions, Uint8Array.of(0, 0, REMOVED_GROUP, 0));
  assert.deepEqual(center, [1, 0, 0]);
  assert.equal(radius, 1);
});

test('an empty graph has a sphere too', () => {
  assert.ok(fitSphere(new Float32Array(0), new Uint8Array(0)).radius > 0);
});

test('the sphere around a few nodes holds them all and keeps a margin', () => {
  const { center, radius } = sphereAround(
    [
      [0, 0, 0],
      [10, 0, 0],
      [5, 3, 0],
    ],
    1,
  );
  assert.deepEqual(center, [5, 1.5, 0]);
  assert.ok(radius > Math.hypot(5, 1.5));
  assert.equal(sphereAround([[1, 2, 3]], 4).radius, 4);
});
