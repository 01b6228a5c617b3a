/**
 * How much each source counts in the weighted average. A weight says whose opinion counts more; it never multiplies a
 * confidence, so it can neither push one above 1 nor change what all sources agree on.
 */
import { NO_POSITION } from './ballot.ts';
import { logit } from './numeric.ts';
import type { WeightStrategyId } from './words.ts';

/** What a weight may depend on. */
export interface WeighInput {
  /** Set by the caller for this source, >= 0; 1 unless said. */
  readonly configured: number;
  /** Calibrated confidence of this vote, .02-.98. */
  readonly confidence: number;
  /** Share of right answers, ever and lately, .02-.98. */
  readonly reliability: number;
  readonly recentReliability: number;
  /** Flux position 0-9; -1 when there is none. */
  readonly position: number;
}

/** One way to weigh: data and one pure function. Only the proportions of the weights count. */
export interface WeightStrategy {
  readonly id: WeightStrategyId;
  readonly help: string;
  /** >= 0 */
  readonly weigh: (input: WeighInput) => number;
}

/** Even a source below chance keeps this, so that it is heard when it is alone. */
const LEAST_WEIGHT = 0.02;
const SACRED_POSITION = 6;
/** A source without a position stands as far from 6 as the other two checkpoints, 3 and 9. */
const DISTANCE_WITHOUT_POSITION = 3;

function logOddsWeight(reliability: number): number {
  return Math.max(LEAST_WEIGHT, logit(reliability));
}

/** The five weight strategies. */
export const WEIGHT_STRATEGIES_TABLE: readonly WeightStrategy[] = [
  {
    id: 'Fixed',
    help: 'The weights that were configured; all equal unless said. Weight zero silences a source.',
    weigh: (input) => input.configured,
  },
  {
    id: 'ConfidenceBased',
    help: 'By the calibrated confidence of this very answer.',
    weigh: (input) => input.confidence,
  },
  {
    id: 'PerformanceBased',
    help: 'By the log-odds of being right, over all feedback so far.',
    weigh: (input) => logOddsWeight(input.reliability),
  },
  {
    id: 'SacredProximity',
    help: 'By how near the flux position is to 6, the consensus checkpoint.',
    weigh: ({ position }) =>
      1 / (1 + 0.2 * (position === NO_POSITION ? DISTANCE_WITHOUT_POSITION : Math.abs(position - SACRED_POSITION))),
  },
  {
    id: 'Adaptive',
    help: 'By the log-odds of being right lately: old feedback fades.',
    weigh: (input) => logOddsWeight(input.recentReliability),
  },
];

const byId = new Map(WEIGHT_STRATEGIES_TABLE.map((strategy) => [strategy.id, strategy]));

/** @throws RangeError for an unknown id (possible only from untyped callers) */
export function weightStrategy(id: WeightStrategyId): WeightStrategy {
  const found = byId.get(id);
  if (!found) throw new RangeError(`unknown weight strategy: ${id as string}`);
  return found;
}
