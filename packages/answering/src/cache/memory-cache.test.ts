import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { BoundedMap, sizeOf } from '../bounded-map.ts';
import { describeAnswerCache, sampleAnswer } from './conformance.ts';
import { createMemoryCache } from './memory-cache.ts';

describeAnswerCache('in memory', () => createMemoryCache());

describe('the bounds of the memory cache', () => {
  it('let go of what was not used for longest', async () => {
    const cache = createMemoryCache({ entries: 2, bytes: 1e6 });
    await cache.set('a', sampleAnswer('1'));
    await cache.set('b', sampleAnswer('2'));
    await cache.get('a');
    await cache.set('c', sampleAnswer('3'));
    assert.equal(await cache.get('b'), null);
    assert.equal((await cache.get('a'))?.request_id, '1');
  });

  it('count bytes too, and never take one that is larger than all', async () => {
    const small = sizeOf(sampleAnswer('1')) + sizeOf('a');
    const cache = createMemoryCache({ entries: 100, bytes: small + 10 });
    await cache.set('a', sampleAnswer('1'));
    await cache.set('b', sampleAnswer('2'));
    assert.deepEqual([await cache.get('a'), (await cache.get('b'))?.request_id], [null, '2']);
    await cache.set('b', sampleAnswer('3', 'long '.repeat(1000)));
    // An old answer must not outlive the newer one that found no room.
    assert.deepEqual([await cache.get('b'), cache.figures()], [null, { entries: 0, bytes: 0 }]);
  });
});

describe('BoundedMap', () => {
  it('keeps its bounds and counts what it holds, whatever is done to it', () => {
    const call = fc.tuple(
      fc.constantFrom('set', 'get', 'delete'),
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      fc.nat(60),
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.nat(5), fc.nat(100), (calls, entries, bytes) => {
        const map = new BoundedMap<number>({ entries, bytes });
        // A plain list, the most recently used last, is the oracle.
        let model: [string, number][] = [];
        for (const [what, key, size] of calls) {
          const found = model.find(([k]) => k === key);
          if (what === 'get') {
            assert.equal(map.get(key), found?.[1]);
            if (found) model = [...model.filter(([k]) => k !== key), found];
          } else {
            if (what === 'set') map.set(key, size, size);
            else map.delete(key);
            model = model.filter(([k]) => k !== key);
            if (what === 'set' && size <= bytes && entries > 0) model.push([key, size]);
            const total = () => model.reduce((sum, [, s]) => sum + s, 0);
            while (model.length > entries || total() > bytes) model.shift();
          }
          assert.equal(map.size, model.length);
          assert.equal(
            map.bytes,
            model.reduce((sum, [, s]) => sum + s, 0),
          );
        }
      }),
    );
  });
});
