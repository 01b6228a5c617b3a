/** The closed vocabularies of the wire. Order is the order in which interfaces show them. */

export const MODES = ['Fast', 'Balanced', 'Thorough', 'Reasoning'] as const;
/** How much work a question may cost. */
export type Mode = (typeof MODES)[number];

export const STRATEGIES = [
  'WeightedAverage',
  'MajorityVote',
  'Stacking',
  'BayesianAverage',
  'Ensemble',
  'Adaptive',
] as const;
/** The fusion algorithm. */
export type Strategy = (typeof STRATEGIES)[number];

export const WEIGHT_STRATEGIES = [
  'Fixed',
  'ConfidenceBased',
  'PerformanceBased',
  'SacredProximity',
  'Adaptive',
] as const;
/** How much each reasoner counts before the fusion algorithm combines them. */
export type WeightStrategy = (typeof WEIGHT_STRATEGIES)[number];

export const RECOVERY_STRATEGIES = ['Retry', 'Fallback', 'Propagate', 'Ignore'] as const;

export const ANSWER_KINDS = ['answered', 'abstained', 'degraded'] as const;
/**
 * `answered`: every reasoner was heard and the confidence reached the caller's bar. `abstained`: nothing was sure
 * enough. `degraded`: an answer, but at least one reasoner failed or was late.
 */
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export const GRAPH_MEASURES = [
  'degree',
  'pagerank',
  'components',
  'communities',
  'labels',
  'kmeans',
  'outliers',
] as const;
/**
 * What can be computed of the whole graph. Of edges: `degree`, `pagerank`, `components`, `communities` (Louvain) and
 * `labels` (label propagation). Of positions: `kmeans` and `outliers` (local outlier factor).
 */
export type GraphMeasure = (typeof GRAPH_MEASURES)[number];

/** Longest question, in Unicode code points as JSON Schema counts them. */
export const MAX_INPUT_LENGTH = 8192;
/** Longest time a caller may ask for, in ms. */
export const MAX_TIMEOUT_MS = 60_000;
/** Most pieces of evidence a caller may ask for. */
export const MAX_TOP_K = 50;
/** Most nodes or clusters of one analysis. */
export const MAX_ANALYTICS_LIMIT = 100;
/** Most clusters to make, or neighbours to compare a node with. */
export const MAX_ANALYTICS_K = 64;
/** Most documents in one request. */
export const MAX_DOCUMENTS_PER_REQUEST = 1000;
/** Longest document text, in Unicode code points. */
export const MAX_DOCUMENT_LENGTH = 200_000;
