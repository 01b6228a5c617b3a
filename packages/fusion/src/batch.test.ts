/** A batch from texts to answers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { FUSION_ALGORITHMS } from './algorithms.ts';
import { type BatchCandidate, BatchError, fuseBatch, type FusionBatch } from './batch.ts';
import { labelledCrowd } from './synthetic.ts';

const says = (source: string, answer: string | null, confidence: number | null = 0.6): BatchCandidate => ({
  source,
  answer,
  confidence,
});
const batch = (given: Partial<FusionBatch>): FusionBatch => ({
  strategy: 'Ensemble',
  weightStrategy: 'ConfidenceBased',
  labels: null,
  train: [],
  items: [],
  ...given,
});

describe('fuseBatch', () => {
  it('lets equal answers meet, and returns the commonest wording', () => {
    const candidates = [
      says('a', '1000 kilometres'),
      says('b', '1,000 km'),
      says('c', '1,000 km'),
      says('d', '900 km'),
    ];
    const { results } = fuseBatch(batch({ items: [{ candidates }] }));
    assert.equal(results[0]!.answer, '1,000 km');
    assert.ok(results[0]!.confidence > 0.6);
  });
  it('answers null at confidence 0 where nobody answered', () => {
    const items = [{ candidates: [] }, { candidates: [says('a', null), says('b', null, null)] }];
    assert.deepEqual(
      fuseBatch(batch({ items })).results.map(({ answer, confidence }) => [answer, confidence]),
      [
        [null, 0],
        [null, 0],
      ],
    );
  });
  it('takes a truth in other words, and several truths', () => {
    const train = Array.from({ length: 60 }, (_, i) => ({
      candidates: [says('good', `${i + 1},000 km`, null), says('poor', `${i + 1} miles`, null)],
      truth: ['something else', `${i + 1}000 kilometres`],
    }));
    const items = [{ candidates: [says('poor', 'x', null), says('good', 'y', null)] }];
    const fused = fuseBatch(batch({ train, items }));
    assert.equal(fused.results[0]!.answer, 'y');
    assert.deepEqual([fused.calibrated, fused.learnedFrom, fused.remarks], [true, 60, []]);
  });
  it('reads a closed set by equality too, but an exact label is itself', () => {
    const items = [
      { candidates: [says('a', 'TRUE'), says('b', 'yes')] },
      { candidates: [says('a', 'b'), says('b', 'b')] },
    ];
    assert.equal(fuseBatch(batch({ labels: ['yes', 'no'], items: items.slice(0, 1) })).results[0]!.answer, 'TRUE');
    // "B" and "b" are the same answer by their words, yet the caller has made them two labels.
    const two = fuseBatch(
      batch({ labels: ['B', 'b'], items: [{ candidates: [says('a', 'b'), says('b', 'B', 0.3)] }] }),
    );
    assert.equal(two.results[0]!.answer, 'b');
    assert.ok(two.results[0]!.confidence < 0.9);
  });
  it('refuses an answer or a truth that is not one of the labels, and says where', () => {
    const labels = ['yes', 'no'];
    const fails = (given: Partial<FusionBatch>, field: string) =>
      assert.throws(
        () => fuseBatch(batch({ labels, ...given })),
        (error) => error instanceof BatchError && error.field === field,
      );
    fails({ items: [{ candidates: [says('a', 'yes'), says('b', 'maybe')] }] }, 'items.0.candidates.1');
    fails({ train: [{ candidates: [says('a', 'yes')], truth: ['perhaps'] }] }, 'train.0.truth.0');
  });
  it('does not depend on the order of candidates', () => {
    const answers = fc.constantFrom('12 May 1990', '1990', 'yes', 'true', '5 km', '5000 m', null);
    const candidates = fc.uniqueArray(
      fc.record({
        source: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        answer: answers,
        confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      }),
      { selector: ({ source }) => source },
    );
    fc.assert(
      fc.property(candidates, (given) => {
        const { results } = fuseBatch(batch({ items: [{ candidates: given }, { candidates: given.toReversed() }] }));
        assert.deepEqual(results[0], results[1]);
        const words: (string | null)[] = given.map(({ answer }) => answer);
        assert.ok(results[0]!.answer === null || words.includes(results[0]!.answer));
      }),
      { seed: 8 },
    );
  });
  it('gives the same twice, and keeps every item for fitting', () => {
    const set = labelledCrowd(5, 2300, { labels: 2, raters: 12, votes: 4 });
    const items = set.items.slice(0, 50).map(({ candidates }) => ({ candidates }));
    const given = batch({ labels: set.labels, train: set.items, items });
    const fused = fuseBatch(given);
    assert.deepEqual(fuseBatch(given), fused);
    assert.equal(fused.learnedFrom, 2300);
  });
});

describe('on crowds of known kinds, held out', () => {
  const crowds = [
    { name: 'two labels, some raters below chance', labels: 2, raters: 40, votes: 6, adverse: 0.15 },
    { name: 'raters that confuse two of five labels', labels: 5, raters: 40, votes: 5, confused: 0.7 },
    { name: 'few votes', labels: 3, raters: 25, votes: 2 },
  ];
  for (const crowd of crowds) {
    it(`no strategy loses against the vote: ${crowd.name}`, () => {
      const { labels, items } = labelledCrowd(9, 1600, crowd);
      const [train, test] = [items.slice(0, 800), items.slice(800)];
      const right = new Map(
        FUSION_ALGORITHMS.map(({ id }) => {
          const { results } = fuseBatch(batch({ strategy: id, labels, train, items: test }));
          return [id, results.filter(({ answer }, i) => answer === test[i]!.truth[0]).length / test.length];
        }),
      );
      const vote = right.get('MajorityVote')!;
      for (const [id, share] of right) assert.ok(share >= vote - 0.005, `${id}: ${share} against ${vote}`);
      assert.ok(right.get('Ensemble')! >= vote);
    });
  }
  it('stacking sees who confuses what, which plain Bayes cannot', () => {
    const { labels, items } = labelledCrowd(3, 1600, { labels: 5, raters: 40, votes: 5, confused: 0.7 });
    const share = (strategy: 'Stacking' | 'BayesianAverage'): number => {
      const given = batch({ strategy, labels, train: items.slice(0, 800), items: items.slice(800) });
      return fuseBatch(given).results.filter(({ answer }, i) => answer === items[800 + i]!.truth[0]).length / 800;
    };
    const [stacked, plain] = [share('Stacking'), share('BayesianAverage')];
    assert.ok(stacked > plain + 0.03, `${stacked} against ${plain}`);
  });
});
