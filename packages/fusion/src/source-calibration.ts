/**
 * From what a source says of itself to how often it is right when it says so.
 *
 * No labels: the raw confidence. Under 20: the mean of a Beta distribution whose prior is the raw confidence, so that
 * the first labels move it instead of replacing it. From 20: Platt scaling with L2 (Platt 1999). From 500: isotonic
 * regression on Platt's score. Always within .02-.98.
 */
import { NO_CONFIDENCE, type Vote } from './ballot.ts';
import { fitIsotonic, isotonicAt } from './isotonic.ts';
import { type Column, fitLogistic } from './logistic.ts';
import { clipConfidence, logit, sigmoid } from './numeric.ts';
import type { PlattModel, SourceModel } from './state.ts';

export const PLATT_FROM = 20;
export const ISOTONIC_FROM = 500;
/** The prior of a source's record weighs as much as this many labels. */
const PRIOR_STRENGTH = 8;

/** Mean of the Beta posterior with a prior of the given mean. */
function betaMean(hits: number, misses: number, priorMean: number): number {
  return (hits + PRIOR_STRENGTH * priorMean) / (hits + misses + PRIOR_STRENGTH);
}

/** Probability that the source's answer is right, given all that it ever did, .02-.98. */
export function reliability(model: SourceModel | undefined, pooled: number): number {
  return clipConfidence(model ? betaMean(model.hits, model.misses, pooled) : pooled);
}

/** The same over its recent record. */
export function recentReliability(model: SourceModel | undefined, pooled: number): number {
  return clipConfidence(model ? betaMean(model.recentHits, model.recentMisses, pooled) : pooled);
}

/** Probability that this vote is right, .02-.98. */
export function calibratedConfidence(model: SourceModel | undefined, vote: Vote, pooled: number): number {
  if (vote.confidence === NO_CONFIDENCE) return reliability(model, pooled);
  if (!model) return clipConfidence(vote.confidence);
  if (!model.platt) return clipConfidence(betaMean(model.hits, model.misses, vote.confidence));
  const score = plattScore(model.platt, vote);
  return clipConfidence(model.isotonic ? isotonicAt(model.isotonic, score) : sigmoid(score));
}

/**
 * The calibrated confidence moved by how much the source's recent record differs, in log-odds, from its whole record.
 * Only feedback moves it; a source cannot talk itself up.
 */
export function adaptiveConfidence(model: SourceModel | undefined, confidence: number, pooled: number): number {
  if (!model) return confidence;
  const drift = logit(recentReliability(model, pooled)) - logit(reliability(model, pooled));
  return clipConfidence(sigmoid(logit(confidence) + drift));
}

/** A labelled vote. */
export interface LabelledVote {
  readonly vote: Vote;
  readonly right: boolean;
}

/** Platt and isotonic models of one source from its labelled votes; `null` where there are too few. */
export function fitSource(labelled: readonly LabelledVote[]): Pick<SourceModel, 'platt' | 'isotonic'> {
  const stated = labelled.filter(({ vote }) => vote.confidence !== NO_CONFIDENCE);
  if (stated.length < PLATT_FROM) return { platt: null, isotonic: null };
  const platt = fitPlatt(stated);
  if (stated.length < ISOTONIC_FROM) return { platt, isotonic: null };
  const scores = stated.map(({ vote }) => plattScore(platt, vote));
  return {
    platt,
    isotonic: fitIsotonic(
      scores,
      stated.map(({ right }) => (right ? 1 : 0)),
    ),
  };
}

function rawLogit(vote: Vote): number {
  return logit(clipConfidence(vote.confidence));
}

function plattScore(platt: PlattModel, vote: Vote): number {
  return platt.slope * rawLogit(vote) + platt.margin * vote.margin + platt.intercept;
}

/**
 * Shrunk towards slope 1, the raw confidence moved by a constant. A source that is right less often the surer it is gets
 * its record instead: the slope is not negative. Penalties are in units of each column's own spread, since sources state
 * their confidences on scales of their own: without that, one whose raw confidences all lie between .35 and .45 could
 * hardly be believed however well they tell right from wrong.
 */
function plattColumns(design: Float64Array): Column[] {
  return [
    { l2: SLOPE_PENALTY * varianceOf(design, 0), mean: 1, nonNegative: true },
    { l2: MARGIN_PENALTY * varianceOf(design, 1), mean: 0, nonNegative: true },
    { l2: 0.01, mean: 0 },
  ];
}

const SLOPE_PENALTY = 4;
const MARGIN_PENALTY = 4;
const LEAST_VARIANCE = 1e-4;

/** Of one of the three columns, never 0. */
function varianceOf(design: Float64Array, column: number): number {
  const rows = design.length / 3;
  let [sum, squares] = [0, 0];
  for (let i = column; i < design.length; i += 3) {
    sum += design[i]!;
    squares += design[i]! ** 2;
  }
  return Math.max(LEAST_VARIANCE, squares / rows - (sum / rows) ** 2);
}

function fitPlatt(stated: readonly LabelledVote[]): PlattModel {
  const design = new Float64Array(stated.length * 3);
  stated.forEach(({ vote }, i) => design.set([rawLogit(vote), vote.margin, 1], i * 3));
  const targets = Uint8Array.from(stated, ({ right }) => (right ? 1 : 0));
  const [slope, margin, intercept] = fitLogistic(design, targets, plattColumns(design));
  return { slope: slope!, margin: margin!, intercept: intercept! };
}
