import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import type { Verdict } from './contract.ts';
import { Deadline } from './deadline.ts';
import { resilienceCodeOf } from './errors.ts';
import { createWorld, settled, UpstreamFailure, type World } from './test-world.ts';
import { createUpstreams } from './upstreams.ts';

fc.configureGlobal({ seed: 31 });

const failing = { kind: 'fail', ms: 1 } as const;
const blackHole = { kind: 'black hole' } as const;
const NO_HEDGE = { hedge: null } as const;

/** What is left when all is over: nothing under way, no place taken. */
function assertIdle({ upstreams }: World): void {
  const { calls, succeeded, failed, attempts, retries, hedges } = upstreams.counters();
  assert.equal(calls, succeeded + failed);
  assert.ok(attempts >= retries + hedges && attempts <= calls + retries + hedges);
  for (const { pending } of upstreams.status()) assert.equal(pending, 0);
}

describe('a call', () => {
  it('is answered by one of the endpoints', async () => {
    const world = createWorld(['a', 'b']);
    const pending = world.call();
    await world.run(5);
    const outcome = await pending;
    assert.ok(outcome.ok && ['a', 'b'].includes(outcome.result));
    assert.equal(outcome.ms, 5);
    assert.deepEqual(
      [world.attempts[0]?.kind, world.attempts[0]?.number, world.attempts[0]?.deadline.at],
      ['first', 0, 2_000],
    );
    assertIdle(world);
  });

  it('is tried elsewhere after a failure', async () => {
    const world = createWorld(['a', 'b'], { policy: NO_HEDGE });
    world.behaviours.set('a', () => failing);
    const outcomes = Array.from({ length: 10 }, () => world.call());
    await world.run(300);
    assert.ok((await Promise.all(outcomes)).every(({ result }) => result === 'b'));
    assert.equal(world.upstreams.counters().retries, world.upstreams.status()[0]?.failed);
    assertIdle(world);
  });

  it('fails with what the last attempt threw', async () => {
    const world = createWorld(['a'], { policy: { retry: { attempts: 2 } } });
    world.behaviours.set('a', () => failing);
    const pending = world.call();
    await world.run(100);
    assert.deepEqual((await pending).result, 'a failed');
    assert.equal(world.attempts.length, 2);
  });

  it('takes what is thrown at once like what is rejected', async () => {
    const world = createWorld(['a'], {
      policy: { retry: { attempts: 1 } },
      call() {
        throw new UpstreamFailure('at once');
      },
    });
    assert.equal((await world.call()).result, 'at once');
    assertIdle(world);
  });

  it('is not retried when it is not idempotent, unless the request was never sent', async () => {
    for (const [unsent, attempts] of [
      [false, 1],
      [true, 3],
    ] as const) {
      const judge = (): Verdict => ({ retryable: true, showing: 'failing', unsent });
      const world = createWorld(['a', 'b'], { judge });
      for (const id of ['a', 'b']) world.behaviours.set(id, () => failing);
      const pending = world.call({ idempotent: false });
      await world.run(200);
      assert.equal((await pending).ok, false);
      assert.equal(world.attempts.length, attempts);
      assert.equal(world.upstreams.counters().hedges, 0);
    }
  });

  it('is not retried when that would not help', async () => {
    const world = createWorld(['a', 'b'], { judge: () => ({ retryable: false, showing: 'alive' }) });
    for (const id of ['a', 'b']) world.behaviours.set(id, () => failing);
    for (let i = 0; i < 30; i++) {
      const pending = world.call();
      await world.run(2);
      assert.match((await pending).result, /failed/);
    }
    // Nor does it speak against the endpoints.
    assert.equal(world.attempts.length, 30);
    assert.ok(world.upstreams.status().every(({ failed, ejected }) => failed === 0 && !ejected));
  });

  it('waits as long as it was asked to before a retry, and gives up when that is too long', async () => {
    for (const [retryAfterMs, attempts] of [
      [300, 2],
      [1_000, 1],
    ] as const) {
      let times = 0;
      const world = createWorld(['a'], { judge: () => ({ retryable: true, showing: 'alive', retryAfterMs }) });
      world.behaviours.set('a', () => (times++ === 0 ? failing : { kind: 'answer', ms: 1 }));
      const pending = world.call();
      await world.run(400);
      const { ok, ms } = await pending;
      assert.deepEqual([ok, world.attempts.length], [attempts === 2, attempts]);
      assert.ok(attempts === 1 ? ms === 1 : ms >= 302 && ms <= 328, `${ms}`);
    }
  });

  it('does not wait for what one endpoint asked when there is another to try', async () => {
    const judge = (): Verdict => ({ retryable: true, showing: 'alive', retryAfterMs: 400 });
    const world = createWorld(['a', 'b'], { judge, policy: NO_HEDGE });
    world.behaviours.set('b', () => (world.attempts.length === 1 ? failing : { kind: 'answer', ms: 1 }));
    world.behaviours.set('a', () => (world.attempts.length === 1 ? failing : { kind: 'answer', ms: 1 }));
    const pending = world.call();
    await world.run(30);
    assert.ok((await pending).ok);
    assert.equal(world.attempts.length, 2);
  });

  it('comes to its end whatever judge and listener do', async () => {
    const broken = (): never => {
      throw new Error('not mine');
    };
    const world = createWorld(['a'], {
      judge: broken,
      onEvent: broken,
      policy: { breaker: { consecutiveFailures: 1 } },
    });
    world.behaviours.set('a', () => failing);
    const pending = world.call();
    await world.run(100);
    assert.equal((await pending).result, 'circuit_open');
    assertIdle(world);
  });

  it('is refused at once without endpoints, after closing, when given up or late before it begins', async () => {
    const empty = createWorld([]);
    assert.equal((await empty.call()).result, 'no_upstream');
    const world = createWorld(['a']);
    assert.equal((await world.call({ timeoutMs: 0 })).result, 'deadline_exceeded');
    assert.equal((await world.call({ signal: AbortSignal.abort() })).result, 'call_aborted');
    world.upstreams.close();
    assert.equal((await world.call()).result, 'upstreams_closed');
    assert.equal(world.attempts.length, 0);
  });

  it('fails when everything is closed, also while it waits for a place', async () => {
    const world = createWorld(['a'], { policy: { bulkhead: { limit: 1, queue: 10 } } });
    const pending = Array.from({ length: 5 }, () => world.call());
    world.upstreams.close();
    for (const one of pending) assert.equal((await one).result, 'upstreams_closed');
    assert.equal(world.attempts.length, 1);
    assert.ok(world.attempts[0]?.signal.aborted);
    assertIdle(world);
  });
});

