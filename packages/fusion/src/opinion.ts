/** What goes into fusion and what comes out. */

/** Raw confidence of a source that states none: such a source is judged by its record alone. */
export const UNSTATED: number = Number.NaN;

/** One source's answer. */
export interface Candidate {
  /** Canonical key: equal keys are equal answers. Making them equal (dates, units, aliases) is the caller's work. */
  answer: string;
  /** Raw, 0..1, as the source states it; {@link UNSTATED} if it states none. Values outside are clipped. */
  confidence: number;
  /** Runners-up, on any common scale >= 0. They lend support to answers that other sources name; they never win. */
  alternatives?: readonly { answer: string; confidence: number }[];
  /** How far the answer stands above its runner-up, 0..1; 0 when unknown. A feature of the calibrator. */
  margin?: number;
}

/** What one source said about one item. */
export interface SourceOpinion {
  /** Identity of the source. A source that appears twice counts once, with its most confident candidate. */
  source: string;
  /** `null`: the source abstained or failed, which is the same as being absent. */
  candidate: Candidate | null;
  /** Flux position, 0-9; only the weight strategy `SacredProximity` reads it. */
  position?: number;
}

/** One answer's share of the belief. */
export interface Posterior {
  answer: string;
  /** 0..1 */
  probability: number;
}

/** Several opinions made one. */
export interface FusedOpinion {
  /** One of the answers given, or `null` when no source gave any. */
  answer: string | null;
  /** 0..1: the probability that `answer` is right if `calibrated`, else equal to `signalStrength`; 0 without an answer. */
  confidence: number;
  /** 0..1, before the final calibration; the first entry of `posterior`. */
  signalStrength: number;
  /** Every answer given, most probable first, before the final calibration. With `none` it sums to 1. */
  posterior: Posterior[];
  /** Belief that no given answer is right; 1 when nothing was given. */
  none: number;
  /** Whether a final calibration, learned from at least 50 labelled items, made `confidence`. */
  calibrated: boolean;
  /** Machine-readable notes, such as `stacking:untrained`. */
  remarks: string[];
}
