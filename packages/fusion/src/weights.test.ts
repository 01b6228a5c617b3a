import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { fuse } from './algorithms.ts';
import { emptyFusionState } from './state.ts';
import { learnAll } from './learn.ts';
import type { SourceOpinion } from './opinion.ts';
import { type WeighInput, WEIGHT_STRATEGIES_TABLE, weightStrategy } from './weights.ts';
import { WEIGHT_STRATEGY_IDS } from './words.ts';

const neutral: WeighInput = { configured: 1, confidence: 0.6, reliability: 0.7, recentReliability: 0.8, position: -1 };
const probability = fc.double({ min: 0.02, max: 0.98, noNaN: true });

describe('weight strategies', () => {
  it('the table has each of the five once, in the order of the words', () => {
    assert.deepEqual(
      WEIGHT_STRATEGIES_TABLE.map((w) => w.id),
      [...WEIGHT_STRATEGY_IDS],
    );
  });
  it('weigh by their definitions', () => {
    const weigh = (id: (typeof WEIGHT_STRATEGY_IDS)[number], input: Partial<WeighInput>) =>
      weightStrategy(id).weigh({ ...neutral, ...input });
    assert.equal(weigh('Fixed', { configured: 2.5 }), 2.5);
    assert.equal(weigh('ConfidenceBased', {}), 0.6);
    assert.equal(weigh('PerformanceBased', { reliability: 0.75 }).toFixed(9), Math.log(3).toFixed(9));
    assert.equal(weigh('PerformanceBased', { reliability: 0.3 }), 0.02);
    assert.equal(weigh('Adaptive', { recentReliability: 0.75 }).toFixed(9), Math.log(3).toFixed(9));
    assert.deepEqual(
      [6, 9, 3, 0].map((position) => weigh('SacredProximity', { position }).toFixed(4)),
      ['1.0000', '0.6250', '0.6250', '0.4545'],
    );
    assert.equal(weigh('SacredProximity', { position: -1 }), weigh('SacredProximity', { position: 3 }));
  });
  it('are finite and above zero for every input that is not configured to zero', () => {
    fc.assert(
      fc.property(probability, probability, probability, fc.integer({ min: -1, max: 9 }), (c, r, a, position) => {
        for (const { weigh } of WEIGHT_STRATEGIES_TABLE) {
          const w = weigh({ configured: 1, confidence: c, reliability: r, recentReliability: a, position });
          assert.ok(w > 0 && Number.isFinite(w));
        }
      }),
      { seed: 1 },
    );
  });
  it('never change what all agree on, and move the average towards the heavier source', () => {
    const a = (source: string, answer: string, position: number): SourceOpinion => ({
      source,
      candidate: { answer, confidence: 0.8 },
      position,
    });
    const run = (opinions: SourceOpinion[]) =>
      fuse(opinions, { strategy: 'WeightedAverage', weightStrategy: 'SacredProximity', learned: emptyFusionState() });
    assert.ok(Math.abs(run([a('s', 'x', 6), a('t', 'x', 0)]).confidence - 0.8) < 1e-12);
    assert.equal(run([a('s', 'x', 6), a('t', 'b', 0)]).answer, 'x');
    assert.equal(run([a('s', 'x', 0), a('t', 'b', 6)]).answer, 'b');
  });
  it('PerformanceBased follows the whole record, Adaptive the recent one', () => {
    const item = (right: string) => ({
      opinions: [
        { source: 'old', candidate: { answer: 'o', confidence: 0.5 } },
        { source: 'young', candidate: { answer: 'y', confidence: 0.5 } },
      ],
      truth: right,
      learningRate: 0.2,
    });
    const learned = learnAll(emptyFusionState(), [
      ...Array.from({ length: 12 }, () => item('o')),
      ...Array.from({ length: 7 }, () => item('y')),
    ]);
    const [old, young] = learned.sources;
    assert.ok(old!.hits > young!.hits && old!.recentHits < young!.recentHits);
    const pool = (weightStrategy: 'PerformanceBased' | 'Adaptive') => {
      const fused = fuse(item('').opinions, { strategy: 'WeightedAverage', weightStrategy, learned });
      return fused.posterior.find((p) => p.answer === 'o')!.probability;
    };
    assert.ok(pool('PerformanceBased') > pool('Adaptive'));
  });
});