describe('a deadline', () => {
  it('ends a call whatever its attempts do, and gives each attempt what is left', async () => {
    const world = createWorld(['a', 'b', 'c'], {
      policy: { ...NO_HEDGE, attemptMs: 400, retry: { minMs: 0, maxMs: 0 } },
    });
    for (const id of ['a', 'b', 'c']) world.behaviours.set(id, () => blackHole);
    const pending = world.call({ timeoutMs: 1_000 });
    await world.run(1_000);
    const { result, ms } = await pending;
    assert.deepEqual([result, ms], ['deadline_exceeded', 1_000]);
    const bounds = world.attempts.map(({ deadline, signal }) => [deadline.at - 1_000, resilienceCodeOf(signal.reason)]);
    assert.deepEqual(bounds, [
      [400, 'attempt_timeout'],
      [800, 'attempt_timeout'],
      [1_000, 'deadline_exceeded'],
    ]);
    assert.equal(new Set(world.attempts.map(({ endpoint }) => endpoint.id)).size, 3);
    assertIdle(world);
  });

  it('says nothing about an endpoint that had no fair time', async () => {
    const world = createWorld(['a'], { policy: { fairMs: 50, breaker: { consecutiveFailures: 1 } } });
    world.behaviours.set('a', () => blackHole);
    const hurried = world.call({ timeoutMs: 49 });
    await world.run(49);
    assert.equal((await hurried).result, 'deadline_exceeded');
    assert.equal(world.upstreams.status()[0]?.breaker, 'closed');
    const fair = world.call({ timeoutMs: 50 });
    await world.run(50);
    await fair;
    assert.equal(world.upstreams.status()[0]?.breaker, 'open');
  });

  it('holds while a call waits for a place', async () => {
    const world = createWorld(['a'], { policy: { bulkhead: { limit: 1, queue: 1 } } });
    world.behaviours.set('a', () => ({ kind: 'answer', ms: 500 }));
    const [first, second, third] = [world.call(), world.call({ timeoutMs: 100 }), world.call()];
    assert.equal((await third).result, 'bulkhead_full');
    await world.run(100);
    assert.equal((await second).result, 'deadline_exceeded');
    const fourth = world.call();
    await world.run(900);
    assert.deepEqual([(await first).ms, (await fourth).ms], [500, 900]);
    const { queued, bulkheadFull } = world.upstreams.counters();
    assert.deepEqual([queued, bulkheadFull], [2, 1]);
    assertIdle(world);
  });

  it('is handed down as a value', () => {
    const clock = new VirtualClock(500);
    const deadline = Deadline.in(clock, 100);
    assert.equal(deadline.within(200), deadline);
    assert.equal(deadline.within(40).remaining, 40);
    clock.advance(60);
    assert.deepEqual([deadline.remaining, deadline.isOver], [40, false]);
    clock.advance(60);
    assert.deepEqual([deadline.remaining, deadline.isOver, Deadline.in(clock, -5).remaining], [0, true, 0]);
  });
});

