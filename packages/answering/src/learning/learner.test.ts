import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyFusionState, fuse, learnAll } from '@vortexflow/fusion';
import { seededRandom } from '@vortexflow/primitives';
import { conclude } from './conclude.ts';
import { Learner } from './learner.ts';
import { calibratedConfidence } from './predict.ts';
import { reportOf } from './report.ts';
import { itemWith, someOrders } from './test-items.ts';

const orders = someOrders(120, seededRandom(5));

function learned(list = orders): Learner {
  const learner = new Learner(0.01);
  for (const order of list) learner.take(order);
  return learner;
}

describe('the learner', () => {
  it('predicts before it learns: the first item is scored by nothing learned, the next by the first alone', () => {
    const learner = new Learner(0.01);
    const [first, second] = orders as [(typeof orders)[0], (typeof orders)[0]];
    const one = learner.take(first);
    assert.equal(one.effect, 'learned');
    assert.equal(one.confidence, one.uncalibrated);
    const state = learner.state;
    learner.take(second);
    const after = learner.items[1]?.scores.strategies['Ensemble']?.after;
    const expected = fuse(second.item.opinions, {
      strategy: 'Ensemble',
      weightStrategy: 'ConfidenceBased',
      learned: state,
    });
    assert.deepEqual(after, { key: expected.answer, confidence: expected.confidence });
  });

  it('becomes calibrated by feedback, and only by feedback', () => {
    const options = { strategy: 'Ensemble', weightStrategy: 'ConfidenceBased' } as const;
    const { opinions } = itemWith({ asi: 'a', flux: 'a' });
    assert.equal(fuse(opinions, { ...options, learned: new Learner(0.01).state }).calibrated, false);
    assert.equal(fuse(opinions, { ...options, learned: learned().state }).calibrated, true);
  });

  it('says unchanged to the same feedback again, and learns nothing from it', () => {
    const learner = learned();
    const before = learner.state;
    const again = learner.take({ ...(orders[3] as (typeof orders)[0]), at: 9999 });
    assert.equal(again.effect, 'unchanged');
    assert.equal(learner.state, before);
    assert.equal(learner.total, orders.length);
  });

  it('replaces: the state is that of the corrected list, and the prediction stays what it was', () => {
    const learner = learned();
    const wrong = orders[7] as (typeof orders)[0];
    const predicted = learner.items[7]?.scores.strategies['Ensemble']?.after;
    const { effect } = learner.take({ ...wrong, verdict: { answers: [] } });
    assert.equal(effect, 'replaced');
    const lessons = orders.map(({ item, verdict }, i) => {
      const conclusion = conclude(item, i === 7 ? { answers: [] } : verdict);
      assert.ok(conclusion);
      return { opinions: conclusion.opinions, truth: conclusion.truth, learningRate: 0.01 };
    });
    assert.deepEqual(learner.state, learnAll(emptyFusionState(), lessons));
    const score = learner.items[7]?.scores.strategies['Ensemble'];
    assert.deepEqual(score?.after, predicted);
    assert.equal(score?.rightAfter, false);
    assert.equal(learner.items.length, orders.length);
  });

  it('does not score a question that it has learned, asked again', () => {
    const learner = learned();
    const again = orders[3] as (typeof orders)[0];
    const other = itemWith({ asi: 'node:other', flux: 'node:right' }, 'r999');
    const effect = learner.take({ ...again, item: { ...other, question: again.item.question } });
    assert.deepEqual([effect.effect, effect.confidence], ['replaced', null]);
    const { items } = learner;
    assert.equal(items.length, orders.length);
    assert.equal(items[3]?.id, 'r999');
    assert.equal(reportOf(items, learner.total).sources['asi']?.after?.n, orders.length);
  });

  it('is the same when it is made again from its items', () => {
    const learner = learned();
    const again = new Learner(0.01, JSON.parse(JSON.stringify(learner.items)) as typeof learner.items, learner.total);
    assert.deepEqual(again.items, learner.items);
    const options = { strategy: 'Ensemble', weightStrategy: 'ConfidenceBased' } as const;
    const { opinions } = itemWith({ asi: 'a', flux: 'b' });
    const fused = fuse(opinions, { ...options, learned: again.state });
    assert.ok(fused.calibrated);
    assert.deepEqual(reportOf(again.items, again.total), reportOf(learner.items, learner.total));
  });
});

describe('the report', () => {
  it('counts each source and strategy, and dates them by their newest item', () => {
    const learner = learned();
    const report = reportOf(learner.items, learner.total);
    assert.deepEqual(Object.keys(report.sources), ['asi', 'flux']);
    assert.equal(Object.keys(report.strategies).length, 6);
    for (const { before, after, date } of [...Object.values(report.sources), ...Object.values(report.strategies)]) {
      assert.equal(before?.n, orders.length);
      assert.equal(after?.n, orders.length);
      assert.equal(
        after?.bins.reduce((sum, { n }) => sum + n, 0),
        orders.length,
      );
      assert.equal(date, new Date(1000 + orders.length - 1).toISOString());
    }
    const right = orders.filter(({ item }) => item.opinions[0]?.candidate?.answer === 'node:right').length;
    assert.equal(report.sources['asi']?.after?.accuracy, right / orders.length);
  });

  it('leaves out what a verdict does not judge', () => {
    const learner = new Learner(0.01);
    learner.take({ item: itemWith({ asi: 'a', flux: 'b' }), verdict: { correct: false }, at: 1 });
    const { sources } = reportOf(learner.items, 1);
    assert.equal(sources['asi']?.after?.n, 1);
    assert.equal(sources['flux']?.after, null);
  });
});

describe('the calibrated confidence of a source', () => {
  it('is its own one with nothing learned, and nearer to its record afterwards', () => {
    const opinion = { source: 'asi', candidate: { answer: 'a', confidence: 0.95 } };
    assert.ok(Math.abs(calibratedConfidence(opinion, emptyFusionState()) - 0.95) < 1e-12);
    const calibrated = calibratedConfidence(opinion, learned().state);
    assert.ok(calibrated > 0.5 && calibrated < 0.9, String(calibrated));
  });
});
