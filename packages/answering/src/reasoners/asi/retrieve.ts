/** Answers from texts: the sentence or gloss that answers a question, or nothing when too little fits. */
import { type KnowledgeBase, normaliseName, type WeightedTerm } from '@vortexflow/knowledge';
import { answerSentences } from '../../extraction/answer-sentence.ts';
import { inquireFound } from '../../extraction/pieces.ts';
import { wantedKind } from '../../extraction/wanted.ts';
import { SENTENCE_MODELS } from '../../extraction/weights.ts';
import { nodeKey, wordKey } from '../contract.ts';
import { definitionOf } from '../evidence.ts';
import type { TextFinding } from './dictionary.ts';
import { contentTerms, type Overlap, overlap } from '../terms.ts';
import type { Retrieved } from './search.ts';

/** Least coverage at which a passage of the installation's own documents counts as an answer. */
const DOCUMENT_COVERAGE = 0.45;
/**
 * Exponent for confidences of sentences. The graph walk weighs the same sentences in nearly the same way, so its agreement
 * says little: what fusion makes of it is taken off beforehand.
 */
const SHARED_FINDING = 2;
/** The same for a dictionary gloss, which speaks of much without answering it. */
const GLOSS_COVERAGE = 0.8;
/** Least share of a gloss that a question must speak of: a question may lie within a long gloss by chance. */
const GLOSS_PRECISION = 0.4;

/**
 * The sentence of a document that answers, or the gloss that speaks of most of the question.
 *
 * @param withGlosses false where a gloss cannot be what is asked for
 */
export function solveOpen(
  knowledge: KnowledgeBase,
  retrieved: Retrieved,
  question: string,
  withGlosses: boolean,
): TextFinding[] {
  const found = solveFromDocuments(knowledge, retrieved, question);
  if (withGlosses) found.push(...solveFromGlosses(knowledge, retrieved));
  return found.sort((a, b) => b.confidence - a.confidence);
}

function solveFromDocuments(knowledge: KnowledgeBase, retrieved: Retrieved, question: string): TextFinding[] {
  // No sentence says yes or no by itself.
  if (wantedKind(question) === 'yes_no') return [];
  const { asked, pieces } = inquireFound(knowledge, retrieved, question);
  const near = pieces.filter(({ relevance }) => relevance >= DOCUMENT_COVERAGE);
  return answerSentences(asked, near, SENTENCE_MODELS.asi).map(({ piece: { node }, text, confidence }) => ({
    answer: text,
    key: wordKey(normaliseName(text)),
    confidence: confidence ** SHARED_FINDING,
    support: [node],
  }));
}

function solveFromGlosses(knowledge: KnowledgeBase, { query, hits }: Retrieved): TextFinding[] {
  const glosses = hits.slice(0, 8).filter(({ node }) => !knowledge.isAdded(node));
  return glosses.flatMap(({ node }): TextFinding[] => {
    const { recall, precision } = coverOf(knowledge, node, query);
    if (recall < GLOSS_COVERAGE || precision < GLOSS_PRECISION) return [];
    const answer = `${knowledge.labelOf(node)}: ${definitionOf(knowledge.textOf(node))}`;
    return [{ answer, key: nodeKey(knowledge.idOf(node)), confidence: 0.8 * recall ** 2, support: [node] }];
  });
}

const coverOf = (knowledge: KnowledgeBase, node: number, query: readonly WeightedTerm[]): Overlap =>
  overlap(contentTerms(`${knowledge.namesOf(node).join(' ')} ${definitionOf(knowledge.textOf(node))}`), query);
