/** The word for a description: entries whose definition says what the description says. */
import { type KnowledgeBase, normaliseName, type WeightedTerm } from '@vortexflow/knowledge';
import type { Interpretation } from '../../understanding/intents.ts';
import { nodeKey } from '../contract.ts';
import { definitionOf } from '../evidence.ts';
import { contentTerms, overlap, stemsOf } from '../terms.ts';
import type { TextFinding } from './dictionary.ts';
import { retrieve } from './retrieve.ts';

/**
 * How much counts what. Recall (by idf) finds the subject, precision keeps long definitions from winning by chance,
 * word pairs tell "from one place to another" from the same words in another order, and of equals the commoner word
 * is meant.
 */
const WEIGHTS = { recall: 1, precision: 0.6, pairs: 0.8, frequency: 0.02 } as const;

interface Fit {
  readonly node: number;
  readonly score: number;
  /** How well definition and description cover each other, 0 to 1. */
  readonly cover: number;
}

/** Words whose definition fits the description, best first. */
export function solveReverse(knowledge: KnowledgeBase, interpretation: Interpretation, depth: number): TextFinding[] {
  const description = interpretation.arguments[0]?.text ?? '';
  const { query, hits } = retrieve(knowledge, description, depth);
  const asked = stemsOf(description);
  const fits = hits.map(({ node }) => fitOf(knowledge, node, asked, query)).sort((a, b) => b.score - a.score);
  const [best, second] = fits;
  if (!best || best.score === 0) return [];
  const margin = second ? 1 - second.score / best.score : 1;
  return fits.slice(0, 4).map(({ node, cover, score }) => ({
    answer: knowledge.labelOf(node),
    key: nodeKey(knowledge.idOf(node)),
    confidence: confidenceOf(cover * (0.75 + 0.25 * margin)) * (score / best.score),
    support: [node],
  }));
}

/** Half of a description is usually enough to know the word. */
const confidenceOf = (fit: number): number => Math.min(0.97, 1 - (1 - fit) ** 1.6);

function fitOf(knowledge: KnowledgeBase, node: number, asked: readonly string[], query: readonly WeightedTerm[]): Fit {
  const definition = definitionOf(knowledge.textOf(node)).replace(/^\([^)]*\)\s*/, '');
  const { recall, precision } = overlap(contentTerms(definition), query);
  const score =
    WEIGHTS.recall * recall +
    WEIGHTS.precision * precision +
    WEIGHTS.pairs * dice(pairsOf(asked), pairsOf(stemsOf(definition))) +
    WEIGHTS.frequency * Math.log1p(frequencyOf(knowledge, node));
  return { node, score: recall === 0 ? 0 : score, cover: Math.sqrt(recall * precision) };
}

const pairsOf = (words: readonly string[]): Set<string> =>
  new Set(words.slice(1).map((word, i) => `${words[i]} ${word}`));

/** Dice's coefficient of two sets, 0 to 1. */
function dice(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const size = left.size + right.size;
  return size === 0 ? 0 : (2 * left.intersection(right).size) / size;
}

function frequencyOf(knowledge: KnowledgeBase, node: number): number {
  const name = normaliseName(knowledge.labelOf(node));
  return knowledge.senses(name).find((sense) => sense.node === node)?.frequency ?? 0;
}
