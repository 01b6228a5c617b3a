import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FUSION_ALGORITHMS, fuse } from './algorithms.ts';
import { type Feedback, learn, learnAll } from './learn.ts';
import { UNSTATED } from './opinion.ts';
import { emptyFusionState, type FusionState, WINDOW } from './state.ts';
import { syntheticItems, type SyntheticSource } from './synthetic.ts';

const SOURCES: SyntheticSource[] = [
  { source: 'asi', reliability: 0.8 },
  { source: 'flux', reliability: 0.7, abstains: 0.1 },
  { source: 'llm', reliability: 0.6 },
];

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const one = (answer: string, truth: Feedback['truth']): Feedback => ({
  opinions: [{ source: 's', candidate: { answer, confidence: 0.5 } }],
  truth,
});

describe('learning', () => {
  it('counts hits and misses; several truths may be right; none may be', () => {
    const state = learnAll(emptyFusionState(), [one('a', 'a'), one('a', 'b'), one('a', ['b', 'a']), one('a', [])]);
    const { hits, misses } = state.sources[0]!;
    assert.deepEqual([hits, misses, state.n], [2, 2, 4]);
  });
  it('returns a new state and leaves the old one as it was', () => {
    const before = deepFreeze(learnAll(emptyFusionState(), syntheticItems(1, 60, SOURCES)));
    const after = learn(before, syntheticItems(2, 1, SOURCES)[0]!);
    assert.equal(before.n, 60);
    assert.equal(after.n, 61);
    assert.equal(emptyFusionState().n, 0);
  });
  it('is deterministic', () => {
    const items = syntheticItems(3, 120, SOURCES);
    assert.deepEqual(learnAll(emptyFusionState(), items), learnAll(emptyFusionState(), items));
  });
  it('one by one gives the counts of all at once, and the same fits when it has just fitted', () => {
    const items = syntheticItems(4, 20, SOURCES);
    const single = items.reduce(learn, emptyFusionState());
    assert.deepEqual(single, learnAll(emptyFusionState(), items));
  });
  it('fits anew when the labels have grown by a tenth', () => {
    let state = learnAll(emptyFusionState(), syntheticItems(5, 100, SOURCES));
    const fits: number[] = [];
    for (const item of syntheticItems(6, 25, SOURCES)) {
      state = learn(state, item);
      if (state.fittedAt === state.n) fits.push(state.n);
    }
    assert.deepEqual(fits, [110, 121]);
  });
  it('ignores feedback on which no source had answered', () => {
    const state = learnAll(emptyFusionState(), [one('a', 'a')]);
    assert.deepEqual(learn(state, { opinions: [{ source: 's', candidate: null }], truth: 'a' }), state);
  });
  it('fades the recent record by the learning rate', () => {
    const feedback = { ...one('a', 'a'), learningRate: 0.5 };
    const state = [feedback, feedback, feedback].reduce(learn, emptyFusionState());
    assert.equal(state.sources[0]!.recentHits, 1.75);
    assert.equal(state.sources[0]!.hits, 3);
  });
  it('keeps a bounded window, but counts everything', () => {
    const state = learnAll(
      emptyFusionState(),
      Array.from({ length: WINDOW + 500 }, (_, i) => one('a', i % 2 ? 'a' : 'b')),
    );
    assert.equal(state.window.length, WINDOW);
    assert.equal(state.n, WINDOW + 500);
    assert.equal(state.sources[0]!.hits + state.sources[0]!.misses, WINDOW + 500);
    assert.ok(!JSON.stringify(state.window).includes('"keys"'));
  });
  it('is plain JSON: a stored state fuses to the last bit as the live one', () => {
    const live = learnAll(emptyFusionState(), syntheticItems(7, 80, SOURCES));
    const stored = JSON.parse(JSON.stringify(live)) as FusionState;
    for (const { opinions } of syntheticItems(8, 20, SOURCES)) {
      for (const { id } of FUSION_ALGORITHMS) {
        const run = (learned: FusionState) => fuse(opinions, { strategy: id, weightStrategy: 'Adaptive', learned });
        assert.deepEqual(run(stored), run(live));
      }
    }
  });
  it('calibrates and stacks from 50 labelled items on, not before', () => {
    const items = syntheticItems(9, 50, SOURCES);
    const options = { strategy: 'Ensemble', weightStrategy: 'ConfidenceBased' } as const;
    const early = learnAll(emptyFusionState(), items.slice(1));
    const late = learnAll(emptyFusionState(), items);
    const { opinions } = items[0]!;
    assert.deepEqual(
      [early, late].map((learned) => fuse(opinions, { ...options, learned })).map((f) => [f.calibrated, f.remarks]),
      [
        [false, ['stacking:untrained']],
        [true, []],
      ],
    );
    assert.equal(late.finals.Ensemble!.ConfidenceBased!.n, 50);
  });
  it('fits out of fold: a rater heard once cannot vouch for its own label', () => {
    const items = Array.from({ length: 100 }, (_, i): Feedback => ({
      opinions: [{ source: `rater ${i}`, candidate: { answer: 'a', confidence: UNSTATED } }],
      truth: i % 2 ? 'a' : 'b',
    }));
    const { brier } = learnAll(emptyFusionState(), items).finals.BayesianAverage!.Fixed!;
    assert.ok(Math.abs(brier - 0.25) < 0.01, `${brier}`);
  });
});
