/** For benches and training, not part of the contract: evidence, and the reading of questions. */
export { FEATURE_NAMES } from './retrieval/features.ts';
export { readQuery } from './retrieval/query.ts';
export { EvidenceRanker, type RankerEffort } from './retrieval/ranker.ts';
export { type Selection, STEP_FEATURE_NAMES } from './retrieval/selection.ts';
export { dot } from './dot.ts';
export { EFFORTS } from './retrieval/effort.ts';
export { type KnowsName } from './understanding/names.ts';
export { writeModel } from './understanding/model/file.ts';
export { labelNumber, type Label, LABEL_MEANINGS, LABELS } from './understanding/model/labels.ts';
export { IntentModel, type ModelData, observe, type Score, type Scored } from './understanding/model/model.ts';
export { read } from './understanding/reading.ts';
export { readByRules } from './understanding/understand.ts';
export {
  type AnswerSentence,
  answerSentences,
  bestOfPieces,
  type SentenceModel,
  SURENESS_FEATURES,
} from './extraction/answer-sentence.ts';
export { inquireFound, inquireRanked, type Inquiry } from './extraction/pieces.ts';
export { type Asked, NO_ANSWER, type Piece, SENTENCE_FEATURES, sentencesOf } from './extraction/sentence-features.ts';
export { retrieve } from './reasoners/asi/search.ts';
export { findWords, REVERSE_SURENESS } from './reasoners/asi/reverse.ts';
export { splitSentences } from './reasoners/evidence.ts';
export { offers, type WantedKind } from './extraction/wanted.ts';
