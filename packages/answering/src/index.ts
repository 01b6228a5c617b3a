export {
  Answering,
  type AnswerDefaults,
  type AnsweringOptions,
  type AnswerObserver,
  DEFAULT_MIN_CONFIDENCE,
  DEFAULT_TOP_K,
} from './answering.ts';
export { type ThreadState } from './pool/reasoner-thread.ts';
export { REASONER_IDS, type ReasonerId } from './reasoners/catalogue.ts';
export { relationCost } from './reasoners/flux/relate.ts';
