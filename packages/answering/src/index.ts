export { Answering, type AnsweringOptions, type AnswerObserver } from './answering.ts';
export { type AnswerDefaults, DEFAULT_MIN_CONFIDENCE, DEFAULT_TOP_K } from './defaults.ts';
export { type AnswerCache, type CacheFigures } from './cache/answer-cache.ts';
export { createMemoryCache } from './cache/memory-cache.ts';
export { type Verdict } from './learning/item.ts';
export { type FeedbackEffect, type FeedbackOrder } from './learning/learner.ts';
export { type Learned } from './learning/messages.ts';
export { coverageAt, type Judged, qualityOf } from './learning/quality.ts';
export { satisfies } from './learning/satisfies.ts';
export { type CalibrationReport } from './learning/report.ts';
export { AnswerMemory, type AnswerMemoryOptions, type LearnerPort, type MemoryFigures } from './memory.ts';
export { type Embedder, type EmbeddingStatus, type Nearness, PassageEmbedder } from './embedding/passage-embedder.ts';
export { type EmbeddingSettings, EmbeddingClient } from './models/embeddings.ts';
export { type EndpointCounters } from './models/endpoint.ts';
export { type ModelCall } from './models/language-model.ts';
export { keyReader } from './models/key.ts';
export { type Cascade, ModelPanel } from './models/panel.ts';
export {
  type KeyReference,
  MODEL_DEFAULTS,
  type ModelPrices,
  type ModelSettings,
  type ResponseFormat,
} from './models/settings.ts';
export { type ThreadState } from './pool/reasoning-thread.ts';
export { REASONER_IDS, type ReasonerId } from './reasoners/catalogue.ts';
export { relationCost } from './reasoners/flux/relate.ts';
export { warmUpQuestions } from './warm-up.ts';
