/** The word for a description: entries whose definition says what the description says, if in other words. */
import {
  type KnowledgeBase,
  normaliseName,
  stem,
  STOP_WORDS,
  tokenise,
  type WeightedTerm,
  type WordVectors,
} from '@vortexflow/knowledge';
import { baseForms } from '../../understanding/names.ts';
import type { Interpretation } from '../../understanding/intents.ts';
import { dot } from '../../dot.ts';
import { pairsShared, type WordPairs, wordPairs } from './word-pairs.ts';
import { nodeKey } from '../contract.ts';
import { definitionOf } from '../evidence.ts';
import { partOfSpeech } from '../senses.ts';
import { stemsOf } from '../terms.ts';
import type { TextFinding } from './dictionary.ts';

/**
 * How much counts what. Recall (by idf) finds the subject, precision keeps long definitions from winning by chance,
 * word pairs tell "from one place to another" from the same words in another order, and of equals the commoner word
 * is meant. A description that begins with an article describes a thing.
 */
const WEIGHTS = { recall: 1, precision: 0.6, pairs: 0.8, frequency: 0.02, speech: 0.12 } as const;
/** A word of the same meaning counts for so much of the very word. */
const SYNONYM = 0.6;
const SYNONYM_SENSES = 3;
/**
 * A word that is only near in its vector counts for nothing up to a cosine, and from there up to so much of the very
 * word. It helps to choose among entries, and makes no answer surer.
 */
const NEAR = { from: 0.3, most: 0.8 } as const;

/** One word of a description with the words that mean the same, as stems. */
interface DescribedTerm {
  readonly term: string;
  readonly idf: number;
  readonly synonyms: ReadonlySet<string>;
  /** Row of its vector, or -1. */
  readonly row: number;
}

interface Description {
  readonly terms: readonly DescribedTerm[];
  /** Neighbouring stems: which ones follow each. */
  readonly pairs: WordPairs;
  readonly speech: 'n' | 'v' | null;
}

interface Fit {
  readonly node: number;
  readonly score: number;
  /** Share of the description, by idf, that the definition holds in the very words and synonyms. 0 to 1. */
  readonly told: number;
}

/** Words whose definition fits the description, best first. */
export function solveReverse(knowledge: KnowledgeBase, interpretation: Interpretation, depth: number): TextFinding[] {
  const { fits, sureness } = findWords(knowledge, interpretation.arguments[0]?.text ?? '', depth);
  const [best] = fits;
  if (!best || best.score === 0) return [];
  const confidence = 1 / (1 + Math.exp(-dot(sureness, SURENESS)));
  return fits.slice(0, 4).map(({ node, score }) => ({
    answer: knowledge.labelOf(node),
    key: nodeKey(knowledge.idOf(node)),
    confidence: confidence * (score / best.score),
    support: [node],
  }));
}

/** What makes the best word for a description sure; 0 to about 1 each. */
export const REVERSE_SURENESS = [
  'one',
  'share of the description that the definition holds, by idf, in its words or synonyms',
  'information of the description, idf over 30',
  'how far the best word is ahead of the next one',
  'how common it is, log over 5',
] as const;
/** Learned by `node bench/src/wordnet/train-reverse.ts`. */
const SURENESS: readonly number[] = [-4.74, 2.53, 2.59, 7.1, 1.8];

/** Words by how well they fit, the best first, and what makes the first one sure. For answering and for training. */
export function findWords(
  knowledge: KnowledgeBase,
  text: string,
  depth: number,
): { readonly fits: readonly Fit[]; readonly sureness: readonly number[] } {
  const description = read(knowledge, text);
  const fits = candidates(knowledge, description, depth)
    .map((node) => fitOf(knowledge, node, description))
    .sort((a, b) => b.score - a.score || a.node - b.node);
  const [best, second] = fits;
  if (!best || best.score === 0) return { fits, sureness: [] };
  const margin = second ? 1 - second.score / best.score : 1;
  const information = description.terms.reduce((sum, { idf }) => sum + idf, 0);
  const frequency = Math.log1p(frequencyOf(knowledge, best.node));
  return { fits, sureness: [1, best.told, information / 30, margin, frequency / 5] };
}

function read(knowledge: KnowledgeBase, text: string): Description {
  const words = tokenise(text).map(({ word }) => word);
  const content = [...new Map(words.filter((word) => !STOP_WORDS.has(word)).map((word) => [stem(word), word]))];
  const weights = new Map(knowledge.search.weigh(content.map(([term]) => term)).map(({ term, idf }) => [term, idf]));
  const terms = content.flatMap(([term, word]): DescribedTerm[] => {
    const idf = weights.get(term);
    return idf === undefined
      ? []
      : [{ term, idf, synonyms: synonymsOf(knowledge, word, term), row: knowledge.vectors.find(term) }];
  });
  const [first = ''] = words;
  return { terms, pairs: wordPairs(stemsOf(text)), speech: THINGS.has(first) ? 'n' : first === 'to' ? 'v' : null };
}

