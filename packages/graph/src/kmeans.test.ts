import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { kMeans } from './kmeans.ts';
import type { Rows } from './rows.ts';

fc.configureGlobal({ seed: 46 });

/** Few distinct values, so that points coincide and clusters run empty. */
const anyRows: fc.Arbitrary<Rows> = fc.integer({ min: 1, max: 4 }).chain((dimensions) => {
  const row = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: dimensions, maxLength: dimensions });
  return fc
    .array(row, { minLength: 1, maxLength: 25 })
    .map((rows) => ({ dimensions, values: Float32Array.from(rows.flat()) }));
});

function squareTo({ values, dimensions }: Rows, row: number, centres: Float64Array, centre: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++)
    sum += ((values[row * dimensions + d] as number) - (centres[centre * dimensions + d] as number)) ** 2;
  return sum;
}

describe('kMeans', () => {
  test('finds clusters that lie far apart', () => {
    const random = seededRandom(5);
    const values = Float32Array.from({ length: 90 * 3 }, (_, i) => 100 * Math.floor(i / 90) + random());
    const { of, sizes, centres, converged } = kMeans({ values, dimensions: 3 }, { k: 3, random: seededRandom(1) });
    assert.deepEqual([...sizes], [30, 30, 30]);
    for (let row = 0; row < 90; row++) assert.equal(of[row], of[30 * Math.floor(row / 30)]);
    assert.deepEqual(
      [...centres]
        .map((value) => Math.floor(value / 100) * 100)
        .sort((a, b) => a - b)
        .slice(3),
      [100, 100, 100, 200, 200, 200],
    );
    assert.ok(converged);
  });

  test('one cluster is the mean of all', () => {
    const { centres, inertia } = kMeans(
      { values: Float32Array.of(0, 0, 4, 8), dimensions: 2 },
      { k: 1, random: () => 0 },
    );
    assert.deepEqual([...centres], [2, 4]);
    assert.equal(inertia, 40);
  });

  test('every point is with its nearest centre, and the inertia is the sum of their squares', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 8 }), fc.nat(), (rows, k, seed) => {
        const { of, sizes, centres, inertia, converged } = kMeans(rows, { k, random: seededRandom(seed) });
        assert.ok(converged);
        let sum = 0;
        for (const [row, cluster] of of.entries()) {
          const own = squareTo(rows, row, centres, cluster);
          for (let other = 0; other < sizes.length; other++)
            assert.ok(own <= squareTo(rows, row, centres, other) + 1e-9);
          sum += own;
        }
        assert.ok(Math.abs(sum - inertia) < 1e-9);
        for (const [cluster, size] of sizes.entries())
          assert.equal(size, of.filter((other) => other === cluster).length);
        // An empty cluster is right only where another would gain nothing by it.
        assert.ok(inertia < 1e-9 || sizes.every((size) => size > 0));
      }),
    );
  });

  test('no iteration raises the inertia', () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 1, max: 8 }), fc.nat(), (rows, k, seed) => {
        let last = Infinity;
        for (let maxIterations = 0; maxIterations < 8; maxIterations++) {
          const { inertia } = kMeans(rows, { k, random: seededRandom(seed), maxIterations });
          assert.ok(inertia <= last + 1e-9, `${inertia} after ${last}`);
          last = inertia;
        }
      }),
    );
  });

  test('makes no more clusters than there are points, and refuses what makes no sense', () => {
    const rows = { values: Float32Array.of(1, 2), dimensions: 1 };
    assert.equal(kMeans(rows, { k: 5, random: seededRandom(1) }).sizes.length, 2);
    assert.equal(kMeans({ ...rows, values: new Float32Array() }, { k: 5, random: seededRandom(1) }).inertia, 0);
    assert.throws(() => kMeans(rows, { k: 0, random: seededRandom(1) }), RangeError);
    assert.throws(() => kMeans({ ...rows, dimensions: 3 }, { k: 1, random: seededRandom(1) }), RangeError);
  });
});
