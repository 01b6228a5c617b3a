/** A ballot with everything that combining it needs: calibrated confidences, weights, and the size of the answer set. */
import type { Ballot } from './ballot.ts';
import { adaptiveConfidence, calibratedConfidence, recentReliability, reliability } from './source-calibration.ts';
import { type FusionState, type SourceModel, sourceIndex, type StackingModel, type ClassModel } from './state.ts';
import type { WeightStrategy } from './weights.ts';

/** Arrays run parallel to `ballot.votes`. */
export interface Panel {
  readonly ballot: Ballot;
  /** Calibrated, .02-.98. */
  readonly confidences: Float64Array;
  /** Calibrated and moved by the recent record, .02-.98. */
  readonly adaptiveConfidences: Float64Array;
  /** >= 0 */
  readonly weights: Float64Array;
  /** How many equally likely answers a wrong source chooses from (M), >= 1. */
  readonly wrongAnswers: number;
}

/** What the combining functions have learned beside the source calibrations. */
export interface Combiners {
  readonly tau: number;
  readonly stacking: StackingModel | null;
  readonly classes: ClassModel | null;
}

/** Answer probabilities by index, then "none of these" as the last entry; they sum to 1. */
export type Distribution = Float64Array;

/** What calibrating the sources has learned; a part of the state, or the same fitted without one fold. */
export type SourceKnowledge = Pick<FusionState, 'sources' | 'pooledReliability' | 'wrongAnswers'>;

/** Closed set: M = K - 1. Open: as learned. */
function wrongAnswersOf(ballot: Ballot, openWrongAnswers: number): number {
  return ballot.labels > 0 ? Math.max(1, Math.max(ballot.labels, ballot.answers) - 1) : openWrongAnswers;
}

const configuredOf = (weights: Readonly<Record<string, number>> | undefined, source: string): number =>
  weights && Object.hasOwn(weights, source) ? weights[source]! : 1;

/** @param configured weights by source, read by the strategy `Fixed` */
export function seatPanel(
  ballot: Ballot,
  knowledge: SourceKnowledge,
  strategy: WeightStrategy,
  configured?: Readonly<Record<string, number>>,
): Panel {
  const index = sourceIndex(knowledge.sources);
  const n = ballot.votes.length;
  const panel = {
    ballot,
    confidences: new Float64Array(n),
    adaptiveConfidences: new Float64Array(n),
    weights: new Float64Array(n),
    wrongAnswers: wrongAnswersOf(ballot, knowledge.wrongAnswers),
  };
  for (let i = 0; i < n; i++) seatVote(panel, i, index.get(ballot.votes[i]!.source), knowledge.pooledReliability);
  weighPanel(panel, knowledge, strategy, configured);
  return panel;
}

function seatVote(panel: Panel, i: number, model: SourceModel | undefined, pooled: number): void {
  const confidence = calibratedConfidence(model, panel.ballot.votes[i]!, pooled);
  panel.confidences[i] = confidence;
  panel.adaptiveConfidences[i] = adaptiveConfidence(model, confidence, pooled);
}

/** Overwrites the panel's weights with another strategy's. */
export function weighPanel(
  panel: Panel,
  knowledge: SourceKnowledge,
  strategy: WeightStrategy,
  configured?: Readonly<Record<string, number>>,
): void {
  const index = sourceIndex(knowledge.sources);
  panel.ballot.votes.forEach((vote, i) => {
    const model = index.get(vote.source);
    panel.weights[i] = strategy.weigh({
      configured: configuredOf(configured, vote.source),
      confidence: panel.confidences[i]!,
      reliability: reliability(model, knowledge.pooledReliability),
      recentReliability: recentReliability(model, knowledge.pooledReliability),
      position: vote.position,
    });
  });
}