describe('the caller', () => {
  it('can give a call up while it is under way, waits for a retry, or for a place', async () => {
    const world = createWorld(['a'], {
      policy: { bulkhead: { limit: 2 }, retry: { minMs: 500, maxMs: 500 } },
      random: () => 0.5,
    });
    world.behaviours.set('a', () => blackHole);
    const controller = new AbortController();
    const running = world.call({ signal: controller.signal });
    world.behaviours.set('a', () => failing);
    const retrying = world.call({ signal: controller.signal });
    const waiting = world.call({ signal: controller.signal });
    await world.run(5);
    controller.abort();
    for (const pending of [running, retrying, waiting]) {
      const { result, ms } = await pending;
      assert.deepEqual([result, ms], ['call_aborted', 5]);
    }
    await world.run(1_000);
    assert.equal(world.attempts.length, 2);
    assert.equal(resilienceCodeOf(world.attempts[0]?.signal.reason), 'call_aborted');
    // It showed nothing about the endpoint: the one failure is that of the second call.
    assert.equal(world.upstreams.status()[0]?.failed, 1);
    assertIdle(world);
  });
});

describe('the circuit breakers', () => {
  it('refuse without a call when all are open, and let trials through later', async () => {
    const world = createWorld(['a', 'b'], {
      policy: {
        outlier: null,
        hedge: null,
        breaker: { consecutiveFailures: 2, trialCalls: 1, openMs: 1_000 },
        retry: { attempts: 1 },
      },
    });
    for (const id of ['a', 'b']) world.behaviours.set(id, () => failing);
    for (let i = 0; i < 4; i++) {
      const pending = world.call();
      await world.run(2);
      await pending;
    }
    assert.deepEqual(
      world.upstreams.status().map(({ breaker }) => breaker),
      ['open', 'open'],
    );
    assert.equal((await world.call()).result, 'circuit_open');
    assert.deepEqual([world.attempts.length, world.upstreams.counters().circuitOpen], [4, 1]);
    assert.equal(world.upstreams.counters().breakersOpened, 2);
    for (const id of ['a', 'b']) world.behaviours.set(id, () => ({ kind: 'answer', ms: 1 }));
    await world.run(1_000);
    for (let i = 0; i < 2; i++) {
      const pending = world.call();
      await world.run(1);
      assert.ok((await pending).ok);
    }
    assert.deepEqual(
      world.events.flatMap((event) => (event.kind === 'breaker' ? [event.to] : [])),
      ['open', 'open', 'half_open', 'closed', 'half_open', 'closed'],
    );
  });

  it('are kept over a restart', async () => {
    const policy = { outlier: null, breaker: { consecutiveFailures: 1 } } as const;
    const world = createWorld(['a', 'b'], { policy });
    world.behaviours.set('a', () => failing);
    for (let i = 0; i < 6; i++) {
      void world.call();
      await world.run(40);
    }
    const kept = world.upstreams.breakers();
    const again = createWorld(['a', 'c'], { policy });
    again.upstreams.restoreBreakers(JSON.parse(JSON.stringify(kept)) as typeof kept);
    assert.deepEqual(
      again.upstreams.status().map(({ id, breaker }) => [id, breaker]),
      [
        ['a', 'open'],
        ['c', 'closed'],
      ],
    );
  });

  it('say what made a retry necessary when they refuse it', async () => {
    const clock = new VirtualClock();
    const failure = new Error('down');
    const upstreams = createUpstreams<null, null>({
      endpoints: [{ id: 'a' }],
      clock,
      random: seededRandom(1),
      policy: { breaker: { consecutiveFailures: 1 } },
      call: () => Promise.reject(failure),
    });
    const pending = upstreams.call(null, { deadline: Deadline.in(clock, 1_000), idempotent: true });
    pending.catch(() => undefined);
    await settled();
    clock.advance(100);
    await assert.rejects(pending, (error: Error) => {
      assert.equal(resilienceCodeOf(error), 'circuit_open');
      assert.equal(error.cause, failure);
      return true;
    });
  });
});

