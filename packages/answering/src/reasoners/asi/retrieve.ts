/** Finding texts: the passage that answers a question, or nothing when too little fits. */
import { type Hit, type KnowledgeBase, terms, type WeightedTerm } from '@vortexflow/knowledge';
import { QUESTION_WORDS } from '../../understanding/cues.ts';
import { nodeKey } from '../contract.ts';
import { bestSentence, definitionOf } from '../evidence.ts';
import type { TextFinding } from './dictionary.ts';
import { contentTerms, type Overlap, overlap } from '../terms.ts';

/** Words that say what sort of answer is wanted, not what it is about. */
const ASKING = new Set(
  'many much long far old kind type sort name tell give show find list explain describe'.split(' '),
);

/** A search with the weights of its terms. */
export interface Retrieved {
  readonly query: readonly WeightedTerm[];
  readonly hits: readonly Hit[];
}

/** Entries for the words of a text, best first. */
export function retrieve(knowledge: KnowledgeBase, text: string, limit: number): Retrieved {
  const wanted = terms(text).filter((term) => !ASKING.has(term) && !QUESTION_WORDS.has(term));
  const query = knowledge.search.weigh(wanted);
  return { query, hits: knowledge.search.search(query, limit) };
}

/** Least coverage at which a passage of the installation's own documents counts as an answer. */
const DOCUMENT_COVERAGE = 0.45;
/** The same for a dictionary gloss, which speaks of much without answering it. */
const GLOSS_COVERAGE = 0.8;
/** Least share of a gloss that a question must speak of: a question may lie within a long gloss by chance. */
const GLOSS_PRECISION = 0.4;

/** The passage that speaks of most of the question. */
export function solveOpen(
  knowledge: KnowledgeBase,
  { query, hits }: Retrieved,
  wanted: ReadonlySet<string>,
): TextFinding[] {
  const covered = hits.slice(0, 8).map(({ node }) => ({ node, ...coverOf(knowledge, node, query) }));
  covered.sort((a, b) => b.recall - a.recall);
  return covered.slice(0, 4).flatMap(({ node, recall, precision }): TextFinding[] => {
    const own = knowledge.isAdded(node);
    if (own ? recall < DOCUMENT_COVERAGE : recall < GLOSS_COVERAGE || precision < GLOSS_PRECISION) return [];
    const text = knowledge.textOf(node);
    const answer = own
      ? bestSentence(text, wanted) || knowledge.labelOf(node)
      : `${knowledge.labelOf(node)}: ${definitionOf(text)}`;
    const confidence = own ? 0.9 * recall : 0.8 * recall ** 2;
    return [{ answer, key: nodeKey(knowledge.idOf(node)), confidence, support: [node] }];
  });
}

const coverOf = (knowledge: KnowledgeBase, node: number, query: readonly WeightedTerm[]): Overlap =>
  overlap(contentTerms(`${knowledge.namesOf(node).join(' ')} ${definitionOf(knowledge.textOf(node))}`), query);
