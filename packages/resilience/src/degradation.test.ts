import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import {
  answersAllowed,
  DegradationGauge,
  type DegradationLevel,
  step,
  type Rung,
  type Vitals,
} from './degradation.ts';

fc.configureGlobal({ seed: 37 });

const vitals = (modelsUp: number, reasonersUp: number, writable = true): Vitals => ({
  models: { configured: 2, up: modelsUp },
  reasoners: { configured: 2, up: reasonersUp },
  writable,
});
const WELL = vitals(2, 2);

describe('the level that vitals allow', () => {
  const cases: readonly [Vitals, string][] = [
    [WELL, 'full'],
    [vitals(1, 2), 'full'],
    [vitals(0, 2), 'no-llm'],
    [vitals(2, 1), 'one-reasoner'],
    [vitals(0, 1), 'one-reasoner'],
    [vitals(2, 0), 'cache-only'],
    [{ ...WELL, models: { configured: 0, up: 0 } }, 'full'],
    [{ ...WELL, reasoners: { configured: 1, up: 1 } }, 'full'],
  ];
  for (const [given, level] of cases) {
    it(`is ${level} for ${JSON.stringify(given)}`, () => assert.equal(answersAllowed(given), level));
  }
});

describe('the gauge', () => {
  const make = (enterMs = 0): { clock: VirtualClock; gauge: DegradationGauge; seen: DegradationLevel[] } => {
    const clock = new VirtualClock();
    const seen: DegradationLevel[] = [];
    const gauge = new DegradationGauge(clock, { enterMs, leaveMs: 10_000 }, ({ level }) => seen.push(level));
    return { clock, gauge, seen };
  };

  it('goes down at once, and up again by itself after it has been well for a while', () => {
    const { clock, gauge, seen } = make();
    clock.advance(5);
    assert.deepEqual(gauge.observe(vitals(0, 2)), { level: 'no-llm', answers: 'no-llm', writes: true, since: 5 });
    gauge.observe(WELL);
    clock.advance(9_999);
    assert.equal(gauge.current.level, 'no-llm');
    clock.advance(1);
    assert.equal(gauge.current.level, 'full');
    assert.deepEqual(seen, ['no-llm', 'full']);
  });

  it('does not flicker with what comes and goes', () => {
    const { clock, gauge, seen } = make();
    for (let i = 0; i < 100; i++) {
      gauge.observe(i % 2 === 0 ? vitals(2, 0) : WELL);
      clock.advance(4_000);
    }
    assert.deepEqual(seen, ['cache-only']);
  });

  it('goes up only as far as it has been well all the time', () => {
    const { clock, gauge, seen } = make();
    gauge.observe(vitals(2, 0));
    gauge.observe(WELL);
    clock.advance(6_000);
    gauge.observe(vitals(2, 1));
    clock.advance(4_000);
    assert.equal(gauge.current.level, 'one-reasoner');
    gauge.observe(WELL);
    clock.advance(9_999);
    assert.equal(gauge.current.level, 'one-reasoner');
    clock.advance(1);
    assert.deepEqual(seen, ['cache-only', 'one-reasoner', 'full']);
  });

  it('can wait before it goes down, too', () => {
    const { clock, gauge, seen } = make(1_000);
    gauge.observe(vitals(0, 2));
    clock.advance(900);
    gauge.observe(WELL);
    gauge.observe(vitals(0, 2));
    clock.advance(999);
    assert.deepEqual(seen, []);
    clock.advance(1);
    assert.deepEqual(seen, ['no-llm']);
  });

  it('refuses writes apart from how it answers', () => {
    const { clock, gauge } = make();
    const full = gauge.observe(vitals(2, 2, false));
    assert.deepEqual([full.level, full.answers, full.writes], ['read-only', 'full', false]);
    const both = gauge.observe(vitals(2, 1, false));
    assert.deepEqual([both.level, both.answers, both.writes], ['read-only', 'one-reasoner', false]);
    gauge.observe(vitals(2, 1));
    clock.advance(10_000);
    assert.deepEqual([gauge.current.level, gauge.current.writes], ['one-reasoner', true]);
  });

  it('does nothing more once it is closed', () => {
    const { clock, gauge, seen } = make();
    gauge.observe(vitals(0, 2));
    gauge.observe(WELL);
    gauge.close();
    clock.advance(60_000);
    assert.deepEqual(seen, ['no-llm']);
  });
});

describe('one step', () => {
  it('never goes further than what is wished, nor up before it was allowed all of the time', () => {
    const wishes = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: 40 }), wished: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(wishes, fc.constantFrom(0, 30), fc.constantFrom(0, 50), (list, enterMs, leaveMs) => {
        let now = 0;
        let rung: Rung = { value: 0, worse: null, better: null };
        const heard: { at: number; wished: number }[] = [];
        for (const { ms, wished } of list) {
          now += ms;
          heard.push({ at: now, wished });
          const next = step(rung, wished, now, { enterMs, leaveMs });
          if (next.value < rung.value) {
            // All wishes since leaveMs ago, and the one that held then, were at least as good.
            const first = heard.findLastIndex(({ at }) => at <= now - leaveMs);
            assert.ok(first >= 0 && heard.slice(first).every((one) => one.wished <= next.value));
          } else if (next.value > rung.value) {
            const first = heard.findLastIndex(({ at }) => at <= now - enterMs);
            assert.ok(first >= 0 && heard.slice(first).every((one) => one.wished >= next.value));
          }
          rung = next;
        }
      }),
    );
  });
});
