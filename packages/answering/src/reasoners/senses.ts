/** Choosing what a name means. */
import { type KnowledgeBase, relation, type Sense } from '@vortexflow/knowledge';
import type { Argument } from '../understanding/intents.ts';

/** A meaning with how likely it is meant, relative to the other meanings of the name; the shares sum to 1. */
export interface WeighedSense {
  readonly node: number;
  readonly share: number;
}

/** What the question wants a sense to be able to do; a sense that cannot is left out. */
export type SenseFilter = (node: number) => boolean;

const MAX_SENSES = 24;
/** Every sense is possible: what it gets on top of its count in tagged text. */
const SMOOTHING = 0.5;
/** A word in lower case seldom means the abbreviation or name written in capitals ("me" for Maine). */
const CASE_PENALTY = 0.05;

/** Meanings of an argument, likeliest first. */
export function weighSenses(
  knowledge: KnowledgeBase,
  argument: Argument,
  admits: SenseFilter = () => true,
): WeighedSense[] {
  if (argument.name === null) return [];
  const senses = knowledge.senses(argument.name).filter(({ node }) => admits(node));
  const weights = senses.slice(0, MAX_SENSES).map((sense) => weightOf(knowledge, sense, argument));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighed = weights.map((weight, i) => ({ node: (senses[i] as Sense).node, share: weight / total }));
  return weighed.sort((a, b) => b.share - a.share);
}

function weightOf(knowledge: KnowledgeBase, { node, frequency, rank }: Sense, argument: Argument): number {
  // The installation's own documents are what its people most likely mean.
  if (knowledge.isAdded(node)) return 1000;
  const likely = (frequency + SMOOTHING) / rank;
  const written = knowledge.namesOf(node).find((name) => name.toLowerCase() === argument.name);
  const isCapital = written !== undefined && written !== written.toLowerCase();
  const askedCapital = argument.text !== argument.text.toLowerCase();
  return isCapital && !askedCapital ? likely * CASE_PENALTY : likely;
}

/** Part of speech of a WordNet node from its id (`n`, `v`, `a`, `s`, `r`), else the empty string. */
export function partOfSpeech(knowledge: KnowledgeBase, node: number): string {
  const match = /^wn:.*\.([nvasr])\.\d+$/.exec(knowledge.idOf(node));
  return match?.[1] ?? '';
}

/** True when the node has an arc of one of the kinds. */
export function hasArc(knowledge: KnowledgeBase, node: number, kinds: readonly number[]): boolean {
  let found = false;
  knowledge.forEachArc(node, (_target, kind) => {
    found ||= kinds.includes(kind);
  });
  return found;
}

/** Relations that lead from a thing to what it is. */
export const UPWARD: readonly number[] = [relation('hypernym'), relation('instance_of')];
/** Relations that lead from a thing to its examples. */
export const DOWNWARD: readonly number[] = [relation('hyponym'), relation('instance')];
