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

/** The fusion algorithms as `POST /api/v1/fuse` calls them, in the order of {@link STRATEGIES}. */
export const FUSE_ALGORITHMS = [
  'weighted_average',
  'majority_vote',
  'stacking',
  'bayesian',
  'ensemble',
  'adaptive',
] as const;
export type FuseAlgorithm = (typeof FUSE_ALGORITHMS)[number];

/** The weight strategies in the same spelling, in the order of {@link WEIGHT_STRATEGIES}; both spellings are taken. */
export const FUSE_WEIGHT_STRATEGIES = [
  'fixed',
  'confidence_based',
  'performance_based',
  'sacred_proximity',
  'adaptive',
] as const;
export type FuseWeightStrategy = (typeof FUSE_WEIGHT_STRATEGIES)[number];

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
/** Longest answer in a feedback, in Unicode code points. */
export const MAX_FEEDBACK_ANSWER_LENGTH = 2000;
/** Most answers in a feedback, any of which is right. */
export const MAX_FEEDBACK_ANSWERS = 1000;
/** Most documents in one request. */
export const MAX_DOCUMENTS_PER_REQUEST = 1000;
/** Longest document text, in Unicode code points. */
export const MAX_DOCUMENT_LENGTH = 200_000;
/** What the parameters of the layout may be: from `minimum` to `maximum`, or, when `exclusive`, between them. */
export const LAYOUT_RANGES = {
  repulsion: { minimum: 0, maximum: 1000, exclusive: true },
  spring: { minimum: 0, maximum: 1000, exclusive: true },
  gravity: { minimum: 0, maximum: 1, exclusive: false },
  cluster: { minimum: 0, maximum: 1, exclusive: false },
  collision: { minimum: 0, maximum: 1, exclusive: false },
  dimensions: { minimum: 2, maximum: 3, exclusive: false },
  theta: { minimum: 0.3, maximum: 1.5, exclusive: false },
  cooling: { minimum: 0, maximum: 1, exclusive: true },
} as const;
/**
 * Furthest from the origin along an axis that a node may be pinned, layout units. Frames count positions in 65,535 steps
 * along the cube around all nodes: at this distance on both sides a step is 0.3, which is still less than an edge.
 */
export const MAX_LAYOUT_COORDINATE = 10_000;
/** Most iterations of one finishing pass: for 117,791 nodes 7 s of the layout's thread on a busy machine. */
export const MAX_MAJORISE_ITERATIONS = 50;
/** Most items of `POST /api/v1/fuse` to learn from, and as many to answer. */
export const MAX_FUSE_ITEMS = 50_000;
/** Most candidates of one such item, and of all of them together. */
export const MAX_FUSE_CANDIDATES_PER_ITEM = 1000;
export const MAX_FUSE_CANDIDATES = 250_000;
/** Most labels of a closed set. */
export const MAX_FUSE_LABELS = 1000;
/** Longest answer, in Unicode code points. */
export const MAX_FUSE_ANSWER_LENGTH = 2000;
