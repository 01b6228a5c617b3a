import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { openBallot } from './ballot.ts';
import { classPosterior, fitClassModel } from './class-model.ts';
import { labelSetOf, MOST_CLASSES } from './labels.ts';
import type { SourceOpinion } from './opinion.ts';
import type { LabelledBallot } from './state.ts';

const LABELS = ['a', 'b', 'c'];
const { id, indexOf } = labelSetOf(LABELS);
const votes = (said: Readonly<Record<string, string>>): SourceOpinion[] =>
  Object.entries(said).map(([source, answer]) => ({ source, candidate: { answer, confidence: Number.NaN } }));
const ballotOf = (said: Readonly<Record<string, string>>) => openBallot(votes(said), LABELS, () => false).ballot;
const labelled = (said: Readonly<Record<string, string>>, truth: string): LabelledBallot => ({
  ballot: ballotOf(said),
  right: [],
  truth: indexOf.get(truth)!,
});
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);

describe('label sets', () => {
  it('are equal whatever their order, and different when a label is', () => {
    assert.equal(labelSetOf(['c', 'a', 'b', 'a']).id, id);
    assert.notEqual(labelSetOf(['a', 'b', 'd']).id, id);
    assert.notEqual(labelSetOf(['a,b', 'c']).id, labelSetOf(['a', 'b,c']).id);
  });
  it('are only counted when they are given as a number, or are too many', () => {
    assert.deepEqual([labelSetOf(4).id, labelSetOf(4).size], ['', 4]);
    const many = Array.from({ length: MOST_CLASSES + 1 }, (_, i) => `label ${i}`);
    assert.deepEqual([labelSetOf(many).id, labelSetOf(many).size], ['', MOST_CLASSES + 1]);
  });
});

describe('class model', () => {
  /** "x" says b for a; "y" is right. */
  const items = Array.from({ length: 90 }, (_, i) => {
    const truth = LABELS[i % 3]!;
    return labelled({ x: truth === 'a' ? 'b' : truth, y: truth }, truth);
  });
  const model = fitClassModel(items, id, 3);

  it('learns who takes which label for which', () => {
    const posterior = classPosterior(ballotOf({ x: 'b' }), model)!;
    // Half of the b that "x" says are a.
    near(posterior[0]! + posterior[1]! + posterior[2]!, 1);
    assert.ok(posterior[0]! > 0.35 && posterior[0]! < 0.65, `${posterior[0]}`);
    assert.ok(classPosterior(ballotOf({ x: 'c' }), model)![2]! > 0.9);
    assert.ok(classPosterior(ballotOf({ x: 'b', y: 'a' }), model)![0]! > 0.9);
  });
  it('takes a source that it does not know for one like all', () => {
    const known = fitClassModel(items, id, 3);
    const posterior = classPosterior(ballotOf({ z: 'c' }), known)!;
    assert.ok(posterior[2]! > 0.5);
    near(
      posterior.reduce((sum, p) => sum + p, 0),
      1,
    );
  });
  it('with no votes knows the prior; with tau 0 too', () => {
    for (const posterior of [classPosterior(ballotOf({}), model)!, classPosterior(ballotOf({ x: 'b' }), model, 0)!]) {
      posterior.forEach((p, i) => near(p, model.prior[i]!));
    }
  });
  it('has nothing to say of another set', () => {
    const { ballot } = openBallot(votes({ x: 'b' }), ['b', 'other'], () => false);
    assert.equal(classPosterior(ballot, model), null);
    assert.equal(classPosterior(ballotOf({ x: 'b' }), null), null);
  });
  it('stays a distribution, and JSON keeps it whole, whatever was voted', () => {
    const label = fc.constantFrom(...LABELS);
    const said = fc.dictionary(fc.constantFrom('x', 'y', '', '__proto__', 'constructor'), label);
    fc.assert(
      fc.property(fc.array(fc.tuple(said, label), { minLength: 1, maxLength: 30 }), said, (history, now) => {
        const fitted = fitClassModel(
          history.map(([one, truth]) => labelled(one, truth)),
          id,
          3,
        );
        const posterior = classPosterior(ballotOf(now), fitted)!;
        near(
          posterior.reduce((sum, p) => sum + p, 0),
          1,
        );
        assert.ok(posterior.every((p) => p > 0));
        const restored = JSON.parse(JSON.stringify(fitted)) as typeof fitted;
        assert.deepEqual(classPosterior(ballotOf(now), restored), posterior);
      }),
      { seed: 2 },
    );
  });
});
