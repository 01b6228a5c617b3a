/** Cross-validation: what a strategy makes of items that it has not learned from. */
import {
  type EqualityOptions,
  expectedCalibrationError,
  fuseBatch,
  type Judged,
  type StrategyId,
} from '@vortexflow/fusion';
import { seededRandom } from '@vortexflow/primitives';
import { type BenchSet, isRight } from './bench-set.ts';

const FOLDS = 5;

/** An answered item, with its confidence before and after calibration. */
export interface Row {
  readonly right: boolean;
  readonly before: number;
  readonly after: number;
}

/** 5-fold by item, rows in the order of the items; items that nobody answered count as wrong at confidence 0. */
export function crossValidate(
  set: BenchSet,
  strategy: StrategyId,
  seed: number,
  equality: EqualityOptions = {},
): Row[] {
  const folds = foldsOf(set.items.length, seed);
  const rows: Row[] = [];
  for (let f = 0; f < FOLDS; f++) {
    const train = set.items.filter((_item, i) => folds[i] !== f);
    const held = [...folds.keys()].filter((i) => folds[i] === f);
    const items = held.map((i) => set.items[i]!);
    judge({ ...set, items }, strategy, train, equality).forEach((row, j) => (rows[held[j]!] = row));
  }
  return rows;
}

/** What a strategy makes of a set when it has learned from `train`; with nothing to learn from, sources are weighed alike. */
export function judge(
  set: BenchSet,
  strategy: StrategyId,
  train: BenchSet['items'],
  equality: EqualityOptions = {},
): Row[] {
  const weightStrategy = train.length > 0 ? 'ConfidenceBased' : 'Fixed';
  const { results } = fuseBatch({ strategy, weightStrategy, labels: set.labels, train, items: set.items }, equality);
  return results.map(({ answer, confidence, signalStrength }, i) => ({
    right: isRight(set.items[i]!, answer),
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

/** Whether the source that is right most often is right, item by item; one that says nothing is wrong. */
export function bestSourceRows({ items }: BenchSet): boolean[] {
  const right = new Map<string, boolean[]>();
  items.forEach((item, i) => {
    for (const { source, answer } of item.candidates) {
      if (!right.has(source))
        right.set(
          source,
          Array.from({ length: items.length }, () => false),
        );
      if (isRight(item, answer)) right.get(source)![i] = true;
    }
  });
  const count = (rows: readonly boolean[]): number => rows.filter(Boolean).length;
  return [...right.values()].reduce((best, rows) => (count(rows) > count(best) ? rows : best), []);
}

/** Its share of right answers, percent. */
export const bestSource = (set: BenchSet): number =>
  (100 * bestSourceRows(set).filter(Boolean).length) / set.items.length;

/** Share of items that at least one source has right, percent: nothing that only chooses can do better. */
export const anySource = ({ items }: BenchSet): number =>
  (100 * items.filter((item) => item.candidates.some(({ answer }) => isRight(item, answer))).length) / items.length;

/** A mean with its 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly from: number;
  readonly to: number;
}

/** By the bootstrap over items (percentiles of 2,000 draws). Efron: "Bootstrap methods", Annals of Statistics, 1979. */
export function bootstrap(values: readonly number[], seed: number): Interval {
  const random = seededRandom(seed);
  const n = values.length;
  const draws = Array.from({ length: 2000 }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)]!;
    return sum / n;
  }).sort((a, b) => a - b);
  return { mean: values.reduce((sum, v) => sum + v, 0) / n, from: draws[50]!, to: draws[1949]! };
}
