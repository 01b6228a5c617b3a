import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import * as fc from 'fast-check';
import { type BreakerState, CircuitBreaker, NO_PERMIT } from './breaker.ts';
import { type BreakerPolicy, DEFAULT_POLICY } from './policy.ts';

fc.configureGlobal({ seed: 17 });

/** Half of four calls in a second; slow from 100 ms; a second open, two trials. */
const POLICY: BreakerPolicy = {
  ...DEFAULT_POLICY.breaker,
  slowRate: 0.75,
  slowMs: 100,
  windowMs: 1_000,
  minCalls: 4,
  openMs: 1_000,
  maxOpenMs: 3_000,
  trialCalls: 2,
};

const make = (changes: Partial<BreakerPolicy> = {}): { clock: VirtualClock; breaker: CircuitBreaker } => {
  const clock = new VirtualClock();
  return { clock, breaker: new CircuitBreaker({ ...POLICY, ...changes }, clock) };
};

/** Makes calls that end at once: `+` works, `-` fails, `s` works but slowly. */
function calls(breaker: CircuitBreaker, what: string): void {
  for (const one of what) {
    const permit = breaker.acquire();
    assert.notEqual(permit, NO_PERMIT, `no permit for "${one}" of "${what}"`);
    if (one === '-') breaker.fail(permit);
    else breaker.succeed(permit, one === 's' ? 100 : 1);
  }
}

/**
 * A recorded run: instant in ms, what happens, the state after it. `go A` asks for a permit by that name, `no A` says
 * that there was none; `ok`, `slow`, `bad`, `gone` give it back.
 */
const RECORDED: readonly (readonly [at: number, event: string, state: BreakerState])[] = [
  [0, 'go a', 'closed'],
  [0, 'go b', 'closed'],
  [10, 'bad a', 'closed'],
  [20, 'bad b', 'closed'],
  [30, 'go c', 'closed'],
  [30, 'go d', 'closed'],
  [30, 'go late', 'closed'],
  [40, 'ok c', 'closed'],
  // Two of three have failed, but three calls are too few; the fourth makes it three of four.
  [50, 'bad d', 'open'],
  // What was let through before says nothing any more.
  [60, 'ok late', 'open'],
  [1_049, 'no e', 'open'],
  [1_050, 'go e', 'half_open'],
  [1_050, 'go f', 'half_open'],
  [1_050, 'no g', 'half_open'],
  [1_060, 'ok e', 'half_open'],
  // Decided trials do not make room for others.
  [1_060, 'no g', 'half_open'],
  [1_070, 'bad f', 'open'],
  // The second time twice as long.
  [3_069, 'no h', 'open'],
  [3_070, 'go h', 'half_open'],
  // A slow trial is a bad one. Three times in a row: four times as long, but 3 s at most.
  [3_200, 'slow h', 'open'],
  [6_199, 'no i', 'open'],
  [6_200, 'go i', 'half_open'],
  [6_200, 'go j', 'half_open'],
  // A trial that was given up makes room for another.
  [6_210, 'gone i', 'half_open'],
  [6_210, 'go k', 'half_open'],
  [6_220, 'ok j', 'half_open'],
  [6_230, 'ok k', 'closed'],
  // The window was cleared: the failures from before do not count.
  [6_240, 'go l', 'closed'],
  [6_240, 'bad l', 'closed'],
  [6_250, 'go m', 'closed'],
  [6_250, 'go n', 'closed'],
  [6_250, 'go o', 'closed'],
  [6_350, 'slow m', 'closed'],
  [6_350, 'slow n', 'closed'],
  // Three of four slow.
  [6_350, 'slow o', 'open'],
  // The count of failed trials began anew.
  [7_349, 'no p', 'open'],
  [7_350, 'go p', 'half_open'],
  [7_350, 'go q', 'half_open'],
  [8_349, 'no r', 'half_open'],
  // Trials that have not come back after as long as the circuit was open are given up.
  [8_350, 'go r', 'half_open'],
  [8_350, 'go s', 'half_open'],
  [8_350, 'bad p', 'half_open'],
  [8_360, 'ok r', 'half_open'],
  [8_360, 'ok s', 'closed'],
];

