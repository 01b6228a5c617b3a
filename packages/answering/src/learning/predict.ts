/**
 * Predict, then learn (prequential evaluation; Dawid: "Present position and potential developments", 1984): what the
 * state says of an item that it has not learned. Kept with the item, so that a verdict which is taken back changes
 * only whether the prediction was right.
 */
import { emptyFusionState, fuse, type FusionState, type SourceOpinion } from '@vortexflow/fusion';
import { type Strategy, STRATEGIES } from '@vortexflow/protocol';
import { type Conclusion, isRight } from './conclude.ts';

/** A confidence in an answer. */
interface Prediction {
  readonly key: string;
  /** 0..1 */
  readonly confidence: number;
}

/** The same judge with nothing learned, and with all learned before this item. */
interface BeforeAfter {
  readonly before: Prediction;
  readonly after: Prediction;
}

export interface Predictions {
  /** By source: its own confidence, and the calibrated one. */
  readonly sources: Readonly<Record<string, BeforeAfter>>;
  /** By strategy, each with the default weight strategy. */
  readonly strategies: Readonly<Partial<Record<Strategy, BeforeAfter>>>;
}

/** A prediction and what turned out; null when that is not known. */
export interface Score extends BeforeAfter {
  readonly rightBefore: boolean | null;
  readonly rightAfter: boolean | null;
}

export interface Scores {
  readonly sources: Readonly<Record<string, Score>>;
  readonly strategies: Readonly<Record<string, Score>>;
}

export function scoresOf({ sources, strategies }: Predictions, conclusion: Conclusion): Scores {
  const scored = (all: Readonly<Record<string, BeforeAfter>>): Record<string, Score> =>
    Object.fromEntries(
      Object.entries(all).map(([name, { before, after }]) => {
        const [rightBefore, rightAfter] = [isRight(conclusion, before.key), isRight(conclusion, after.key)];
        return [name, { before, after, rightBefore, rightAfter }];
      }),
    );
  return { sources: scored(sources), strategies: scored(strategies) };
}

/** The same without what turned out. */
export const predictionsOf = ({ sources, strategies }: Scores): Predictions => ({ sources, strategies });

const WEIGHTS = 'ConfidenceBased';
const NOTHING = emptyFusionState();

export function predict(opinions: readonly SourceOpinion[], learned: FusionState): Predictions {
  const sources: Record<string, BeforeAfter> = {};
  const strategies: Partial<Record<Strategy, BeforeAfter>> = {};
  for (const opinion of opinions) {
    const { source, candidate } = opinion;
    if (!candidate || Number.isNaN(candidate.confidence)) continue;
    sources[source] = {
      before: { key: candidate.answer, confidence: Math.min(1, Math.max(0, candidate.confidence)) },
      after: { key: candidate.answer, confidence: calibratedConfidence(opinion, learned) },
    };
  }
  for (const strategy of STRATEGIES) {
    const before = fuse(opinions, { strategy, weightStrategy: WEIGHTS, learned: NOTHING });
    const after = fuse(opinions, { strategy, weightStrategy: WEIGHTS, learned });
    if (before.answer === null || after.answer === null) continue;
    strategies[strategy] = {
      before: { key: before.answer, confidence: before.confidence },
      after: { key: after.answer, confidence: after.confidence },
    };
  }
  return { sources, strategies };
}

/** A source's confidence as fusion takes it: the linear pool of a single source is its calibrated confidence. */
export function calibratedConfidence({ source, candidate, position }: SourceOpinion, learned: FusionState): number {
  if (!candidate) return 0;
  const { alternatives: _others, ...alone } = candidate;
  const opinion = position === undefined ? { source, candidate: alone } : { source, candidate: alone, position };
  return fuse([opinion], { strategy: 'WeightedAverage', weightStrategy: WEIGHTS, learned }).signalStrength;
}
