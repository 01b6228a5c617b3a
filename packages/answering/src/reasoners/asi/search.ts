/** Finding entries by the words of a question. */
import { type Hit, type KnowledgeBase, terms, type WeightedTerm } from '@vortexflow/knowledge';
import { ANSWER_SORTS, QUESTION_WORDS } from '../../understanding/cues.ts';

/** A search with the weights of its terms. */
export interface Retrieved {
  readonly query: readonly WeightedTerm[];
  readonly hits: readonly Hit[];
}

/** Entries for the words of a text, best first. */
export function retrieve(knowledge: KnowledgeBase, text: string, limit: number): Retrieved {
  const wanted = terms(text).filter((term) => !ANSWER_SORTS.has(term) && !QUESTION_WORDS.has(term));
  const query = knowledge.search.weigh(wanted);
  return { query, hits: knowledge.search.search(query, limit) };
}
