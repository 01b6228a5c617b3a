/** What learning is for: on sources of known quality, held-out items, fixed seeds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FUSION_ALGORITHMS, fuse } from './algorithms.ts';
import { type Feedback, learn, learnAll } from './learn.ts';
import { expectedCalibrationError, type Judged } from './metrics.ts';
import { emptyFusionState, type FusionState } from './state.ts';
import { syntheticItems, type SyntheticSource } from './synthetic.ts';
import { WEIGHT_STRATEGY_IDS, type StrategyId, type WeightStrategyId } from './words.ts';

const LABELLED = 600;
const HELD_OUT = 3000;
/** Bound on the expected calibration error over ten bins of the held-out items, with the default weights. */
const MOST_ECE = 0.04;
/** With the other weights a weighted average need not rise with the truth, so no curve can straighten it fully. */
const MOST_ECE_OTHER_WEIGHTS = 0.08;
const VOTE_SCENE = 'independent sources';

const SCENES: Readonly<Record<string, SyntheticSource[]>> = {
  [VOTE_SCENE]: [
    { source: 'a', reliability: 0.8 },
    { source: 'b', reliability: 0.75 },
    { source: 'c', reliability: 0.7 },
    { source: 'd', reliability: 0.6 },
  ],
  'one good source and two that copy each other': [
    { source: 'a', reliability: 0.85 },
    { source: 'b', reliability: 0.6 },
    { source: 'c', reliability: 0.6, copies: { source: 'b', rate: 0.7 } },
    { source: 'd', reliability: 0.65, abstains: 0.3 },
  ],
  'two reasoners': [
    { source: 'asi', reliability: 0.7 },
    { source: 'flux', reliability: 0.75, abstains: 0.2 },
  ],
};

function judge(
  items: Feedback[],
  learned: FusionState,
  strategy: StrategyId,
  weightStrategy: WeightStrategyId,
): Judged[] {
  return items
    .map(({ opinions, truth }) => ({ truth, fused: fuse(opinions, { strategy, weightStrategy, learned }) }))
    .map(({ truth, fused }) => ({ confidence: fused.confidence, right: fused.answer === truth }));
}

const accuracy = (rows: readonly Judged[]): number => rows.filter((r) => r.right).length / rows.length;

function bestSingle(items: Feedback[], sources: readonly SyntheticSource[]): number {
  const rightBy = (source: string) =>
    items.filter((i) => i.opinions.find((o) => o.source === source)?.candidate?.answer === i.truth).length;
  return Math.max(...sources.map(({ source }) => rightBy(source))) / items.length;
}

for (const [name, sources] of Object.entries(SCENES)) {
  describe(`learned from ${LABELLED} labels: ${name}`, () => {
    const learned = learnAll(emptyFusionState(), syntheticItems(21, LABELLED, sources));
    const test = syntheticItems(22, HELD_OUT, sources);
    const best = bestSingle(test, sources);
    for (const { id } of FUSION_ALGORITHMS) {
      // A vote that counts all alike cannot know that one of few sources is better.
      if (id === 'MajorityVote' && name !== VOTE_SCENE) continue;
      it(`${id} is at least as good as the best source`, () => {
        const reached = accuracy(judge(test, learned, id, 'ConfidenceBased'));
        assert.ok(reached >= best, `${reached} against ${best}`);
      });
    }
    for (const { id, weighted } of FUSION_ALGORITHMS) {
      // Where two copy each other, two votes against one are worth less than a tie: not monotone in the share.
      if (id === 'MajorityVote' && name !== VOTE_SCENE) continue;
      it(`${id} is calibrated`, () => {
        for (const weight of weighted ? WEIGHT_STRATEGY_IDS : (['ConfidenceBased'] as const)) {
          const ece = expectedCalibrationError(judge(test, learned, id, weight));
          assert.ok(ece < (weight === 'ConfidenceBased' ? MOST_ECE : MOST_ECE_OTHER_WEIGHTS), `${weight}: ${ece}`);
        }
      });
    }
  });
}

describe('what the learned numbers mean', () => {
  it('wrongAnswers finds how many wrong answers there are to agree on', () => {
    const sources = SCENES[VOTE_SCENE]!;
    for (const wrong of [3, 12]) {
      const state = learnAll(emptyFusionState(), syntheticItems(31, 1500, sources, wrong));
      assert.ok(Math.abs(state.wrongAnswers / wrong - 1) < 0.25, `${state.wrongAnswers} for ${wrong}`);
    }
  });
  it('tau is near 1 for independent sources and near 0 for copies', () => {
    const tauOf = (rate: number) =>
      learnAll(
        emptyFusionState(),
        syntheticItems(32, 1500, [
          { source: 'a', reliability: 0.7 },
          { source: 'b', reliability: 0.7, copies: { source: 'a', rate } },
        ]),
      ).tau;
    assert.ok(tauOf(0) >= 0.8, `${tauOf(0)}`);
    assert.ok(tauOf(1) <= 0.25, `${tauOf(1)}`);
  });
  it('Adaptive follows a source that broke, sooner than plain Bayes', () => {
    const scene = (a: number, b: number): SyntheticSource[] => [
      { source: 'a', reliability: a },
      { source: 'b', reliability: b },
    ];
    let state = learnAll(emptyFusionState(), syntheticItems(41, 1000, scene(0.9, 0.6)));
    for (const item of syntheticItems(42, 120, scene(0.2, 0.6))) state = learn(state, item);
    const after = syntheticItems(43, 1000, scene(0.2, 0.6));
    const [adaptive, plain] = (['Adaptive', 'BayesianAverage'] as const).map((id) =>
      accuracy(judge(after, state, id, 'Fixed')),
    );
    assert.ok(adaptive! > plain! + 0.05, `${adaptive} against ${plain}`);
  });
});
