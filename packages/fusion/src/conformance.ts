/**
 * The laws that every fusion algorithm keeps, as property tests. An algorithm names the laws that it breaks in its
 * `exceptions`; one claimed for `always` must really be broken, so that none is claimed without need.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { FusionAlgorithm, FusionContext, LawId } from './algorithm.ts';
import { openBallot } from './ballot.ts';
import type { Labels } from './labels.ts';
import { learnAll } from './learn.ts';
import { LEAST_CONFIDENCE, MOST_CONFIDENCE } from './numeric.ts';
import { type Candidate, type FusedOpinion, type SourceOpinion, UNSTATED } from './opinion.ts';
import { seatPanel } from './panel.ts';
import { emptyFusionState, type FusionState } from './state.ts';
import { labelledCrowd, syntheticItems } from './synthetic.ts';
import { weightStrategy } from './weights.ts';
import { WEIGHT_STRATEGY_IDS } from './words.ts';

const TOLERANCE = 1e-9;
const RUNS = 300;
const ANSWERS = ['a', 'b', 'c', 'd'];
/** The sources that the trained state knows, and two that it has never heard of. */
const SOURCES = ['s0', 's1', 's2', 's3', 'new', 'newer'];
/** A source that no generated opinion comes from. */
const EXTRA = 'extra';

let trainedState: FusionState | undefined;

/** One trained state for all suites: fitting it takes a moment. */
function trained(): FusionState {
  trainedState ??= learnAll(
    emptyFusionState(),
    syntheticItems(11, 600, [
      { source: 's0', reliability: 0.85 },
      { source: 's1', reliability: 0.7, copies: { source: 's0', rate: 0.4 } },
      { source: 's2', reliability: 0.6 },
      { source: 's3', reliability: 0.5, abstains: 0.3 },
    ]),
  );
  return trainedState;
}

let trainedByLabelState: FusionState | undefined;

/** The same for a closed set whose labels are known by name. */
function trainedByLabel(): FusionState {
  if (trainedByLabelState) return trainedByLabelState;
  const names = new Map(ANSWERS.map((answer, i) => [`L${i}`, answer]));
  const { items } = labelledCrowd(12, 400, { labels: ANSWERS.length, raters: 4, votes: 3, confused: 0.5 });
  const feedbacks = items.map(({ candidates, truth }) => ({
    opinions: candidates.map(({ source, answer }) => ({
      source: source.replace('r', 's'),
      candidate: { answer: names.get(answer)!, confidence: UNSTATED },
    })),
    truth: names.get(truth[0]!)!,
    labels: ANSWERS,
  }));
  trainedByLabelState = learnAll(emptyFusionState(), feedbacks);
  assert.ok(trainedByLabelState.classes);
  return trainedByLabelState;
}

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const sure = fc.double({ min: 0.1, max: 1, noNaN: true });

function candidates(confidence: fc.Arbitrary<number>): fc.Arbitrary<Candidate> {
  return fc.record(
    {
      answer: fc.constantFrom(...ANSWERS),
      confidence,
      margin: unit,
      alternatives: fc.array(fc.record({ answer: fc.constantFrom(...ANSWERS), confidence: unit }), { maxLength: 3 }),
    },
    { requiredKeys: ['answer', 'confidence'] },
  );
}

/** Opinions of different sources without alternatives, none stating less than .1. */
const plainOpinions: fc.Arbitrary<SourceOpinion[]> = fc.uniqueArray(
  fc.record({
    source: fc.constantFrom(...SOURCES),
    candidate: fc.record({ answer: fc.constantFrom(...ANSWERS), confidence: sure }),
    position: fc.nat(9),
  }),
  { selector: (o) => o.source, minLength: 1, maxLength: 5 },
);

const anyOpinions: fc.Arbitrary<SourceOpinion[]> = fc.uniqueArray(
  fc.record(
    {
      source: fc.constantFrom(...SOURCES),
      candidate: fc.option(candidates(fc.oneof(unit, fc.constantFrom(0, 1, Number.NaN, -3, 7))), { nil: null }),
      position: fc.nat(9),
    },
    { requiredKeys: ['source', 'candidate'] },
  ),
  { selector: (o) => o.source, maxLength: 6 },
);

function contexts(learned: FusionState): fc.Arbitrary<FusionContext> {
  return fc.record({ weightStrategy: fc.constantFrom(...WEIGHT_STRATEGY_IDS), learned: fc.constant(learned) });
}

function closedContexts(learned: FusionState): fc.Arbitrary<FusionContext> {
  return fc
    .tuple(
      contexts(learned),
      fc.constantFrom<Labels>(0, ANSWERS.length, ANSWERS.length + 3, ANSWERS, [...ANSWERS, 'e']),
    )
    .map(([context, labels]) => ({ ...context, labels }));
}

