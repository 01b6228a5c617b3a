export { type FusionAlgorithm, type FusionContext, type LawException, type LawId } from './algorithm.ts';
export { FUSION_ALGORITHMS, fuse, fusionAlgorithm, type FuseOptions } from './algorithms.ts';
export { type Feedback, learn, learnAll } from './learn.ts';
export { type Candidate, type FusedOpinion, type Posterior, type SourceOpinion, UNSTATED } from './opinion.ts';
export { emptyFusionState, type FinalCalibration, type FusionState, type SourceModel } from './state.ts';
export { type WeighInput, type WeightStrategy, WEIGHT_STRATEGIES_TABLE } from './weights.ts';
export { type StrategyId, type WeightStrategyId } from './words.ts';
