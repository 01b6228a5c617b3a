import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { choose } from './balancer.ts';
import { Latencies } from './latencies.ts';
import { PeakEwma } from './load.ts';
import { policyOf } from './policy.ts';
import { Upstream } from './upstream.ts';

fc.configureGlobal({ seed: 29 });

const clock = new VirtualClock();
const policy = policyOf({ breaker: { consecutiveFailures: 1 } });
const upstream = (id: string, weight = 1, priority = 0): Upstream =>
  new Upstream({ id, weight, priority }, policy, clock, () => undefined);
const open = ({ breaker }: Upstream): void => breaker.fail(breaker.acquire());

/** One that answers in so many ms, as far as is known. */
function answeringIn(ms: number, id = `${ms} ms`): Upstream {
  const one = upstream(id);
  one.load.begin(0);
  one.load.end(ms, 0);
  return one;
}

describe('the choice of an endpoint', () => {
  it('is for the faster of any two', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1e4 }), fc.integer({ min: 1, max: 1e4 }), (seed, a, b) => {
        fc.pre(a !== b);
        const pair = [answeringIn(a), answeringIn(b)];
        const choice = choose([pair], [], 0.5, seededRandom(seed), 0);
        assert.equal(choice?.upstream, a < b ? pair[0] : pair[1]);
      }),
    );
  });

  it('leaves the slowest of many out, and spreads over equal ones', () => {
    const random = seededRandom(1);
    const all = [5, 5, 5, 50].map((ms, i) => answeringIn(ms, `${i}`));
    const times = new Map<Upstream, number>();
    for (let i = 0; i < 3_000; i++) {
      const { upstream: chosen } = choose([all], [], 0.5, random, 0) ?? assert.fail();
      times.set(chosen, (times.get(chosen) ?? 0) + 1);
      // Under way for a moment, so that equal ones take turns.
      chosen.load.begin(0);
      if (i % 3 === 2) for (const one of all) while (one.load.pending > 0) one.load.end(one === all[3] ? 50 : 5, 0);
    }
    assert.ok((times.get(all[3] as Upstream) ?? 0) < 30);
    for (const one of all.slice(0, 3)) assert.ok((times.get(one) ?? 0) > 800, `${times.get(one)}`);
  });

  it('counts calls under way and weights', () => {
    const busy = answeringIn(10);
    const idle = answeringIn(25);
    busy.load.begin(0);
    busy.load.begin(0);
    assert.equal(choose([[busy, idle]], [], 0.5, seededRandom(1), 0)?.upstream, idle);
    const light = upstream('light', 1);
    const heavy = upstream('heavy', 4);
    for (const one of [light, heavy]) {
      one.load.begin(0);
      one.load.begin(0);
      one.load.end(10, 0);
    }
    heavy.load.begin(0);
    assert.equal(choose([[light, heavy]], [], 0.5, seededRandom(1), 0)?.upstream, heavy);
  });

  it('prefers endpoints that the call has not tried, but takes one again rather than none', () => {
    const [a, b] = [answeringIn(1), answeringIn(100)];
    assert.equal(choose([[a, b]], [a], 0.5, seededRandom(1), 0)?.upstream, b);
    assert.ok(choose([[a, b]], [a, b], 0.5, seededRandom(1), 0));
  });

  it('stays in the first tier while enough of it is there, and goes on to the next', () => {
    const first = [upstream('a'), upstream('b')];
    const second = [upstream('c', 1, 1)];
    const chosen = (): string | undefined => choose([first, second], [], 0.5, seededRandom(1), 0)?.upstream.endpoint.id;
    const [a, b] = first as [Upstream, Upstream];
    a.healthy = false;
    assert.equal(chosen(), 'b');
    b.ejectedUntil = 1;
    assert.equal(chosen(), 'c');
    b.ejectedUntil = 0;
    open(b);
    assert.equal(chosen(), 'c');
  });

  it('panics rather than refusing, but not against circuit breakers', () => {
    const all = ['a', 'b', 'c'].map((id) => upstream(id));
    const [a, b, c] = all as [Upstream, Upstream, Upstream];
    a.healthy = false;
    b.ejectedUntil = 1;
    // One of three is less than half: all are used.
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const choice = choose([all], [], 0.5, seededRandom(seed), 0);
      assert.equal(choice?.isPanic, true);
      seen.add(choice.upstream.endpoint.id);
      choice.upstream.load.begin(0);
    }
    assert.deepEqual([...seen].sort(), ['a', 'b', 'c']);
    open(a);
    open(c);
    assert.equal(choose([all], [], 0.5, seededRandom(1), 0)?.upstream, b);
    open(b);
    assert.equal(choose([all], [], 0.5, seededRandom(1), 0), null);
    assert.equal(choose([], [], 0.5, seededRandom(1), 0), null);
  });

  it('gives one on probation a single call at a time', () => {
    const all = [answeringIn(1), answeringIn(100)];
    const [back, other] = all as [Upstream, Upstream];
    back.onProbation = true;
    assert.equal(choose([all], [], 0.5, seededRandom(1), 0)?.upstream, back);
    back.load.begin(0);
    assert.equal(choose([all], [], 0.5, seededRandom(1), 0)?.upstream, other);
  });
});