function belief(fused: FusedOpinion, answer: string): number {
  return fused.posterior.find((p) => p.answer === answer)?.probability ?? 0;
}

/** Calibrated confidences of the opinions, both the lasting and the adaptive ones, and chance. */
function inside(opinions: readonly SourceOpinion[], context: FusionContext) {
  const { ballot } = openBallot(opinions, 0, () => false);
  const panel = seatPanel(ballot, context.learned, weightStrategy(context.weightStrategy));
  const least = Math.min(...panel.confidences, ...panel.adaptiveConfidences);
  return { least, chance: 1 / (panel.wrongAnswers + 1) };
}

function aboveChance(opinions: readonly SourceOpinion[], context: FusionContext): boolean {
  const { least, chance } = inside(opinions, context);
  return least > chance;
}

type Case = [SourceOpinion[], FusionContext, string, number];
type Law = { readonly says: string; readonly holds: (algorithm: FusionAlgorithm, c: Case) => void };

function withExtra(opinions: readonly SourceOpinion[], answer: string, confidence: number): SourceOpinion[] {
  return [...opinions, { source: EXTRA, candidate: { answer, confidence } }];
}

/** The laws that an algorithm may be excepted from. `answer` and `confidence` are those of one more source. */
const BREAKABLE: Readonly<Record<LawId, Law>> = {
  chance: {
    says: 'a source at chance changes nothing',
    holds(algorithm, [opinions, context, answer]) {
      fc.pre(aboveChance(opinions, context));
      const before = algorithm.fuse(opinions, context);
      const { chance } = inside(opinions, context);
      const after = algorithm.fuse(withExtra(opinions, answer, chance), context);
      for (const p of before.posterior) assert.ok(Math.abs(belief(after, p.answer) - p.probability) < TOLERANCE);
    },
  },
  agreeing: {
    says: 'an agreeing source above chance never lowers',
    holds(algorithm, [opinions, context, answer, confidence]) {
      const more = withExtra(opinions, answer, confidence);
      fc.pre(aboveChance(more, context) && opinions.some((o) => o.candidate!.answer === answer));
      const gain = belief(algorithm.fuse(more, context), answer) - belief(algorithm.fuse(opinions, context), answer);
      assert.ok(gain > -TOLERANCE, `fell by ${-gain}`);
    },
  },
  disagreeing: {
    says: 'a disagreeing source above chance never raises',
    holds(algorithm, [opinions, context, answer, confidence]) {
      const more = withExtra(opinions, answer, confidence);
      fc.pre(aboveChance(more, context));
      const after = algorithm.fuse(more, context);
      for (const p of algorithm.fuse(opinions, context).posterior) {
        if (p.answer !== answer) assert.ok(belief(after, p.answer) < p.probability + TOLERANCE);
      }
    },
  },
  floor: {
    says: 'when all agree, no less than the least confidence',
    holds(algorithm, [opinions, context, answer]) {
      const same = opinions.map((o) => ({ ...o, candidate: { ...o.candidate!, answer } }));
      const { least, chance } = inside(same, context);
      fc.pre(least >= chance);
      assert.ok(algorithm.fuse(same, context).signalStrength > least - TOLERANCE);
    },
  },
};

const cases = (learned: FusionState): fc.Arbitrary<Case> =>
  fc.tuple(plainOpinions, contexts(learned), fc.constantFrom(...ANSWERS), sure);

/** Runs all laws on an algorithm, untrained and trained. */
export function describeFusionAlgorithm(algorithm: FusionAlgorithm): void {
  void describe(`${algorithm.id} keeps the laws`, () => {
    describeState(algorithm, 'untrained', emptyFusionState);
    describeState(algorithm, 'trained', trained);
    void describe('trained label by label', () => {
      describeForm(algorithm, trainedByLabel);
      describeIdentity(algorithm, trainedByLabel);
    });
  });
}

function describeState(algorithm: FusionAlgorithm, phase: 'untrained' | 'trained', state: () => FusionState): void {
  void describe(phase, () => {
    describeForm(algorithm, state);
    describeIdentity(algorithm, state);
    for (const [id, law] of Object.entries(BREAKABLE) as [LawId, Law][]) {
      const exception = algorithm.exceptions.find((e) => e.law === id && (e.when === 'always' || phase === 'trained'));
      // Whether a trained model breaks a law depends on its data; what a definition breaks, it breaks on any.
      if (exception?.when === 'trained') continue;
      const excepted = exception !== undefined;
      void it(excepted ? `${law.says}: excepted, and indeed broken` : law.says, () => {
        const property = fc.property(cases(state()), (c) => law.holds(algorithm, c));
        if (!excepted) fc.assert(property, { numRuns: RUNS, seed: 5 });
        else assert.ok(fc.check(property, { numRuns: 20 * RUNS, seed: 5 }).failed, 'the exception is not needed');
      });
    }
  });
}

