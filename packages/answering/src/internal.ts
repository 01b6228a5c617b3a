/** For benches and training, not part of the contract: evidence, and the reading of questions. */
export { FEATURE_NAMES } from './retrieval/features.ts';
export { readQuery } from './retrieval/query.ts';
export { EvidenceRanker, type RankerEffort } from './retrieval/ranker.ts';
export { dot, type Selection, STEP_FEATURE_NAMES } from './retrieval/selection.ts';
export { EFFORTS } from './retrieval/effort.ts';
export { type KnowsName } from './understanding/names.ts';
export { writeModel } from './understanding/model/file.ts';
export { labelNumber, type Label, LABEL_MEANINGS, LABELS } from './understanding/model/labels.ts';
export { IntentModel, type ModelData, observe, type Score, type Scored } from './understanding/model/model.ts';
export { read } from './understanding/reading.ts';
export { readByRules } from './understanding/understand.ts';
