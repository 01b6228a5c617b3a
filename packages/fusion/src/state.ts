/**
 * What fusion has learned: an immutable snapshot. It is plain JSON data, so it can be stored and sent to a worker as it
 * is. Its size is bounded: per-source counts plus the last 2,000 labelled items, without their words.
 */
import type { Ballot } from './ballot.ts';
import type { IsotonicModel } from './isotonic.ts';
import type { StrategyId, WeightStrategyId } from './words.ts';

/** Labelled items kept for fitting; older ones live on in the counts alone. */
export const WINDOW = 2000;
/** Expected share of right answers of a source of which nothing is known. */
export const PRIOR_RELIABILITY = 0.7;
/** Expected number of equally likely wrong answers in an open set; see {@link FusionState.wrongAnswers}. */
export const PRIOR_WRONG_ANSWERS = 10;

/** Platt scaling of one source: sigma(slope * logit(r) + margin * m + intercept). */
export interface PlattModel {
  readonly slope: number;
  readonly margin: number;
  readonly intercept: number;
}

/** What is known of one source. */
export interface SourceModel {
  readonly source: string;
  /** Labelled answers that were right and wrong, ever. */
  readonly hits: number;
  readonly misses: number;
  /** The same, each feedback fading the earlier ones by `1 - learningRate`. */
  readonly recentHits: number;
  readonly recentMisses: number;
  /** From 20 labelled answers with a stated confidence. */
  readonly platt: PlattModel | null;
  /** From 500: refines Platt's score. */
  readonly isotonic: IsotonicModel | null;
}

/**
 * How sources take labels of one closed set for each other; `class-model.ts` fits it. Tables are K * K numbers, a row
 * for each true label, a column for each label said.
 */
export interface ClassModel {
  readonly labelSet: string;
  /** K, 2-32. */
  readonly labels: number;
  /** Share of each label among the truths; sums to 1. */
  readonly prior: readonly number[];
  /** Over all sources; rows sum to 1. */
  readonly shared: readonly number[];
  /** Share of right votes over all sources, .02-.98. */
  readonly rate: number;
  /** Labels that a source's rate, and its table, need to count as much as those of all sources. */
  readonly rateStrength: number;
  readonly tableStrength: number;
  /** 0..1: what each vote's evidence counts, as sources err together. */
  readonly tau: number;
  /** How often each source said what, sorted by source. */
  readonly sources: readonly { readonly source: string; readonly counts: readonly number[] }[];
}

/** Logistic regression over (item, answer) rows; `stacking.ts` names the columns. */
export interface StackingModel {
  /** Sources that have columns of their own. */
  readonly slots: readonly string[];
  readonly coefficients: readonly number[];
}

/** sigma(slope * logit(signal) + consensus * [at least two sources and all agree] + intercept). */
export interface FinalCalibration {
  readonly slope: number;
  readonly consensus: number;
  readonly intercept: number;
  /** Labelled items that it was fitted on. */
  readonly n: number;
  /** Expected calibration error and Brier score of the calibrated confidences on these (out-of-fold) items. */
  readonly ece: number;
  readonly brier: number;
}

/** Final calibrations by algorithm and weight strategy; absent under 50 labelled items. */
export type FinalCalibrations = Readonly<
  Partial<Record<StrategyId, Readonly<Partial<Record<WeightStrategyId, FinalCalibration>>>>>
>;

/** A labelled item: `right[answer]`. */
export interface LabelledBallot {
  readonly ballot: Ballot;
  readonly right: readonly boolean[];
  /** Position of the one right answer in the ballot's label set; -1 when it has none, or not one alone. */
  readonly truth: number;
}

/** See the head of this file. Treat as opaque, apart from the counts and qualities that it shows. */
export interface FusionState {
  /** Labelled items learned from, ever. */
  readonly n: number;
  /** Sorted by source. */
  readonly sources: readonly SourceModel[];
  /** Share of right answers over all sources, 0..1. */
  readonly pooledReliability: number;
  /** 1 / P(two wrong sources agree), for open answer sets; >= 1.5. */
  readonly wrongAnswers: number;
  /** 0..1: what a second agreeing source's evidence counts next to an independent one's. */
  readonly tau: number;
  /** `null` under 50 labelled items. */
  readonly stacking: StackingModel | null;
  /** Of the closed set met most often in the window; `null` under 50 labelled items of one. */
  readonly classes: ClassModel | null;
  readonly finals: FinalCalibrations;
  /** The last labelled items, oldest first. */
  readonly window: readonly LabelledBallot[];
  /** `n` at the last fit of everything but the counts. */
  readonly fittedAt: number;
}

const EMPTY: FusionState = Object.freeze({
  n: 0,
  sources: [],
  pooledReliability: PRIOR_RELIABILITY,
  wrongAnswers: PRIOR_WRONG_ANSWERS,
  tau: 1,
  stacking: null,
  classes: null,
  finals: {},
  window: [],
  fittedAt: 0,
});

/** Nothing learned: raw confidences are taken as they are, and no result is called calibrated. */
export function emptyFusionState(): FusionState {
  return EMPTY;
}

const indexes = new WeakMap<readonly SourceModel[], ReadonlyMap<string, SourceModel>>();

/** Sources by name; built once per snapshot. */
export function sourceIndex(sources: readonly SourceModel[]): ReadonlyMap<string, SourceModel> {
  let index = indexes.get(sources);
  if (!index) {
    index = new Map(sources.map((model) => [model.source, model]));
    indexes.set(sources, index);
  }
  return index;
}
