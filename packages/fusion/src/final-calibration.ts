/**
 * From an algorithm's signal to a probability: Platt scaling of its out-of-fold signals, with consensus as a feature.
 * Consensus is the one thing that "sacred positions" may change, and it does so only as far as the data say.
 */
import type { Ballot } from './ballot.ts';
import { type Column, fitLogistic } from './logistic.ts';
import { brierScore, expectedCalibrationError, type Judged } from './metrics.ts';
import { clamp, logit, sigmoid } from './numeric.ts';
import type { FinalCalibration } from './state.ts';

/** Labelled items that a final calibration, and stacking, need at least. */
export const CALIBRATE_FROM = 50;
/** Signals are clipped to 1e-4..1-1e-4 before their logit is taken. */
const EDGE = 1e-4;

/** An algorithm's out-of-fold result on a labelled item. */
export interface Signal {
  /** 0..1 */
  readonly strength: number;
  readonly consensus: boolean;
  readonly right: boolean;
}

/** Whether at least two sources spoke and all named this answer. */
export function isConsensus(ballot: Ballot, answer: number): boolean {
  return ballot.answers === 1 && ballot.votes.length > 1 && ballot.votes[0]!.answer === answer;
}

/** Neither a stronger signal nor consensus may lower the confidence. */
const COLUMNS: readonly Column[] = [
  { l2: 0.1, mean: 1, nonNegative: true },
  { l2: 1, mean: 0, nonNegative: true },
  { l2: 0.01, mean: 0 },
];

function signalLogit(strength: number): number {
  return logit(clamp(strength, EDGE, 1 - EDGE));
}

/** `null` under 50 signals. */
export function fitFinalCalibration(signals: readonly Signal[]): FinalCalibration | null {
  if (signals.length < CALIBRATE_FROM) return null;
  const design = new Float64Array(signals.length * 3);
  signals.forEach((s, i) => design.set([signalLogit(s.strength), s.consensus ? 1 : 0, 1], i * 3));
  const targets = Uint8Array.from(signals, (s) => (s.right ? 1 : 0));
  const [slope, consensus, intercept] = fitLogistic(design, targets, COLUMNS);
  const fitted = { slope: slope!, consensus: consensus!, intercept: intercept! };
  const judged: Judged[] = signals.map((s) => ({
    confidence: calibrateSignal(fitted, s.strength, s.consensus),
    right: s.right,
  }));
  return { ...fitted, n: signals.length, ece: expectedCalibrationError(judged), brier: brierScore(judged) };
}

/** Calibrated probability, 0..1. */
export function calibrateSignal(
  calibration: Pick<FinalCalibration, 'slope' | 'consensus' | 'intercept'>,
  strength: number,
  consensus: boolean,
): number {
  const { slope, intercept } = calibration;
  return sigmoid(slope * signalLogit(strength) + (consensus ? calibration.consensus : 0) + intercept);
}
