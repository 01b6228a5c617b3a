import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seededRandom } from '@vortexflow/primitives';
import { pressFlat } from './principal-plane.ts';

it('keeps the distances of points that lie in a plane, however it is turned', () => {
  const random = seededRandom(2);
  const axes = [
    [0.6, 0, 0.8],
    [0.48, 0.8, -0.36],
  ] as const;
  const points = Array.from({ length: 60 }, () => [random() * 6 - 3, random() * 2 - 1] as const);
  const mean = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k]!, 0) / points.length);
  const positions = Float32Array.from(
    points.flatMap((point) =>
      [0, 1, 2].map((axis) => (point[0] - mean[0]!) * axes[0][axis]! + (point[1] - mean[1]!) * axes[1][axis]!),
    ),
  );
  pressFlat(positions);
  for (let k = 1; k < points.length; k++) {
    const wanted = Math.hypot(points[k]![0] - points[0]![0], points[k]![1] - points[0]![1]);
    const found = Math.hypot(positions[k * 3]! - positions[0]!, positions[k * 3 + 1]! - positions[1]!);
    assert.ok(Math.abs(wanted - found) < 1e-5, `${found} for ${wanted}`);
    assert.equal(positions[k * 3 + 2], 0);
  }
});
