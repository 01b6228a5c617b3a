/** The contract of a fusion algorithm, and what all six share around their one combining function. */
import { type Ballot, openBallot } from './ballot.ts';
import { calibrateSignal, isConsensus } from './final-calibration.ts';
import type { Labels } from './labels.ts';
import type { FusedOpinion, SourceOpinion } from './opinion.ts';
import { type Combiners, type Distribution, type Panel, seatPanel } from './panel.ts';
import type { FusionState } from './state.ts';
import { weightStrategy } from './weights.ts';
import type { StrategyId, WeightStrategyId } from './words.ts';

/** What an algorithm needs beside the opinions. */
export interface FusionContext {
  readonly weightStrategy: WeightStrategyId;
  readonly learned: FusionState;
  /**
   * How many answers are possible when the set is closed (2 for yes/no), or the answers by name, which lets stacking
   * judge each source label by label; absent or 0 when it is open.
   */
  readonly labels?: Labels;
  /** Weights by source, >= 0, read by the weight strategy `Fixed`; 1 unless said. Zero silences a source everywhere. */
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * Laws that an algorithm may break by its definition. (The others bind all six.) "Above chance" means a calibrated
 * confidence above 1 / (M + 1), M being the number of equally likely wrong answers.
 *
 * - `chance`: a source at chance changes nothing.
 * - `agreeing`: one more source above chance that names an answer never lowers that answer.
 * - `disagreeing`: one more source above chance that names another answer never raises it.
 * - `floor`: when all agree, none below chance, the answer gets at least the least calibrated confidence.
 */
export type LawId = 'chance' | 'agreeing' | 'disagreeing' | 'floor';

/** A law that an algorithm breaks, and why its definition leaves no choice. */
export interface LawException {
  readonly law: LawId;
  /** `trained`: only once there are labels to fit on. */
  readonly when: 'always' | 'trained';
  readonly because: string;
}

/** An algorithm is data plus one pure function. */
export interface FusionAlgorithm {
  readonly id: StrategyId;
  readonly help: string;
  /** Whether the weight strategy changes the result (weight zero silences a source in any case). */
  readonly weighted: boolean;
  readonly exceptions: readonly LawException[];
  /** Never throws on opinions of any content; O(n log n) for n opinions. */
  fuse(opinions: readonly SourceOpinion[], context: FusionContext): FusedOpinion;
}

/** Inside this package an algorithm also shows its combining function, so that learning can run it out of fold. */
export interface CombiningAlgorithm extends FusionAlgorithm {
  combine(panel: Panel, learned: Combiners): Distribution;
  /** Whether it uses the stacking model, and remarks that it has not been trained yet. */
  readonly stacks: boolean;
}

interface Definition extends Omit<CombiningAlgorithm, 'fuse' | 'stacks'> {
  readonly stacks?: boolean;
}

/** Adds what comes before (normal form, source calibration) and after (ranking, final calibration) the combining. */
export function defineAlgorithm({ stacks = false, ...definition }: Definition): CombiningAlgorithm {
  return {
    ...definition,
    stacks,
    fuse(opinions, context) {
      const remarks = stacks && context.learned.stacking === null ? ['stacking:untrained'] : [];
      const { ballot, keys } = openBallot(opinions, context.labels ?? 0, silencer(context));
      if (ballot.votes.length === 0) return nothing(remarks);
      const strategy = weightStrategy(context.weightStrategy);
      const panel = seatPanel(ballot, context.learned, strategy, context.weights);
      const distribution = definition.combine(panel, context.learned);
      return conclude(definition.id, panel, keys, distribution, context, remarks);
    },
  };
}

const silencesNobody = () => false;

function silencer({ weightStrategy, weights }: FusionContext): (source: string) => boolean {
  if (weightStrategy !== 'Fixed' || !weights) return silencesNobody;
  return (source) => Object.hasOwn(weights, source) && !(weights[source]! > 0);
}

function nothing(remarks: string[]): FusedOpinion {
  return { answer: null, confidence: 0, signalStrength: 0, posterior: [], none: 1, calibrated: false, remarks };
}

function conclude(
  id: StrategyId,
  panel: Panel,
  keys: readonly string[],
  distribution: Distribution,
  context: FusionContext,
  remarks: string[],
): FusedOpinion {
  const order = rank(panel, distribution);
  const best = order[0]!;
  const signalStrength = distribution[best]!;
  const calibration = context.learned.finals[id]?.[context.weightStrategy];
  return {
    answer: keys[best]!,
    confidence: calibration
      ? calibrateSignal(calibration, signalStrength, isConsensus(panel.ballot, best))
      : signalStrength,
    signalStrength,
    posterior: order.map((i) => ({ answer: keys[i]!, probability: distribution[i]! })),
    none: distribution[keys.length]!,
    calibrated: calibration !== undefined,
    remarks,
  };
}

/** Answers from the most probable down; ties by the sum of calibrated confidences, then by key. */
export function rank(panel: Panel, distribution: Distribution): number[] {
  const order = Array.from({ length: panel.ballot.answers }, (_, i) => i);
  if (order.length === 1) return order;
  const backing = backingOf(panel.ballot, panel.confidences);
  return order.sort((a, b) => distribution[b]! - distribution[a]! || backing[b]! - backing[a]! || a - b);
}

function backingOf(ballot: Ballot, confidences: Float64Array): Float64Array {
  const backing = new Float64Array(ballot.answers);
  ballot.votes.forEach((vote, i) => (backing[vote.answer]! += confidences[i]!));
  return backing;
}
