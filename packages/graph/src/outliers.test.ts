import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { KdTree } from './kd-tree.ts';
import type { Rows } from './rows.ts';
import { localOutliers } from './outliers.ts';

fc.configureGlobal({ seed: 47 });

function randomRows(count: number, dimensions: number, seed: number): Rows {
  const random = seededRandom(seed);
  return { dimensions, values: Float32Array.from({ length: count * dimensions }, random) };
}

const rowOf = ({ values, dimensions }: Rows, row: number): Float32Array =>
  values.subarray(row * dimensions, (row + 1) * dimensions);
const distance = (rows: Rows, a: number, b: number): number =>
  Math.hypot(...rowOf(rows, a).map((value, d) => value - (rowOf(rows, b)[d] as number)));

describe('KdTree', () => {
  test('finds what looking at all points finds', () => {
    const anyCase = fc.record({ count: fc.integer({ min: 2, max: 120 }), dimensions: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(anyCase, fc.nat(), fc.boolean(), ({ count, dimensions }, seed, coarse) => {
        const fine = randomRows(count, dimensions, seed);
        // On a coarse grid many distances are equal and many points coincide.
        const rows = coarse ? { ...fine, values: fine.values.map((value) => Math.round(value * 3)) } : fine;
        const tree = new KdTree(rows);
        const k = Math.min(7, count - 1);
        const neighbours = new Uint32Array(k);
        const distances = new Float64Array(k);
        for (let row = 0; row < count; row += 5) {
          tree.nearest(row, neighbours, distances);
          const all = Array.from({ length: count }, (_, other) => other).filter((other) => other !== row);
          const expected = all.map((other) => distance(rows, row, other)).sort((a, b) => a - b);
          for (const [rank, other] of neighbours.entries()) {
            assert.ok(Math.abs((distances[rank] as number) - (expected[rank] as number)) < 1e-6);
            assert.ok(Math.abs(distance(rows, row, other) - (distances[rank] as number)) < 1e-6);
          }
          assert.equal(new Set(neighbours).size, k);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('localOutliers', () => {
  test('a planted outlier scores highest, in 3 dimensions and in 32', () => {
    for (const dimensions of [3, 32]) {
      const rows = randomRows(400, dimensions, 9);
      rowOf(rows, 123).fill(3);
      const { scores, factors } = localOutliers(rows, { k: 10 });
      assert.equal(scores.indexOf(Math.max(...scores)), 123);
      assert.ok((factors[123] as number) > 2);
      const others = factors.filter((_, row) => row !== 123).sort();
      assert.ok(Math.abs((others[200] as number) - 1) < 0.1, 'an ordinary point has a factor of about 1');
    }
  });

  test('is local: near a dense cluster less distance makes an outlier than inside a sparse one', () => {
    const dense = [...randomRows(100, 2, 1).values].map((value) => value * 0.01);
    const sparse = [...randomRows(100, 2, 2).values].map((value) => 50 + value * 10);
    const rows = { dimensions: 2, values: Float32Array.from([...dense, ...sparse, 0.1, 0.1]) };
    const { scores } = localOutliers(rows, { k: 8 });
    assert.equal(scores.indexOf(Math.max(...scores)), 200);
  });

  test('does not depend on the scale', () => {
    const rows = randomRows(200, 3, 4);
    const { factors } = localOutliers(rows);
    const larger = localOutliers({ ...rows, values: rows.values.map((value) => value * 64) });
    for (const [row, factor] of factors.entries()) assert.ok(Math.abs(factor - (larger.factors[row] as number)) < 1e-6);
  });

  test('scores stay in 0 .. 1 and coincident points are no outliers', () => {
    const values = Float32Array.from({ length: 40 }, (_, i) => (i < 30 ? 1 : i - 28.5));
    const { scores } = localOutliers({ values, dimensions: 1 }, { k: 5 });
    assert.ok(scores.every((score) => score >= 0 && score <= 1));
    assert.ok(scores.subarray(0, 30).every((score) => score === 0));
    assert.ok((scores[30] as number) > 0.9);
  });

  test('takes few points, and refuses a k that is none', () => {
    assert.deepEqual([...localOutliers({ values: Float32Array.of(1), dimensions: 1 }).factors], [1]);
    assert.deepEqual([...localOutliers({ values: Float32Array.of(1, 2), dimensions: 1 }).factors], [1, 1]);
    assert.equal(localOutliers({ values: new Float32Array(), dimensions: 1 }).scores.length, 0);
    assert.throws(() => localOutliers(randomRows(5, 1, 1), { k: 0.5 }), RangeError);
  });
});
