/** The closed vocabularies of fusion, in the order in which interfaces show them. */

/** The fusion algorithms by name. */
export type StrategyId = 'WeightedAverage' | 'MajorityVote' | 'Stacking' | 'BayesianAverage' | 'Ensemble' | 'Adaptive';

export const WEIGHT_STRATEGY_IDS = [
  'Fixed',
  'ConfidenceBased',
  'PerformanceBased',
  'SacredProximity',
  'Adaptive',
] as const;
/** The ways to weigh a source before it is combined. */
export type WeightStrategyId = (typeof WEIGHT_STRATEGY_IDS)[number];
