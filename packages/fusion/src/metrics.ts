/** How good a set of confidences is, given what turned out right. */

/** A confidence and whether the answer that it belongs to was right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

const BINS = 10;

/**
 * Expected calibration error over ten equal bins, 0 (best) to 1: the mean gap between what was promised and what held.
 * Naeini, Cooper, Hauskrecht: "Obtaining well calibrated probabilities using Bayesian binning", 2015. 0 for no rows.
 */
export function expectedCalibrationError(rows: readonly Judged[]): number {
  const gap = new Float64Array(BINS);
  for (const { confidence, right } of rows) {
    gap[Math.min(BINS - 1, Math.floor(confidence * BINS))]! += confidence - (right ? 1 : 0);
  }
  return rows.length === 0 ? 0 : gap.reduce((sum, g) => sum + Math.abs(g), 0) / rows.length;
}

/** Brier score: mean squared error of the confidences, 0 (best) to 1. 0 for no rows. */
export function brierScore(rows: readonly Judged[]): number {
  if (rows.length === 0) return 0;
  return rows.reduce((sum, { confidence, right }) => sum + (confidence - (right ? 1 : 0)) ** 2, 0) / rows.length;
}