const THINGS: ReadonlySet<string> = new Set('a an the any one someone something somebody'.split(' '));

/** Stems of the single words that share one of the usual meanings of a word. */
function synonymsOf(knowledge: KnowledgeBase, word: string, own: string): Set<string> {
  const isName = (name: string): boolean => knowledge.isName(name);
  const forms = [word, ...baseForms(word, isName).slice(0, 1)].filter(isName);
  const found = new Set<string>();
  for (const form of forms) {
    for (const { node } of knowledge.senses(form).slice(0, SYNONYM_SENSES)) {
      for (const name of knowledge.namesOf(node)) if (/^[a-z]+$/.test(name)) found.add(stem(name));
    }
  }
  found.delete(own);
  return found;
}

/** Entries that hold the words themselves, and those that hold words of the same meaning. */
function candidates(knowledge: KnowledgeBase, { terms }: Description, depth: number): number[] {
  const exact: WeightedTerm[] = terms.map(({ term, idf }) => ({ term, idf }));
  const others = terms.flatMap(({ synonyms }) =>
    [...synonyms].map((term) => ({ term, idf: SYNONYM * knowledge.search.idfOf(term) })),
  );
  const wide = [...exact, ...others.sort((a, b) => b.idf - a.idf).slice(0, MOST_SYNONYMS)];
  const hits = [...knowledge.search.search(exact, depth), ...knowledge.search.search(wide, depth)];
  return [...new Set(hits.map(({ node }) => node))];
}

const MOST_SYNONYMS = 24;

function fitOf(knowledge: KnowledgeBase, node: number, description: Description): Fit {
  const definition = definitionOf(knowledge.textOf(node)).replace(/^\([^)]*\)\s*/, '');
  const words = tokenise(definition).map(({ word }) => word);
  const stems = words.map(stem);
  const content = new Set(stems.filter((_, i) => !STOP_WORDS.has(words[i] as string)));
  const { recall, precision, told } = overlapOf(knowledge.vectors, content, description.terms);
  const speech = description.speech !== null && partOfSpeech(knowledge, node) === description.speech ? 1 : 0;
  const score =
    WEIGHTS.recall * recall +
    WEIGHTS.precision * precision +
    WEIGHTS.pairs * pairsShared(description.pairs, stems) +
    WEIGHTS.speech * speech +
    WEIGHTS.frequency * Math.log1p(frequencyOf(knowledge, node));
  return { node, score: told === 0 ? 0 : score, told };
}

interface DefinitionOverlap {
  /** By idf; a synonym counts for {@link SYNONYM}, a word near in meaning by {@link NEAR}. 0 to 1. */
  readonly recall: number;
  /** By count, else the same. 0 to 1. */
  readonly precision: number;
  /** The first, of the very words and synonyms alone. */
  readonly told: number;
}

function overlapOf(
  vectors: WordVectors,
  content: ReadonlySet<string>,
  terms: readonly DescribedTerm[],
): DefinitionOverlap {
  const found = { told: 0, near: 0 };
  const shared = { told: 0, near: 0 };
  let total = 0;
  let rows: readonly number[] | null = null;
  for (const { term, idf, synonyms, row } of terms) {
    total += idf;
    const part = content.has(term) ? 1 : synonyms.isDisjointFrom(content) ? 0 : SYNONYM;
    found.told += part * idf;
    shared.told += part;
    if (part > 0 || row < 0) continue;
    rows ??= rowsOf(vectors, content);
    const near = nearest(vectors, row, rows);
    found.near += near * idf;
    shared.near += near;
  }
  const recallOf = (sum: number): number => (total === 0 ? 0 : sum / total);
  const precisionOf = (count: number): number => (content.size === 0 ? 0 : Math.min(1, count / content.size));
  return {
    recall: recallOf(found.told + found.near),
    precision: precisionOf(shared.told + shared.near),
    told: recallOf(found.told),
  };
}

function rowsOf(vectors: WordVectors, stems: ReadonlySet<string>): number[] {
  const rows: number[] = [];
  for (const one of stems) {
    const row = vectors.find(one);
    if (row >= 0) rows.push(row);
  }
  return rows;
}

/** What the nearest of some words counts for. */
function nearest(vectors: WordVectors, row: number, others: readonly number[]): number {
  let best: number = NEAR.from;
  for (const other of others) best = Math.max(best, vectors.similarity(row, other));
  return (NEAR.most * (best - NEAR.from)) / (1 - NEAR.from);
}

function frequencyOf(knowledge: KnowledgeBase, node: number): number {
  const name = normaliseName(knowledge.labelOf(node));
  return knowledge.senses(name).find((sense) => sense.node === node)?.frequency ?? 0;
}
