import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Refusal, RefusalError } from './refusal.ts';
import { bodyCost, questionCost, ResourceBudget } from './resources.ts';

const LIMITS = { maxCost: 10, maxHeldCost: 20, maxHeldBytes: 100 };

function refusalOf(run: () => unknown): Refusal | null {
  try {
    run();
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError, String(failure));
    return failure.refusal;
  }
}

describe('the cost of a request', () => {
  it('is one for a short question, and grows with mode, length and evidence', () => {
    assert.equal(questionCost({ input: '' }), 1);
    const costs = ['Fast', 'Balanced', 'Thorough', 'Reasoning'].map((mode) => questionCost({ input: 'x', mode }));
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => a - b),
    );
    fc.assert(
      fc.property(fc.nat(8192), fc.integer({ min: 1, max: 50 }), (length, pieces) => {
        const cost = questionCost({ input: 'a'.repeat(length), top_k: pieces, mode: 'Reasoning' });
        assert.ok(cost > 0 && cost < 100);
        assert.ok(cost <= questionCost({ input: 'a'.repeat(length + 1), top_k: pieces, mode: 'Reasoning' }));
      }),
    );
    assert.equal(questionCost({ input: '', mode: 'constructor' }), 1);
    assert.equal(bodyCost(65_536), 2);
  });
});

describe('the budget of a process', () => {
  it('never lends more than it has, and gets all of it back', () => {
    const steps = fc.array(fc.record({ cost: fc.double({ min: 0.5, max: 10, noNaN: true }), back: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const budget = new ResourceBudget(LIMITS);
        const lent: (() => void)[] = [];
        for (const { cost, back } of all) {
          if (back) lent.shift()?.();
          const refusal = refusalOf(() => lent.push(budget.lendWork(cost, 1)));
          assert.ok(refusal === null || refusal.kind === 'busy');
          assert.ok(budget.held.cost <= LIMITS.maxHeldCost + 1e-9);
        }
        for (const giveBack of lent) {
          giveBack();
          giveBack();
        }
        assert.ok(Math.abs(budget.held.cost) < 1e-9);
      }),
    );
  });

  it('says why: too much at any time, too late, or too much now', () => {
    const budget = new ResourceBudget(LIMITS);
    assert.equal(refusalOf(() => budget.lendWork(11, 1))?.kind, 'size');
    assert.equal(refusalOf(() => budget.lendWork(1, 0))?.kind, 'late');
    const back = budget.lendBytes(80);
    assert.equal(refusalOf(() => budget.lendBytes(30))?.kind, 'busy');
    assert.ok((refusalOf(() => budget.lendBytes(30))?.retryAfterMs ?? 0) > 0);
    back();
    // One alone is judged by its own route.
    budget.lendBytes(500)();
    assert.equal(budget.held.bytes, 0);
  });
});