describe('hedges', () => {
  const policy = { hedge: { minMs: 20, maxMs: 20 }, outlier: null } as const;

  it('go elsewhere when an attempt takes long; the loser is called off', async () => {
    const world = createWorld(['a', 'b'], { policy });
    for (const id of ['a', 'b'])
      world.behaviours.set(id, () => ({ kind: 'answer', ms: world.attempts.length === 1 ? 500 : 5 }));
    const pending = world.call();
    await world.run(25);
    const { ms, ok } = await pending;
    assert.deepEqual([ok, ms], [true, 25]);
    const [first, hedge] = world.attempts;
    assert.deepEqual([first?.kind, hedge?.kind], ['first', 'hedge']);
    assert.notEqual(first?.endpoint.id, hedge?.endpoint.id);
    assert.deepEqual([resilienceCodeOf(first?.signal.reason), hedge?.signal.aborted], ['attempt_beaten', false]);
    assert.deepEqual([world.upstreams.counters().hedges, world.upstreams.counters().hedgesWon], [1, 1]);
    assertIdle(world);
  });

  it('lose when the first attempt is answered after all', async () => {
    const world = createWorld(['a', 'b'], { policy });
    for (const id of ['a', 'b'])
      world.behaviours.set(id, () => ({ kind: 'answer', ms: world.attempts.length === 1 ? 30 : 50 }));
    const pending = world.call();
    await world.run(30);
    assert.equal((await pending).ms, 30);
    assert.deepEqual([world.upstreams.counters().hedges, world.upstreams.counters().hedgesWon], [1, 0]);
    assertIdle(world);
  });

  it('outlast an attempt that fails', async () => {
    const world = createWorld(['a', 'b'], { policy });
    for (const id of ['a', 'b'])
      world.behaviours.set(id, () =>
        world.attempts.length === 1 ? { kind: 'fail', ms: 30 } : { kind: 'answer', ms: 50 },
      );
    const pending = world.call();
    await world.run(70);
    const { ok, ms } = await pending;
    assert.deepEqual([ok, ms, world.attempts.length], [true, 70, 2]);
    assertIdle(world);
  });

  it('are not made for calls that are not idempotent, nor to the same endpoint', async () => {
    const world = createWorld(['a', 'b'], { policy });
    for (const id of ['a', 'b']) world.behaviours.set(id, () => ({ kind: 'answer', ms: 100 }));
    const pending = world.call({ idempotent: false });
    await world.run(100);
    await pending;
    const lonely = createWorld(['a'], { policy });
    lonely.behaviours.set('a', () => ({ kind: 'answer', ms: 100 }));
    const alone = lonely.call();
    await lonely.run(100);
    await alone;
    assert.deepEqual([world.attempts.length, lonely.attempts.length], [1, 1]);
  });

  it('start after the quantile of recent calls once there are enough of them', async () => {
    const world = createWorld(['a', 'b'], {
      policy: { hedge: { quantile: 0.9, minMs: 1, maxMs: 400, budget: { share: 1 } } },
    });
    for (let i = 0; i < 100; i++) {
      const pending = world.call();
      await world.run(5);
      await pending;
    }
    for (const id of ['a', 'b']) world.behaviours.set(id, () => blackHole);
    const before = world.attempts.length;
    void world.call();
    await world.run(4);
    assert.equal(world.attempts.length, before + 1);
    await world.run(2);
    assert.equal(world.attempts.length, before + 2);
  });

  it('that their budget refuses are made up for halfway to the deadline, out of that of retries', async () => {
    for (const share of [1, 0]) {
      const world = createWorld(['a', 'b'], {
        policy: {
          attemptMs: 60_000,
          hedge: { minMs: 20, maxMs: 20, budget: { share: 0, minPerSecond: 0 } },
          retry: { budget: { share, minPerSecond: 0 } },
        },
      });
      for (const id of ['a', 'b'])
        world.behaviours.set(id, () => (world.attempts.length === 1 ? blackHole : { kind: 'answer', ms: 5 }));
      const pending = world.call({ timeoutMs: 1_020 });
      await world.run(1_020, 5);
      const { ok, ms } = await pending;
      assert.deepEqual([ok, ms], share === 1 ? [true, 525] : [false, 1_020]);
      const { hedges, hedgesRefused, retries, budgetExhausted } = world.upstreams.counters();
      assert.deepEqual([hedges, hedgesRefused, retries, budgetExhausted], [0, 1, share, 1 - share]);
      assertIdle(world);
    }
  });

  it('stay within their share', async () => {
    const world = createWorld(['a', 'b', 'c'], {
      policy: { hedge: { minMs: 1, maxMs: 1, budget: { share: 0.05, minPerSecond: 0 } }, outlier: null },
    });
    const outcomes: Promise<unknown>[] = [];
    for (let i = 0; i < 400; i++) {
      outcomes.push(world.call());
      await world.run(2);
    }
    await world.run(10);
    await Promise.all(outcomes);
    const { hedges, hedgesRefused } = world.upstreams.counters();
    assert.ok(hedges === 20 || hedges === 19, `${hedges}`);
    assert.equal(hedges + hedgesRefused, 400);
  });
});

