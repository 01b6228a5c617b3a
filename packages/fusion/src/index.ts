export { type FusionAlgorithm, type FusionContext, type LawException, type LawId } from './algorithm.ts';
export { FUSION_ALGORITHMS, fuse, fusionAlgorithm, type FuseOptions } from './algorithms.ts';
export {
  type BatchCandidate,
  BatchError,
  type BatchItem,
  type BatchResult,
  fuseBatch,
  type FusedBatch,
  type FusionBatch,
  type LabelledBatchItem,
} from './batch.ts';
export { type Answer, type EqualityOptions, readAnswer, sameAnswer } from './equality/answer.ts';
export { groupAnswers } from './equality/group.ts';
export { type Labels } from './labels.ts';
export { type Feedback, learn, learnAll, type LearnOptions } from './learn.ts';
export { brierScore, expectedCalibrationError, type Judged } from './metrics.ts';
export { type BatchNames, namesToLookUp } from './names.ts';
export { type Candidate, type FusedOpinion, type Posterior, type SourceOpinion, UNSTATED } from './opinion.ts';
export { emptyFusionState, type FinalCalibration, type FusionState, type SourceModel } from './state.ts';
export { type WeighInput, type WeightStrategy, WEIGHT_STRATEGIES_TABLE } from './weights.ts';
export { type StrategyId, type WeightStrategyId } from './words.ts';
