import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import { CallBudget } from './budget.ts';

fc.configureGlobal({ seed: 19 });

const withdrawAll = (budget: CallBudget, most = 1_000): number => {
  let taken = 0;
  while (taken < most && budget.withdraw()) taken++;
  return taken;
};

describe('the budget', () => {
  it('has its floor without any call', () => {
    const budget = new CallBudget({ share: 0.2, minPerSecond: 2, lifeMs: 10_000 }, new VirtualClock());
    assert.equal(withdrawAll(budget), 20);
  });

  it('gives a share of the calls, exactly', () => {
    const budget = new CallBudget({ share: 0.1, minPerSecond: 0, lifeMs: 10_000 }, new VirtualClock());
    for (let i = 0; i < 99; i++) budget.deposit();
    assert.equal(withdrawAll(budget), 9);
    budget.deposit();
    assert.equal(withdrawAll(budget), 1);
  });

  it('lets credits die', () => {
    const clock = new VirtualClock();
    const budget = new CallBudget({ share: 1, minPerSecond: 0, lifeMs: 1_000 }, clock);
    for (let i = 0; i < 5; i++) budget.deposit();
    clock.advance(899);
    assert.equal(budget.balance, 5);
    clock.advance(101);
    assert.equal(withdrawAll(budget), 0);
  });

  it('fills the floor again as withdrawals grow old', () => {
    const clock = new VirtualClock();
    const budget = new CallBudget({ share: 0, minPerSecond: 3, lifeMs: 1_000 }, clock);
    assert.equal(withdrawAll(budget), 3);
    clock.advance(800);
    assert.equal(withdrawAll(budget), 0);
    clock.advance(300);
    assert.equal(withdrawAll(budget), 3);
  });

  it('is never exceeded: in no life are there more withdrawals than its share of the calls and the floor', () => {
    const steps = fc.array(
      fc.record({
        ms: fc.integer({ min: 0, max: 400 }),
        calls: fc.integer({ min: 0, max: 9 }),
        wanted: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 80 },
    );
    const policies = fc.record({
      share: fc.constantFrom(0, 0.05, 0.2, 0.5, 1),
      minPerSecond: fc.constantFrom(0, 1, 2.5),
      lifeMs: fc.constantFrom(500, 1_000, 3_000),
    });
    fc.assert(
      fc.property(steps, policies, (list, policy) => {
        const clock = new VirtualClock();
        const budget = new CallBudget(policy, clock);
        const calls: number[] = [];
        const taken: number[] = [];
        for (const { ms, calls: count, wanted } of list) {
          clock.advance(ms);
          for (let i = 0; i < count; i++) {
            budget.deposit();
            calls.push(clock.elapsed());
          }
          // Withdrawals of the last nine tenths of a life, which are remembered for certain; calls of all of it.
          const since = (times: number[], span: number): number =>
            times.filter((at) => at > clock.elapsed() - span).length;
          const most =
            policy.share * since(calls, policy.lifeMs + 1e-9) + (policy.minPerSecond * policy.lifeMs) / 1_000;
          for (let i = 0; i < wanted; i++) {
            if (!budget.withdraw()) continue;
            taken.push(clock.elapsed());
            assert.ok(since(taken, policy.lifeMs * 0.9) <= most + 1e-6);
          }
        }
        const lives = 1 + clock.elapsed() / (policy.lifeMs * 0.9);
        assert.ok(
          taken.length <= policy.share * calls.length + (lives * policy.minPerSecond * policy.lifeMs) / 1_000 + 1e-6,
        );
      }),
    );
  });
});
