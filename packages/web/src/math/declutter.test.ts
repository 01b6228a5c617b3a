import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { declutter, type LabelBox } from './declutter.ts';

const BOUNDS = { left: 0, top: 0, right: 400, bottom: 300 };
const spot = fc.tuple(fc.integer({ min: -50, max: 420 }), fc.integer({ min: -50, max: 320 }));
const boxes = fc
  .array(
    fc.record({
      spots: fc.array(spot, { minLength: 1, maxLength: 3 }),
      width: fc.integer({ min: 10, max: 90 }),
      height: fc.integer({ min: 8, max: 24 }),
    }),
    { maxLength: 60 },
  )
  .map((list) => list.map((box, index): LabelBox => ({ ...box, index })));

test('placed labels lie in bounds, keep their distance, and are as many as allowed at most', () => {
  fc.assert(
    fc.property(boxes, fc.nat(20), fc.nat(8), (list, most, gap) => {
      const placed = declutter(list, BOUNDS, most, gap);
      assert.ok(placed.length <= most);
      for (const [i, a] of placed.entries()) {
        assert.ok(a.x >= 0 && a.y >= 0 && a.x + a.width <= 400 && a.y + a.height <= 300);
        assert.ok(list[a.index]!.spots.some(([x, y]) => x === a.x && y === a.y));
        for (const b of placed.slice(i + 1)) {
          const apartX = Math.max(b.x - (a.x + a.width), a.x - (b.x + b.width));
          const apartY = Math.max(b.y - (a.y + a.height), a.y - (b.y + b.height));
          assert.ok(Math.max(apartX, apartY) >= gap);
        }
      }
    }),
  );
});

test('a label is left out only when none of its spots is free', () => {
  fc.assert(
    fc.property(boxes, (list) => {
      const placed = declutter(list, BOUNDS, 1000, 0);
      for (const { index, spots, width, height } of list) {
        if (placed.some((label) => label.index === index)) continue;
        for (const [x, y] of spots) {
          const out = x < 0 || y < 0 || x + width > 400 || y + height > 300;
          const taken = placed.some(
            (label) =>
              x < label.x + label.width && label.x < x + width && y < label.y + label.height && label.y < y + height,
          );
          assert.ok(out || taken, `label ${index} would have fitted at ${x}, ${y}`);
        }
      }
    }),
  );
});

test('rank decides, and the second spot is taken when the first is not free', () => {
  const first: LabelBox = { index: 1, spots: [[10, 10]], width: 50, height: 20 };
  const second: LabelBox = {
    index: 2,
    spots: [
      [20, 15],
      [20, 60],
    ],
    width: 50,
    height: 20,
  };
  assert.deepEqual(
    declutter([first, second], BOUNDS, 9, 2).map(({ index, y }) => [index, y]),
    [
      [1, 10],
      [2, 60],
    ],
  );
  assert.deepEqual(
    declutter([second, first], BOUNDS, 9, 2).map(({ index }) => index),
    [2],
  );
});

test('a label that only looks takes no place and counts for nothing', () => {
  const at = (index: number, looking: boolean): LabelBox => ({
    index,
    spots: [[10, 10]],
    width: 50,
    height: 20,
    looking,
  });
  const found = (list: LabelBox[], most: number) => declutter(list, BOUNDS, most, 2).map(({ index }) => index);
  assert.deepEqual(found([at(1, true), at(2, true), at(3, false), at(4, true)], 9), [1, 2, 3]);
  assert.deepEqual(found([at(1, true), at(2, false), at(3, true)], 1), [1, 2]);
  assert.deepEqual(found([at(1, true)], 0), []);
});
