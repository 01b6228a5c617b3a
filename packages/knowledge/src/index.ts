export {
  type ChangedEdge,
  type ChangedNode,
  type EdgeSource,
  KnowledgeBase,
  type KnowledgeChange,
  normaliseName,
  type Sense,
} from './base.ts';
export { changeParts } from './change-parts.ts';
export { changeTo } from './change-to.ts';
export { type OpenedImage, openWordNetImage, type ReportProgress } from './build.ts';
export { emptyImage, type KnowledgeImage } from './image/image.ts';
export { canonicalRelation, type ChangedRelation, RelationTable } from './relation-table.ts';
export { relation, RELATION_NAMES, type RelationName } from './relations.ts';
export { normalise, STOP_WORDS, stem, terms, type Token, tokenise } from './text/analysis.ts';
export type { Terms } from './text/added-postings.ts';
export { type Hit, TextSearch, type WeightedTerm } from './text/search.ts';
export { EXPORTED_ATTRIBUTES, exportEdges, exportNodes, type ExportOptions } from './export.ts';
export { fingerprintOf } from './documents/parse.ts';
export {
  type FormatName,
  FORMAT_NAMES,
  formatOfFile,
  formatOfMedia,
  GRAPH_FORMATS,
  isGraphFormat,
  MAX_GRAPH_CHARACTERS,
  mediaOf,
  parseFormat,
} from './formats/format.ts';
export { tableOptions } from './formats/read-graph.ts';
export { loadWordNet } from './wordnet/load.ts';
export { type FolderDocument, readFolderFile } from './documents/files.ts';
export {
  fileAt,
  type FolderFile,
  isKnowledge,
  isSkippedFolder,
  listFolder,
  rootOf,
  type SkippedFile,
} from './documents/folder.ts';
export {
  type AddedDocuments,
  type DocumentProblem,
  type DocumentSummary,
  type Follower,
  Knowledge,
  type NewDocument,
} from './knowledge.ts';
export { type Contributor, type StorageQuota, type StoredAmount } from './documents/stored-usage.ts';
export { checkStoreUrl, openStore, type StoreOptions, tryStore } from './store/open.ts';
export { type KeyValue, type KeyValueStore } from './store/values/key-values.ts';
export { type DocumentRecord, type DocumentStore, type DocumentStoreStatus, type Store } from './store/store.ts';
export { isWord, leadOf, ownLead } from './passages/lead.ts';
export { formsOf, type Mention, sharesOf } from './passages/mentions.ts';
export { fullestSentence, readWords, sentenceAt, sentenceBounds, type WordRow } from './passages/passage.ts';
export { type LinkRows, type PassageGraph } from './passages/passage-graph.ts';
export { PassageIndex } from './passages/passage-index.ts';
export { TextVectors } from './passages/text-vectors.ts';
export { dotBytes, englishVectors, quantiseTo, TEXT_SCALE, WordVectors } from './vectors/word-vectors.ts';
export { type WordVectorData } from './vectors/file.ts';
