/** Cross-validation: what a strategy makes of items that it has not learned from. */
import { expectedCalibrationError, fuseBatch, type Judged, type StrategyId } from '@vortexflow/fusion';
import { seededRandom } from '@vortexflow/primitives';
import type { BenchSet } from './bench-set.ts';

const FOLDS = 5;

/** An answered item, with its confidence before and after calibration. */
export interface Row {
  readonly right: boolean;
  readonly before: number;
  readonly after: number;
}

/** 5-fold by item; items that nobody answered count as wrong at confidence 0. */
export function crossValidate(set: BenchSet, strategy: StrategyId, seed: number): Row[] {
  const folds = foldsOf(set.items.length, seed);
  return Array.from({ length: FOLDS }, (_, f) => {
    const train = set.items.filter((_item, i) => folds[i] !== f);
    const items = set.items.filter((_item, i) => folds[i] === f);
    return judge({ ...set, items }, strategy, train);
  }).flat();
}

/** What a strategy makes of a set when it has learned from `train`; with nothing to learn from, sources are weighed alike. */
export function judge(set: BenchSet, strategy: StrategyId, train: BenchSet['items']): Row[] {
  const weightStrategy = train.length > 0 ? 'ConfidenceBased' : 'Fixed';
  const { results } = fuseBatch({ strategy, weightStrategy, labels: set.labels, train, items: set.items });
  return results.map(({ answer, confidence, signalStrength }, i) => ({
    right: answer !== null && set.items[i]!.truth.includes(answer),
    before: signalStrength,
    after: confidence,
  }));
}

/** Shuffled, then dealt out. */
function foldsOf(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const folds = Array.from({ length: count }, (_, i) => i % FOLDS);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [folds[i], folds[j]] = [folds[j]!, folds[i]!];
  }
  return folds;
}

/** Share of right answers, percent. */
export const accuracy = (rows: readonly Row[]): number =>
  (100 * rows.filter((row) => row.right).length) / Math.max(1, rows.length);

export const judged = (rows: readonly Row[], when: 'before' | 'after'): Judged[] =>
  rows.map((row) => ({ confidence: row[when], right: row.right }));

export const calibrationError = (rows: readonly Row[], when: 'before' | 'after'): number =>
  expectedCalibrationError(judged(rows, when));

/**
 * The calibration error that perfect confidences of these sizes would show by chance alone: the mean over 200 draws in
 * which each answer is right with exactly its confidence. Small sets cannot measure less.
 */
export function errorByChance(rows: readonly Row[], seed: number): number {
  const random = seededRandom(seed);
  const draws = 200;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    sum += expectedCalibrationError(rows.map(({ after }) => ({ confidence: after, right: random() < after })));
  }
  return sum / draws;
}

/** Share of right answers of the best single source, percent; a source that says nothing is wrong. */
export function bestSource({ items }: BenchSet): number {
  const right = new Map<string, number>();
  for (const { candidates, truth } of items) {
    for (const { source, answer } of candidates) {
      if (answer !== null && truth.includes(answer)) right.set(source, (right.get(source) ?? 0) + 1);
    }
  }
  return (100 * Math.max(0, ...right.values())) / items.length;
}
