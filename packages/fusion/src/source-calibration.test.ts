import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_CONFIDENCE, NO_POSITION, type Vote } from './ballot.ts';
import { sigmoid } from './numeric.ts';
import {
  adaptiveConfidence,
  calibratedConfidence,
  fitSource,
  ISOTONIC_FROM,
  type LabelledVote,
  PLATT_FROM,
  reliability,
} from './source-calibration.ts';
import type { SourceModel } from './state.ts';
import { uniform } from './synthetic.ts';

const vote = (confidence: number, margin = 0): Vote => ({
  source: 's',
  answer: 0,
  confidence,
  margin,
  position: NO_POSITION,
  support: null,
});
const record = (hits: number, misses: number, rest: Partial<SourceModel> = {}): SourceModel => ({
  source: 's',
  hits,
  misses,
  recentHits: hits,
  recentMisses: misses,
  platt: null,
  isotonic: null,
  ...rest,
});

/** Votes whose probability of being right is `truth(raw)`. */
function votes(n: number, truth: (raw: number) => number, seed = 1): LabelledVote[] {
  const next = uniform(seed);
  return Array.from({ length: n }, () => {
    const raw = next();
    return { vote: vote(raw), right: next() < truth(raw) };
  });
}

function modelOf(labelled: LabelledVote[]): SourceModel {
  const hits = labelled.filter((l) => l.right).length;
  return record(hits, labelled.length - hits, fitSource(labelled));
}

describe('source calibration', () => {
  it('without a record: the raw confidence, clipped to .02-.98; the pooled rate when none was stated', () => {
    assert.equal(calibratedConfidence(undefined, vote(0.4), 0.7), 0.4);
    assert.equal(calibratedConfidence(undefined, vote(0), 0.7), 0.02);
    assert.equal(calibratedConfidence(undefined, vote(1), 0.7), 0.98);
    assert.equal(calibratedConfidence(undefined, vote(NO_CONFIDENCE), 0.7), 0.7);
  });
  it('under 20 labels: a Beta mean that moves from the raw confidence to the record', () => {
    assert.equal(calibratedConfidence(record(0, 0), vote(0.5), 0.7), 0.5);
    assert.equal(calibratedConfidence(record(8, 0), vote(0.5), 0.7), 0.75);
    assert.ok(calibratedConfidence(record(0, 12), vote(0.9), 0.7) < 0.4);
    assert.equal(reliability(record(8, 0), 0.5), 0.75);
  });
  it('counts only votes with a stated confidence towards Platt (20) and isotonic (500)', () => {
    assert.equal(fitSource(votes(PLATT_FROM - 1, (r) => r)).platt, null);
    assert.notEqual(fitSource(votes(PLATT_FROM, (r) => r)).platt, null);
    assert.equal(fitSource(votes(ISOTONIC_FROM - 1, (r) => r)).isotonic, null);
    assert.notEqual(fitSource(votes(ISOTONIC_FROM, (r) => r)).isotonic, null);
    const silent = Array.from({ length: 600 }, () => ({ vote: vote(NO_CONFIDENCE), right: true }));
    assert.deepEqual(fitSource(silent), { platt: null, isotonic: null });
  });
  it('Platt straightens an overconfident source', () => {
    const overconfident = (raw: number) => sigmoid(0.5 * Math.log(raw / (1 - raw)) - 0.5);
    const model = modelOf(votes(400, overconfident));
    for (const raw of [0.2, 0.5, 0.8, 0.95]) {
      assert.ok(Math.abs(calibratedConfidence(model, vote(raw), 0.7) - overconfident(raw)) < 0.1);
    }
  });
  it('isotonic follows a step that no sigmoid can', () => {
    const step = (raw: number) => (raw < 0.3 ? 0.1 : raw < 0.8 ? 0.5 : 0.9);
    const model = modelOf(votes(2000, step));
    for (const raw of [0.15, 0.45, 0.6, 0.9]) {
      assert.ok(Math.abs(calibratedConfidence(model, vote(raw), 0.7) - step(raw)) < 0.1, `${raw}`);
    }
  });
  it('never falls with a rising raw confidence, not even for a source that is upside down', () => {
    for (const n of [30, 800]) {
      const model = modelOf(votes(n, (raw) => 1 - raw));
      const at = [0.1, 0.3, 0.5, 0.7, 0.9].map((raw) => calibratedConfidence(model, vote(raw), 0.7));
      assert.deepEqual(
        at,
        at.toSorted((a, b) => a - b),
      );
    }
  });
  it('uses the margin when it tells right from wrong', () => {
    const labelled = Array.from({ length: 100 }, (_, i) => ({
      vote: vote(0.5, i % 2),
      right: i % 2 === 1 || i % 10 === 0,
    }));
    const model = modelOf(labelled);
    assert.ok(calibratedConfidence(model, vote(0.5, 1), 0.7) > calibratedConfidence(model, vote(0.5, 0), 0.7) + 0.3);
  });
  it('learns as much from a source whose raw confidences lie close together', () => {
    const wide = votes(120, (raw) => sigmoid(2 * Math.log(raw / (1 - raw))), 5);
    const narrowed = (raw: number) => sigmoid(0.05 * Math.log(raw / (1 - raw)) - 0.4);
    const narrow = wide.map((labelled) => ({
      ...labelled,
      vote: vote(narrowed(labelled.vote.confidence), labelled.vote.margin),
    }));
    const [plain, close] = [modelOf(wide), modelOf(narrow)];
    for (const raw of [0.1, 0.3, 0.7, 0.9]) {
      const difference =
        calibratedConfidence(plain, vote(raw), 0.7) - calibratedConfidence(close, vote(narrowed(raw)), 0.7);
      assert.ok(Math.abs(difference) < 0.1, `${raw}: ${difference}`);
    }
  });
  it('the adaptive confidence moves with the recent record alone', () => {
    assert.equal(adaptiveConfidence(undefined, 0.6, 0.7), 0.6);
    assert.ok(Math.abs(adaptiveConfidence(record(50, 20), 0.6, 0.7) - 0.6) < 1e-12);
    assert.ok(adaptiveConfidence(record(50, 20, { recentHits: 5, recentMisses: 15 }), 0.6, 0.7) < 0.4);
    assert.ok(adaptiveConfidence(record(20, 50, { recentHits: 15, recentMisses: 5 }), 0.6, 0.7) > 0.7);
  });
});
