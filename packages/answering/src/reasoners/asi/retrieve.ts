/** Finding texts: the word for a description, the passage that answers a question, or nothing when too little fits. */
import { type Hit, type KnowledgeBase, terms, type WeightedTerm } from '@vortexflow/knowledge';
import type { Interpretation } from '../../understanding/intents.ts';
import { QUESTION_WORDS } from '../../understanding/cues.ts';
import { nodeKey } from '../contract.ts';
import { bestSentence, definitionOf } from '../evidence.ts';
import type { TextFinding } from './dictionary.ts';
import { contentTerms } from './lookup.ts';

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

/** Share of the question's information (sum of idf) that an entry speaks of, 0 to 1. */
export function coverageOf(knowledge: KnowledgeBase, node: number, query: readonly WeightedTerm[]): number {
  const present = contentTerms(`${knowledge.namesOf(node).join(' ')} ${knowledge.textOf(node)}`);
  let covered = 0;
  let total = 0;
  for (const { term, idf } of query) {
    total += idf;
    if (present.has(term)) covered += idf;
  }
  return total === 0 ? 0 : covered / total;
}

/** Words whose definition says what the description says. */
export function solveReverse(knowledge: KnowledgeBase, { arguments: args }: Interpretation): TextFinding[] {
  const description = args[0]?.text ?? '';
  const { query, hits } = retrieve(knowledge, description, 12);
  const scored = hits.map(({ node, score }) => {
    const gloss = contentTerms(definitionOf(knowledge.textOf(node)));
    const asked = new Set(query.map(({ term }) => term));
    let shared = 0;
    for (const term of gloss) if (asked.has(term)) shared++;
    const precision = gloss.size === 0 ? 0 : shared / gloss.size;
    const fit = coverageOf(knowledge, node, query);
    return { node, score: score * (0.4 + 0.6 * precision), fit: Math.sqrt(fit * precision) };
  });
  scored.sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  if (!best) return [];
  const margin = second ? 1 - second.score / best.score : 1;
  return scored.slice(0, 4).map(({ node, fit, score }) => ({
    answer: knowledge.labelOf(node),
    key: nodeKey(knowledge.idOf(node)),
    confidence: Math.min(0.97, fit * (0.75 + 0.25 * margin)) * (score / best.score),
    support: [node],
  }));
}

/** Least coverage at which a passage of the installation's own documents counts as an answer. */
const DOCUMENT_COVERAGE = 0.45;
/** The same for a dictionary gloss, which speaks of much without answering it. */
const GLOSS_COVERAGE = 0.8;

/** The passage that speaks of most of the question. */
export function solveOpen(
  knowledge: KnowledgeBase,
  { query, hits }: Retrieved,
  wanted: ReadonlySet<string>,
): TextFinding[] {
  const covered = hits.slice(0, 8).map(({ node }) => ({ node, coverage: coverageOf(knowledge, node, query) }));
  covered.sort((a, b) => b.coverage - a.coverage);
  return covered.slice(0, 4).flatMap(({ node, coverage }): TextFinding[] => {
    const own = knowledge.isAdded(node);
    if (coverage < (own ? DOCUMENT_COVERAGE : GLOSS_COVERAGE)) return [];
    const text = knowledge.textOf(node);
    const answer = own
      ? bestSentence(text, wanted) || knowledge.labelOf(node)
      : `${knowledge.labelOf(node)}: ${definitionOf(text)}`;
    const confidence = own ? 0.9 * coverage : 0.8 * coverage ** 2;
    return [{ answer, key: nodeKey(knowledge.idOf(node)), confidence, support: [node] }];
  });
}
