import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sizeOf } from '../bounded-map.ts';
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
    const small = sizeOf(JSON.stringify(sampleAnswer('1'))) + sizeOf('a');
    const cache = createMemoryCache({ entries: 100, bytes: small + 10 });
    await cache.set('a', sampleAnswer('1'));
    await cache.set('b', sampleAnswer('2'));
    assert.deepEqual([await cache.get('a'), (await cache.get('b'))?.request_id], [null, '2']);
    await cache.set('b', sampleAnswer('3', 'long '.repeat(1000)));
    // An old answer must not outlive the newer one that found no room.
    assert.deepEqual([await cache.get('b'), cache.figures()], [null, { entries: 0, bytes: 0 }]);
  });
});
