import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FUSION_ALGORITHMS, fuse, fusionAlgorithm } from './algorithms.ts';
import { describeFusionAlgorithm } from './conformance.ts';
import { emptyFusionState } from './state.ts';
import { type SourceOpinion, UNSTATED } from './opinion.ts';
import type { StrategyId } from './words.ts';

for (const algorithm of FUSION_ALGORITHMS) describeFusionAlgorithm(algorithm);

const learned = emptyFusionState();
const says = (source: string, answer: string, confidence: number): SourceOpinion => ({
  source,
  candidate: { answer, confidence },
});
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);

function run(strategy: StrategyId, opinions: SourceOpinion[], labels = 0) {
  return fuse(opinions, { strategy, weightStrategy: 'Fixed', learned, labels });
}

describe('the table', () => {
  it('has each of the six once, and finds it', () => {
    assert.deepEqual(FUSION_ALGORITHMS.map((a) => a.id).sort(), [
      'Adaptive',
      'BayesianAverage',
      'Ensemble',
      'MajorityVote',
      'Stacking',
      'WeightedAverage',
    ]);
    for (const algorithm of FUSION_ALGORITHMS) assert.equal(fusionAlgorithm(algorithm.id), algorithm);
  });
  it('refuses an unknown algorithm and an unknown weight strategy', () => {
    assert.throws(() => fusionAlgorithm('Oracle' as StrategyId), RangeError);
    assert.throws(
      () => fuse([says('s', 'a', 0.5)], { strategy: 'Ensemble', weightStrategy: 'Loudest' as 'Fixed', learned }),
      RangeError,
    );
  });
});

describe('worked by hand', () => {
  it('a lone source keeps its confidence, except under the vote', () => {
    for (const { id } of FUSION_ALGORITHMS) {
      near(run(id, [says('s', 'a', 0.7)]).confidence, id === 'MajorityVote' ? 1 : 0.7);
    }
  });
  it('Bayes, open set: two agree at .5, with ten possible wrong answers', () => {
    // a: .5 * .5; each of the ten others: .05 * .05
    near(run('BayesianAverage', [says('s', 'a', 0.5), says('t', 'a', 0.5)]).confidence, 0.25 / (0.25 + 10 * 0.0025));
  });
  it('Bayes, closed set of two: independent log-odds add, nothing is left for none', () => {
    const fused = run('BayesianAverage', [says('s', 'yes', 0.8), says('t', 'yes', 0.6), says('u', 'no', 0.7)], 2);
    const odds = (0.8 / 0.2) * (0.6 / 0.4) * (0.3 / 0.7);
    near(fused.confidence, odds / (1 + odds));
    near(fused.none, 0);
  });
  it('weighted average: mean of what each believes; doubt goes to none, or to the other labels of a closed set', () => {
    const opinions = [says('s', 'a', 0.8), says('t', 'b', 0.4)];
    const open = run('WeightedAverage', opinions);
    near(open.confidence, 0.4);
    near(open.none, 0.4);
    const closed = run('WeightedAverage', opinions, 3);
    near(closed.confidence, (0.8 + 0.3) / 2);
    near(closed.none, (0.1 + 0.3) / 2);
  });
  it('weighted average: alternatives share the doubt in proportion and make no new candidate', () => {
    const ranked: SourceOpinion = {
      source: 's',
      candidate: {
        answer: 'a',
        confidence: 0.6,
        alternatives: [
          { answer: 'b', confidence: 3 },
          { answer: 'z', confidence: 1 },
        ],
      },
    };
    const fused = run('WeightedAverage', [ranked, says('t', 'b', 0.5)]);
    assert.deepEqual(
      fused.posterior.map((p) => p.answer),
      ['b', 'a'],
    );
    near(fused.posterior[0]!.probability, (0.4 * 0.75 + 0.5) / 2);
    near(fused.none, (0.4 * 0.25 + 0.5) / 2);
  });
  it('majority vote: most votes; a tie goes to the higher sum of confidences', () => {
    assert.equal(run('MajorityVote', [says('s', 'a', 0.3), says('t', 'a', 0.3), says('u', 'b', 0.9)]).answer, 'a');
    assert.equal(run('MajorityVote', [says('s', 'a', 0.3), says('u', 'b', 0.9)]).answer, 'b');
  });
  it('ensemble is the mean of its members, and both stacking and it say when stacking is untrained', () => {
    const opinions = [says('s', 'a', 0.8), says('t', 'b', 0.4)];
    const [pool, bayes, both] = (['WeightedAverage', 'BayesianAverage', 'Ensemble'] as const).map((id) =>
      run(id, opinions),
    );
    near(both!.confidence, (pool!.confidence + 2 * bayes!.confidence) / 3);
    assert.deepEqual(both!.remarks, ['stacking:untrained']);
    assert.deepEqual(run('Stacking', opinions).remarks, ['stacking:untrained']);
    assert.deepEqual(bayes!.remarks, []);
  });
  it('a source that appears twice counts once, with its surest candidate', () => {
    const twice = [says('s', 'a', 0.4), says('s', 'b', 0.7)];
    for (const { id } of FUSION_ALGORITHMS) assert.deepEqual(run(id, twice), run(id, [says('s', 'b', 0.7)]));
  });
  it('a source that states no confidence is taken at the prior', () => {
    assert.deepEqual(run('BayesianAverage', [says('s', 'a', UNSTATED)]), run('BayesianAverage', [says('s', 'a', 0.7)]));
  });
  it('sources and answers may be called like members of Object', () => {
    const fused = run('Ensemble', [says('__proto__', 'constructor', 0.6), says('toString', 'constructor', 0.6)]);
    assert.equal(fused.answer, 'constructor');
    assert.ok(fused.confidence > 0.6);
  });
});