describe('the circuit breaker', () => {
  it('goes through a recorded run', () => {
    const { clock, breaker } = make();
    const permits = new Map<string, number>();
    for (const [at, event, state] of RECORDED) {
      clock.advance(at - clock.elapsed());
      const [what, name] = event.split(' ') as [string, string];
      const where = `${at} ms, ${event}`;
      if (what === 'go' || what === 'no') {
        assert.equal(breaker.permits(), what === 'go', where);
        const permit = breaker.acquire();
        assert.equal(permit !== NO_PERMIT, what === 'go', where);
        permits.set(name, permit);
      } else {
        const permit = permits.get(name) as number;
        if (what === 'ok') breaker.succeed(permit, 10);
        else if (what === 'slow') breaker.succeed(permit, 100);
        else if (what === 'bad') breaker.fail(permit);
        else breaker.release(permit);
      }
      assert.equal(breaker.state, state, where);
    }
  });

  it('tells of each change', () => {
    const clock = new VirtualClock();
    const changes: string[] = [];
    const breaker = new CircuitBreaker(POLICY, clock, (to, from) => changes.push(`${from} > ${to}`));
    calls(breaker, '++--');
    clock.advance(1_000);
    calls(breaker, '++');
    assert.deepEqual(changes, ['closed > open', 'open > half_open', 'half_open > closed']);
  });

  it('forgets what is older than the window', () => {
    const { clock, breaker } = make({ failureRate: 0.5 });
    calls(breaker, '---');
    clock.advance(1_100);
    calls(breaker, '-');
    assert.equal(breaker.state, 'closed');
    calls(breaker, '---');
    assert.equal(breaker.state, 'open');
  });

  it('opens at the failure rate and not below it', () => {
    const below = make({ failureRate: 0.5, minCalls: 1 }).breaker;
    calls(below, '+++-+-+--');
    assert.equal(below.state, 'closed', '4 of 9');
    calls(below, '-');
    assert.equal(below.state, 'open');
  });

  it('opens after failures in a row, however few calls there are', () => {
    const { breaker } = make({ minCalls: 1_000, consecutiveFailures: 3 });
    calls(breaker, '--+--+--');
    assert.equal(breaker.state, 'closed');
    calls(breaker, '-');
    assert.equal(breaker.state, 'open');
  });

  it('closes with some bad trials when that is allowed', () => {
    const { clock, breaker } = make({ trialCalls: 5, trialFailures: 2 });
    calls(breaker, '----');
    clock.advance(1_000);
    calls(breaker, '-+-++');
    assert.equal(breaker.state, 'closed');
    calls(breaker, '----');
    clock.advance(1_000);
    calls(breaker, '-+--');
    assert.equal(breaker.state, 'open');
  });

  it('begins with an empty window when it closes', () => {
    const { clock, breaker } = make({ windowMs: 60_000 });
    calls(breaker, '----');
    clock.advance(1_000);
    calls(breaker, '++---');
    assert.equal(breaker.state, 'closed');
    calls(breaker, '-');
    assert.equal(breaker.state, 'open');
  });

  it('calls, passes on what comes of it, and refuses with a code', async () => {
    const { breaker } = make({ consecutiveFailures: 1 });
    assert.equal(await breaker.execute(() => Promise.resolve(7)), 7);
    const failure = new Error('mine');
    await assert.rejects(
      breaker.execute(() => {
        throw failure;
      }),
      failure,
    );
    let called = false;
    await assert.rejects(
      breaker.execute(() => (called = true)),
      { code: 'circuit_open' },
    );
    assert.equal(called, false);
  });

  it('counts what execute takes as slow', async () => {
    const { clock, breaker } = make({ slowRate: 0.5, minCalls: 1 });
    await breaker.execute(() => clock.advance(100));
    assert.equal(breaker.state, 'open');
  });

  it('opens and closes as cockatiel does where both can the same', async () => {
    const outcomes = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('+', '-') },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 700 }) },
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 4 }), async (steps, consecutive) => {
        mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
        try {
          const theirs = circuitBreaker(handleAll, {
            halfOpenAfter: 1_000,
            breaker: new ConsecutiveBreaker(consecutive),
          });
          const { clock, breaker } = make({
            minCalls: Infinity,
            consecutiveFailures: consecutive,
            maxOpenMs: 1_000,
            trialCalls: 1,
          });
          for (const one of steps) {
            if (typeof one === 'number') {
              clock.advance(one);
              mock.timers.tick(one);
              continue;
            }
            const work = (): Promise<string> => (one === '+' ? Promise.resolve('+') : Promise.reject(new Error('-')));
            const outcome = (pending: Promise<string>): Promise<string> =>
              pending.catch((failure: Error) => (failure.message === '-' ? '-' : 'refused'));
            assert.equal(await outcome(breaker.execute(work)), await outcome(theirs.execute(work)));
            assert.equal(breaker.state === 'closed', theirs.state === CircuitState.Closed);
          }
        } finally {
          mock.timers.reset();
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the state of a circuit breaker', () => {
  it('outlives a restart: an open circuit is open for what is left of its time', () => {
    const { clock, breaker } = make();
    calls(breaker, '----');
    clock.advance(300);
    const kept = breaker.snapshot();
    // The other process has another monotonic clock but the same wall clock.
    const later = new VirtualClock(clock.now());
    const restored = new CircuitBreaker(POLICY, later);
    later.advance(100);
    restored.restore(JSON.parse(JSON.stringify(kept)) as typeof kept);
    later.advance(599);
    assert.equal(restored.acquire(), NO_PERMIT);
    later.advance(1);
    calls(restored, '++');
    assert.equal(restored.state, 'closed');
  });

  it('holds the window and how often trials have failed', () => {
    const { clock, breaker } = make();
    calls(breaker, '++--');
    clock.advance(1_000);
    calls(breaker, '-');
    const restored = new CircuitBreaker(POLICY, clock);
    restored.restore(breaker.snapshot());
    clock.advance(1_999);
    assert.equal(restored.acquire(), NO_PERMIT);
    clock.advance(1);
    calls(restored, '++');
    calls(restored, '--+');
    const again = new CircuitBreaker(POLICY, clock);
    again.restore(restored.snapshot());
    calls(again, '-');
    assert.equal(again.state, 'open');
  });

  it('is worth a trial at once when it was half open, and the window nothing when it is old', () => {
    const { clock, breaker } = make();
    calls(breaker, '----');
    clock.advance(1_000);
    breaker.acquire();
    const restored = new CircuitBreaker(POLICY, clock);
    restored.restore(breaker.snapshot());
    assert.deepEqual([restored.state, restored.permits()], ['half_open', true]);

    const old = make();
    calls(old.breaker, '---');
    const snapshot = old.breaker.snapshot();
    old.clock.advance(1_000);
    old.breaker.restore(snapshot);
    calls(old.breaker, '-++');
    assert.equal(old.breaker.state, 'closed');
  });

  it('does not hold a circuit open longer because the wall clock was set back', () => {
    const { clock, breaker } = make();
    calls(breaker, '----');
    const kept = { ...breaker.snapshot(), savedAt: 1e12, openForMs: 1e12 };
    breaker.restore(kept);
    clock.advance(3_000);
    assert.equal(breaker.permits(), true);
  });

  it('is refused with a code when it makes no sense, and changes nothing then', () => {
    const { breaker } = make();
    const good = breaker.snapshot();
    for (const bad of [
      null,
      'open',
      { ...good, version: 2 },
      { ...good, state: 'half_open' },
      { ...good, openForMs: -1 },
      { ...good, calls: Number.NaN },
      { ...good, savedAt: undefined },
      { ...good, failures: 3, calls: 2 },
    ]) {
      assert.throws(() => breaker.restore(bad as typeof good), { code: 'state_invalid' });
      assert.deepEqual(breaker.snapshot(), good);
    }
  });
});
