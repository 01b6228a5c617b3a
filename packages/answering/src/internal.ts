/** For benches and training: not part of the contract. */
export { FEATURE_NAMES } from './retrieval/features.ts';
export { readQuery } from './retrieval/query.ts';
export { EvidenceRanker, type RankerEffort } from './retrieval/ranker.ts';
export { dot, type Selection, STEP_FEATURE_NAMES } from './retrieval/selection.ts';
export { EFFORTS } from './retrieval/effort.ts';