function describeForm(algorithm: FusionAlgorithm, state: () => FusionState): void {
  const check = (holds: (opinions: SourceOpinion[], context: FusionContext) => void) => () =>
    fc.assert(fc.property(anyOpinions, closedContexts(state()), holds), { numRuns: RUNS, seed: 3 });

  void it(
    'confidence and every probability lie in 0..1, candidates and none sum to 1, most probable first',
    check((opinions, context) => {
      const fused = algorithm.fuse(opinions, context);
      const all = fused.posterior.map((p) => p.probability);
      for (const p of [...all, fused.none, fused.confidence, fused.signalStrength]) assert.ok(p >= 0 && p <= 1);
      assert.ok(Math.abs(all.reduce((sum, p) => sum + p, fused.none) - 1) < TOLERANCE);
      assert.deepEqual(
        all,
        all.toSorted((a, b) => b - a),
      );
      assert.equal(fused.signalStrength, all[0] ?? 0);
    }),
  );
  void it(
    'the answer is one of those given, or null when none was',
    check((opinions, context) => {
      const { answer, confidence, none } = algorithm.fuse(opinions, context);
      const given = opinions.flatMap((o) => (o.candidate ? [o.candidate.answer] : []));
      if (given.length > 0) assert.ok(given.includes(answer!));
      else assert.deepEqual([answer, confidence, none], [null, 0, 1]);
    }),
  );
  void it('when all agree, that is the answer', () => {
    const holds = (opinions: SourceOpinion[], context: FusionContext) => {
      const same = opinions.map((o) => ({ ...o, candidate: { ...o.candidate!, answer: 'a' } }));
      assert.equal(algorithm.fuse(same, context).answer, 'a');
    };
    fc.assert(fc.property(plainOpinions, closedContexts(state()), holds), { numRuns: RUNS, seed: 4 });
  });
  void it('without labels the confidence is the signal and says that it is not calibrated', () => {
    const fused = algorithm.fuse([{ source: 's0', candidate: { answer: 'a', confidence: 0.6 } }], {
      weightStrategy: 'Fixed',
      learned: state(),
    });
    assert.equal(fused.calibrated, state().n >= 50);
    if (!fused.calibrated) assert.equal(fused.confidence, fused.signalStrength);
  });
}

/** Two inputs that say the same must give the same, to the last bit. */
function describeIdentity(algorithm: FusionAlgorithm, state: () => FusionState): void {
  const same = (says: string, twin: (o: SourceOpinion[], c: FusionContext) => [SourceOpinion[], FusionContext]) =>
    it(says, () => {
      const holds = (opinions: SourceOpinion[], context: FusionContext) => {
        const expected = algorithm.fuse(opinions, context);
        assert.deepEqual(algorithm.fuse(...twin(opinions, context)), expected);
      };
      fc.assert(fc.property(anyOpinions, closedContexts(state()), holds), { numRuns: RUNS, seed: 6 });
    });

  void same('the order of sources changes nothing', (o, c) => [o.toReversed(), c]);
  void same('an exact duplicate does not count', (o, c) => [[...o, ...o.map((x) => structuredClone(x))], c]);
  void same('a failed source is an absent source', (o, c) => [[...o, { source: EXTRA, candidate: null }], c]);
  void same('a confidence outside .02-.98 counts as the nearer end without a record', (o, c) => [
    o.map((x) => (x.source === 'new' && x.candidate ? { ...x, candidate: clipped(x.candidate) } : x)),
    c,
  ]);
  void it('a source of weight zero is ignored', () => {
    const holds = (opinions: SourceOpinion[], context: FusionContext, answer: string, confidence: number) => {
      const fixed = { ...context, weightStrategy: 'Fixed' as const };
      const silenced = { ...fixed, weights: { [EXTRA]: 0 } };
      const more = withExtra(opinions, answer, confidence);
      assert.deepEqual(algorithm.fuse(more, silenced), algorithm.fuse(opinions, fixed));
    };
    const answers = fc.constantFrom(...ANSWERS);
    fc.assert(fc.property(anyOpinions, closedContexts(state()), answers, unit, holds), { numRuns: RUNS, seed: 7 });
  });
}

function clipped(candidate: Candidate): Candidate {
  const { confidence } = candidate;
  if (Number.isNaN(confidence)) return candidate;
  return { ...candidate, confidence: Math.min(MOST_CONFIDENCE, Math.max(LEAST_CONFIDENCE, confidence)) };
}
