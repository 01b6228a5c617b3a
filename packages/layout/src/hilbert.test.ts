import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { createSortBuffers, HILBERT_BITS, hilbertKey, sortAlongHilbert } from './hilbert.ts';

it('visits every point of a corner cube once, in steps of one', () => {
  const side = 8;
  const places: [number, number[]][] = [];
  for (let i = 0; i < side ** 3; i++) {
    const point = [i % side, Math.floor(i / side) % side, Math.floor(i / side ** 2)];
    places.push([hilbertKey(point[0]!, point[1]!, point[2]!), point]);
  }
  places.sort(([a], [b]) => a - b);
  for (const [index, [key, point]] of places.entries()) {
    assert.equal(key, index);
    const before = places[Math.max(0, index - 1)]![1];
    const step = point.reduce((sum, value, axis) => sum + Math.abs(value - before[axis]!), 0);
    assert.equal(step, index === 0 ? 0 : 1);
  }
});

it('uses all bits of a key', () => {
  const most = 2 ** HILBERT_BITS - 1;
  const ends = [0, most].flatMap((x) => [0, most].flatMap((y) => [0, most].map((z) => hilbertKey(x, y, z))));
  assert.equal(new Set(ends).size, 8);
  assert.equal(Math.max(...ends), 2 ** (3 * HILBERT_BITS) - 1);
});

it('sorts into a permutation whose neighbours are near, one far outlier or not', () => {
  for (const outlier of [0, 1e6]) {
    const random = seededRandom(3);
    const positions = Float32Array.from({ length: 3000 }, random);
    positions[0]! += outlier;
    const order = new Uint32Array(1000);
    sortAlongHilbert(positions, order, createSortBuffers(1000));
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, i) => i),
    );
    if (outlier === 0) assert.ok(meanStep(positions, order) < 0.15, `${meanStep(positions, order)}`);
  }
});

it('keeps the order of indices where positions are equal', () => {
  const order = new Uint32Array(5);
  sortAlongHilbert(new Float32Array(15).fill(2), order, createSortBuffers(5));
  assert.deepEqual([...order], [0, 1, 2, 3, 4]);
});

/** Random order gives 0.66 in a unit cube. */
function meanStep(positions: Float32Array, order: Uint32Array): number {
  let sum = 0;
  for (let k = 1; k < order.length; k++) {
    const a = order[k - 1]! * 3;
    const b = order[k]! * 3;
    sum += Math.hypot(
      positions[a]! - positions[b]!,
      positions[a + 1]! - positions[b + 1]!,
      positions[a + 2]! - positions[b + 2]!,
    );
  }
  return sum / (order.length - 1);
}
