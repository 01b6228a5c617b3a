import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { BoundedMap, sizeOf } from './bounded-map.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const step = fc.oneof(
  fc.record({ type: fc.constant('set' as const), key, bytes: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ type: fc.constant('get' as const), key }),
  fc.record({ type: fc.constant('delete' as const), key }),
  fc.record({ type: fc.constant('clear' as const) }),
);

describe('BoundedMap', () => {
  it('keeps what was used last, within both bounds, as a plain list would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = new BoundedMap<number>({ entries: 4, bytes: 30 });
        let list: { key: string; value: number; bytes: number }[] = [];
        steps.forEach((one, value) => {
          if (one.type === 'clear') {
            map.clear();
            list = [];
          } else if (one.type === 'get') {
            const held = list.find((entry) => entry.key === one.key);
            assert.equal(map.get(one.key), held?.value);
            if (held) list = [...list.filter((entry) => entry !== held), held];
          } else {
            list = list.filter((entry) => entry.key !== one.key);
            if (one.type === 'delete') map.delete(one.key);
            else {
              map.set(one.key, value, one.bytes);
              list.push({ key: one.key, value, bytes: one.bytes });
              while (list.length > 4 || list.reduce((sum, { bytes }) => sum + bytes, 0) > 30) list.shift();
            }
          }
          assert.equal(map.size, list.length);
          assert.equal(
            map.bytes,
            list.reduce((sum, { bytes }) => sum + bytes, 0),
          );
        });
        for (const entry of list) assert.equal(map.get(entry.key), entry.value);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not keep what is larger than the whole bound, and nothing else goes for it', () => {
    const map = new BoundedMap<number>({ entries: 4, bytes: 10 });
    map.set('a', 1, 5);
    map.set('b', 2, 11);
    assert.deepEqual([map.get('a'), map.get('b'), map.bytes], [1, undefined, 5]);
  });
});

it('sizeOf grows with everything that it holds', () => {
  assert.ok(sizeOf({ a: 'text' }) < sizeOf({ a: 'longer text' }));
  assert.ok(sizeOf([1]) < sizeOf([1, 2]));
  assert.ok(sizeOf(null) > 0);
});
