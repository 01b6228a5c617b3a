import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.ts';

const RATE = { perSecond: 10, burst: 50 };

describe('token buckets', () => {
  it('give the burst at once, then as many as grow', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    for (let i = 0; i < 50; i++) assert.equal(buckets.take('a', 1), 0);
    assert.equal(buckets.take('a', 1), 100);
    clock.advance(100);
    assert.equal(buckets.take('a', 1), 0);
    assert.equal(buckets.take('b', 50), 0, 'another caller has his own');
  });

  it('say how long to wait, and are right', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (first, second) => {
        const clock = new VirtualClock();
        const buckets = new TokenBuckets(clock, RATE, 100);
        buckets.take('a', first);
        const wait = buckets.take('a', second);
        fc.pre(wait > 0);
        clock.advance(Math.ceil(wait) - 1);
        assert.ok(buckets.take('a', second) > 0, 'a millisecond before');
        clock.advance(1);
        assert.equal(buckets.take('a', second), 0);
      }),
    );
  });

  it('never give more than burst and growth together, however they are asked', () => {
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 70 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(asks, (steps) => {
        const clock = new VirtualClock();
        const buckets = new TokenBuckets(clock, RATE, 100);
        let taken = 0;
        for (const [ms, cost] of steps) {
          clock.advance(ms);
          if (buckets.take('a', cost) === 0) taken += Math.min(cost, RATE.burst);
          assert.ok(taken <= RATE.burst + (clock.now() / 1000) * RATE.perSecond + 1e-6);
        }
      }),
    );
  });

  it('keep out for longer and longer who goes on asking, five minutes at most', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    buckets.take('a', 50);
    const blocks: number[] = [];
    for (let round = 0; round < 12; round++) {
      let wait = 0;
      for (let i = 0; i < 20; i++) wait = buckets.take('a', 50);
      blocks.push(wait);
    }
    assert.deepEqual(blocks.slice(0, 2), [5_000, 5_000], 'no longer than it takes anyway');
    assert.deepEqual(blocks.slice(3, 10), [8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000]);
    assert.equal(blocks.at(-1), 300_000);
    clock.advance(299_999);
    assert.ok(buckets.take('a', 1) > 0, 'also when tokens have grown');
  });

  it('forget what was once the bucket is full again', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    buckets.take('a', 50);
    for (let i = 0; i < 19; i++) buckets.take('a', 50);
    clock.advance(10_000);
    buckets.take('a', 50);
    assert.equal(buckets.take('a', 1), 100, 'the twentieth refusal is the first again');
  });

  it('tell who must wait without charging him', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    assert.equal(buckets.wait('a'), 0);
    assert.equal(buckets.size, 0, 'nobody is remembered for being asked after');
    buckets.take('a', 50);
    assert.equal(buckets.wait('a'), 100);
    assert.equal(buckets.wait('a'), 100);
  });

  it('keep out whom they are told to, for so long, also when he has plenty left', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    buckets.block('a', 60_000);
    assert.equal(buckets.wait('a'), 60_000);
    assert.equal(buckets.take('a', 1), 60_000);
    buckets.block('a', 1_000);
    assert.equal(buckets.wait('a'), 60_000, 'a shorter time does not shorten it');
    clock.advance(60_000);
    assert.equal(buckets.take('a', 1), 0);
    assert.equal(buckets.take('b', 1), 0);
  });

  it('go by a new rate from then on, for those who are known already, too', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    buckets.take('a', 50);
    buckets.take('b', 10);
    buckets.rate = { perSecond: 1, burst: 5 };
    assert.equal(buckets.take('a', 1), 1_000);
    for (let i = 0; i < 5; i++) assert.equal(buckets.take('b', 1), 0);
    assert.equal(buckets.take('b', 1), 1_000, 'what he had left is no more than the new burst');
    buckets.rate = { perSecond: 100, burst: 500 };
    clock.advance(100);
    assert.equal(buckets.take('b', 10), 0);
    assert.ok(buckets.take('b', 1) > 0);
    assert.equal(buckets.take('c', 500), 0);
  });

  it('remember so many callers and no more: those who asked last', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, RATE, 100);
    for (let i = 0; i < 100; i++) buckets.take(`${i}`, 50);
    buckets.take('0', 1);
    for (let i = 100; i < 150; i++) buckets.take(`${i}`, 50);
    assert.equal(buckets.size, 100);
    assert.ok(buckets.wait('0') > 0, 'who has just asked is not forgotten');
    assert.equal(buckets.wait('1'), 0);
  });
});