describe('outlier ejection', () => {
  it('leaves an endpoint out after failures in a row, for longer each time, and tries it with one call', async () => {
    const world = createWorld(['a', 'b', 'c'], { policy: NO_HEDGE });
    world.behaviours.set('a', () => failing);
    const outcomes: Promise<{ ok: boolean }>[] = [];
    for (let i = 0; i < 5_000; i++) {
      outcomes.push(world.call());
      await world.run(2);
    }
    await world.run(200);
    assert.ok((await Promise.all(outcomes)).every(({ ok }) => ok));
    const out = world.events.flatMap((event) => (event.kind === 'ejected' ? [[event.endpoint, event.forMs]] : []));
    assert.deepEqual(out.slice(0, 4), [
      ['a', 1_000],
      ['a', 2_000],
      ['a', 3_000],
      ['a', 4_000],
    ]);
    // Five in a row or a few more that were under way, then one each time that it came back.
    assert.ok((world.upstreams.status()[0]?.failed ?? 0) <= 12, `${world.upstreams.status()[0]?.failed}`);
    world.behaviours.delete('a');
    await world.run(4_000);
    const before = world.upstreams.status()[0]?.answered ?? 0;
    for (let i = 0; i < 90; i++) {
      const pending = world.call();
      await world.run(6);
      await pending;
    }
    const after = (world.upstreams.status()[0]?.answered ?? 0) - before;
    assert.ok(after >= 15, `${after} of 90`);
  });

  it('asks one that returns at once, however long its last calls took', async () => {
    const world = createWorld(['a', 'b', 'c'], { policy: { ...NO_HEDGE, attemptMs: 300 } });
    world.behaviours.set('a', () => blackHole);
    const isOut = (): boolean => world.upstreams.status()[0]?.ejected === true;
    while (!isOut()) {
      void Promise.all(Array.from({ length: 30 }, () => world.call()));
      await world.run(400, 4);
    }
    world.behaviours.delete('a');
    await world.run(1_000, 10);
    for (let i = 0; i < 20; i++) {
      void world.call();
      await world.run(8);
    }
    assert.ok((world.upstreams.status()[0]?.answered ?? 0) > 0);
  });

  it('leaves alone who is only a little worse than the others', async () => {
    let turn = 0;
    const world = createWorld(['a', 'b', 'c', 'd', 'e'], { policy: { ...NO_HEDGE, retry: { attempts: 1 } } });
    world.behaviours.set('b', () => (turn++ % 33 === 0 ? failing : { kind: 'answer', ms: 5 }));
    for (let i = 0; i < 2_600; i++) {
      void world.call();
      await world.run(2, 2);
    }
    assert.ok((world.upstreams.status()[1]?.failed ?? 0) > 5);
    assert.equal(world.upstreams.counters().ejections, 0);
  });

  it('counts it when a hedge overtakes an attempt that had a start', async () => {
    const world = createWorld(['a', 'b', 'c'], {
      policy: {
        hedge: { minMs: 20, maxMs: 20, budget: { share: 1 } },
        attemptMs: 60_000,
        outlier: { consecutiveFailures: 2 },
      },
    });
    world.behaviours.set('a', () => blackHole);
    for (let i = 0; i < 40; i++) {
      const pending = world.call();
      await world.run(30, 5);
      assert.ok((await pending).ok);
      if (i % 10 === 9) await world.run(4_000, 100);
    }
    assert.ok(world.events.some((event) => event.kind === 'ejected' && event.endpoint === 'a'));
  });

  it('counts it as slow for the breaker, too, when it was', async () => {
    const world = createWorld(['a', 'b', 'c'], {
      policy: {
        outlier: null,
        hedge: { minMs: 20, maxMs: 20, budget: { share: 1 } },
        breaker: { slowMs: 20, slowRate: 0.5, minCalls: 2 },
      },
    });
    world.behaviours.set('a', () => ({ kind: 'answer', ms: 100 }));
    for (let i = 0; i < 40; i++) {
      const pending = world.call();
      await world.run(30, 5);
      await pending;
      if (i % 10 === 9) await world.run(4_000, 100);
    }
    assert.ok(world.events.some((event) => event.kind === 'breaker' && event.endpoint === 'a' && event.to === 'open'));
  });

  it('compares success rates', async () => {
    let turn = 0;
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const world = createWorld(ids, {
      policy: { ...NO_HEDGE, outlier: { baseMs: 60_000, maxMs: 60_000 }, retry: { attempts: 1 } },
    });
    // Never five in a row, but every third call.
    world.behaviours.set('b', () => (turn++ % 3 === 0 ? failing : { kind: 'answer', ms: 5 }));
    for (let i = 0; i < 2_600; i++) {
      void world.call();
      await world.run(2);
    }
    assert.deepEqual(
      world.events.flatMap((event) => (event.kind === 'ejected' ? [[event.endpoint, event.reason]] : [])),
      [['b', 'success_rate']],
    );
  });

  it('never leaves out more than its share, whatever fails', async () => {
    const script = fc.array(
      fc.record({ failing: fc.subarray(['a', 'b', 'c', 'd', 'e']), calls: fc.integer({ min: 1, max: 40 }) }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        script,
        fc.constantFrom(0, 0.2, 0.5, 0.8),
        fc.integer({ min: 1, max: 5 }),
        async (phases, maxShare, size) => {
          const ids = ['a', 'b', 'c', 'd', 'e'].slice(0, size);
          const world = createWorld(ids, {
            policy: { ...NO_HEDGE, outlier: { maxShare, consecutiveFailures: 2 }, retry: { attempts: 2 } },
          });
          const most = size === 1 ? 0 : Math.max(1, Math.floor(maxShare * size));
          for (const { failing: bad, calls } of phases) {
            for (const id of ids)
              world.behaviours.set(id, () => (bad.includes(id) ? failing : { kind: 'answer', ms: 5 }));
            for (let i = 0; i < calls; i++) {
              void world.call();
              await world.run(7, 7);
              assert.ok(world.upstreams.status().filter(({ ejected }) => ejected).length <= most);
            }
          }
          await world.run(3_000, 50);
          assertIdle(world);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('is nothing that a single endpoint suffers', async () => {
    const world = createWorld(['a'], { policy: { retry: { attempts: 1 } } });
    world.behaviours.set('a', () => failing);
    for (let i = 0; i < 15; i++) {
      void world.call();
      await world.run(2);
    }
    const { ejections, ejectionsCapped, panics } = world.upstreams.counters();
    assert.deepEqual([ejections, ejectionsCapped > 0, panics], [0, true, 0]);
  });
});

describe('retries', () => {
  it('stay within their budget when everything fails', async () => {
    const world = createWorld(['a', 'b', 'c'], {
      policy: {
        ...NO_HEDGE,
        retry: { attempts: 5, minMs: 0, maxMs: 1, budget: { share: 0.1, minPerSecond: 0, lifeMs: 60_000 } },
        breaker: { minCalls: Infinity },
      },
    });
    for (const id of ['a', 'b', 'c']) world.behaviours.set(id, () => failing);
    for (let i = 0; i < 500; i++) {
      void world.call();
      await world.run(2);
    }
    await world.run(50);
    const { calls, retries, attempts, budgetExhausted } = world.upstreams.counters();
    assert.equal(retries, 50);
    assert.equal(attempts, calls + retries);
    assert.equal(budgetExhausted, 500);
    assertIdle(world);
  });

  it('cannot make more attempts than calls, shares and floors allow, whatever happens', async () => {
    const kinds = fc.constantFrom(
      failing,
      blackHole,
      { kind: 'answer', ms: 3 } as const,
      { kind: 'answer', ms: 80 } as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kinds, kinds, kinds), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        async (phases, seed) => {
          const world = createWorld(['a', 'b', 'c'], {
            seed,
            policy: {
              attemptMs: 50,
              retry: { attempts: 4, minMs: 0, maxMs: 5, budget: { share: 0.2, minPerSecond: 1, lifeMs: 60_000 } },
              hedge: { minMs: 5, maxMs: 20, budget: { share: 0.05, minPerSecond: 0.5, lifeMs: 60_000 } },
              breaker: { minCalls: Infinity },
            },
          });
          const outcomes: Promise<{ ms: number }>[] = [];
          for (const phase of phases) {
            ['a', 'b', 'c'].forEach((id, i) => world.behaviours.set(id, () => phase[i] ?? failing));
            for (let i = 0; i < 40; i++) {
              outcomes.push(world.call({ timeoutMs: 150 }));
              await world.run(4, 2);
            }
          }
          await world.run(400, 10);
          for (const { ms } of await Promise.all(outcomes)) assert.ok(ms <= 150 + 10);
          const { calls, retries, hedges, attempts } = world.upstreams.counters();
          assert.ok(retries <= 0.2 * calls + 60 + 1e-6);
          assert.ok(hedges <= 0.05 * calls + 30 + 1e-6);
          assert.equal(attempts, calls + retries + hedges);
          assertIdle(world);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a policy', () => {
  it('that cannot work is refused with a code and the reason', () => {
    const clock = new VirtualClock();
    for (const [policy, problem] of [
      [{ attemptMs: 0 }, 'attemptMs must be above 0'],
      [{ breaker: { failureRate: 1.5 } }, 'breaker.failureRate must be above 0 and at most 1'],
      [{ breaker: { trialCalls: 2, trialFailures: 2 } }, 'breaker.trialFailures must be below breaker.trialCalls'],
      [{ breaker: { openMs: 100, maxOpenMs: 10 } }, 'breaker.maxOpenMs must be at least 100'],
      [{ retry: { attempts: 0 } }, 'retry.attempts must be a whole number of at least 1'],
      [{ hedge: { quantile: Number.NaN } }, 'hedge.quantile must be between 0 and 1'],
      [{ outlier: { maxShare: 2 } }, 'outlier.maxShare must be between 0 and 1'],
      [{ bulkhead: { limit: 1.5 } }, 'bulkhead.limit must be a whole number of at least 1'],
      [{ balance: { decayMs: -1 } }, 'balance.decayMs must be above 0'],
    ] as const) {
      assert.throws(
        () => createUpstreams({ endpoints: [], clock, random: () => 0, call: () => Promise.resolve(), policy }),
        { code: 'policy_invalid', message: `The policy is wrong: ${problem}.` },
      );
    }
  });

  it('needs endpoints that can be told apart', () => {
    const clock = new VirtualClock();
    for (const endpoints of [
      [{ id: '' }],
      [{ id: 'a' }, { id: 'a' }],
      [{ id: 'a', weight: 0 }],
      [{ id: 'a', priority: -1 }],
      [{ id: 'a', weight: Infinity }],
    ]) {
      assert.throws(() => createUpstreams({ endpoints, clock, random: () => 0, call: () => Promise.resolve() }), {
        code: 'endpoint_invalid',
      });
    }
  });
});
