import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { keyOfShape, shapeFeatures, type SpanShape } from './span-shape.ts';

const upTo = (most: number) => fc.integer({ min: 0, max: most });
const shape: fc.Arbitrary<SpanShape> = fc.record({
  kind: upTo(2),
  isKnown: upTo(1),
  length: upTo(3),
  article: upTo(3),
  familiar: upTo(4),
  role: upTo(5),
  frameWords: upTo(3),
  isLong: upTo(1),
  at: upTo(3),
  beside: upTo(3),
  more: upTo(3),
  later: upTo(1),
  possessive: upTo(1),
});

it('shapes have the same key exactly when they are the same, and so the same features', () => {
  const near = shape.chain((one) =>
    fc.tuple(
      fc.constant(one),
      shape.map((other) => ({ ...one, at: other.at, more: other.more })),
    ),
  );
  fc.assert(
    fc.property(fc.oneof(fc.tuple(shape, shape), near), ([left, right]) => {
      const isSame = JSON.stringify(left) === JSON.stringify(right);
      assert.equal(keyOfShape(left) === keyOfShape(right), isSame);
      assert.equal(shapeFeatures(left).join() === shapeFeatures(right).join(), isSame);
    }),
    { numRuns: 2000 },
  );
});