describe('peak EWMA', () => {
  const observed = (...pairs: readonly (readonly [ms: number, at: number])[]): PeakEwma => {
    const load = new PeakEwma(1_000, 5_000);
    for (const [ms, at] of pairs) {
      load.begin(at);
      load.end(ms, at);
    }
    return load;
  };

  it('rises at once and falls slowly', () => {
    const load = observed([10, 0], [100, 0]);
    assert.equal(load.load(0), 100);
    load.begin(0);
    load.end(10, 1_000);
    assert.ok(Math.abs(load.load(1_000) - (100 / Math.E + 10 * (1 - 1 / Math.E))) < 1e-9);
  });

  it('falls while nobody asks, so that an endpoint once slow is looked at again', () => {
    assert.ok(Math.abs(observed([100, 0]).load(2_000) - 100 / Math.E ** 2) < 1e-9);
  });

  it('is forgotten when nobody has asked for long: a single call looks again', () => {
    const load = observed([100, 0]);
    assert.ok(load.load(5_000) > 0);
    assert.equal(load.load(5_001), 0);
    load.begin(5_001);
    assert.ok(load.load(5_001) > 60_000);
    load.end(3, 5_004);
    assert.equal(load.load(5_004), 3);
  });

  it('does not fall with calls that were not answered', () => {
    const load = observed([100, 0]);
    load.begin(500);
    load.endUnanswered(5, 500);
    assert.equal(load.load(500), observed([100, 0]).load(500));
    load.begin(500);
    load.endUnanswered(300, 500);
    assert.equal(load.load(500), 300);
  });

  it('takes an endpoint with calls under way and no answer yet for busier than any other', () => {
    const load = new PeakEwma(1_000, 5_000);
    assert.equal(load.load(0), 0);
    load.begin(0);
    assert.ok(load.load(0) > 60_000);
  });
});

describe('recent latencies', () => {
  it('give quantiles within a bucket, 6 %', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 60_000, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, share) => {
          const latencies = new Latencies(1_000, 0);
          for (const ms of all) latencies.add(ms, 0);
          const exact = [...all].sort((a, b) => a - b)[Math.ceil(share * all.length - 1e-9) - 1] as number;
          const found = latencies.quantile(share);
          assert.ok(found >= exact * 0.999 && found <= exact * 1.0595, `${found} for ${exact}`);
        },
      ),
    );
  });

  it('forget what is older than two spans', () => {
    const latencies = new Latencies(1_000, 0);
    latencies.add(500, 0);
    latencies.add(1, 1_500);
    assert.ok(latencies.quantile(1) > 400);
    latencies.add(1, 2_600);
    assert.ok(latencies.quantile(1) < 2);
    latencies.add(500, 9_000);
    assert.deepEqual([latencies.count, latencies.quantile(0.01) > 400], [1, true]);
  });

  it('put what is out of their range into the last buckets', () => {
    const latencies = new Latencies(1_000, 0);
    for (const ms of [0, 1e-9, 1e12, Infinity]) latencies.add(ms, 0);
    assert.equal(latencies.count, 4);
    assert.ok(latencies.quantile(0.5) < 0.02 && latencies.quantile(1) > 100_000);
  });
});
