/** Choosing what a name means. */
import { type KnowledgeBase, relation, type Sense, STOP_WORDS } from '@vortexflow/knowledge';
import type { Argument } from '../understanding/intents.ts';
import { baseForms } from '../understanding/names.ts';
import { describe } from './evidence.ts';

/** A meaning with how likely it is meant, relative to the other meanings of the name; the shares sum to 1. */
export interface WeighedSense {
  readonly node: number;
  readonly share: number;
}

/** What the question wants a sense to be able to do; a sense that cannot is left out. */
export type SenseFilter = (node: number) => boolean;

const MAX_SENSES = 48;
/** Every sense is possible: what it gets on top of its count in tagged text. */
const SMOOTHING = 0.5;
/** A word in lower case seldom means the abbreviation or name written in capitals ("me" for Maine). */
const CASE_PENALTY = 0.05;
/** A word in capitals most likely means the name that is written so ("Turkey"). */
const CASE_BONUS = 4;
/** "A hate" is hardly the verb. */
const WRONG_USE = 0.005;

/** Meanings of an argument, likeliest first. */
export function weighSenses(
  knowledge: KnowledgeBase,
  argument: Argument,
  admits: SenseFilter = () => true,
): WeighedSense[] {
  return argument.name === null ? [] : weigh(knowledge, argument, [argument.name], admits);
}

/** The same with the meanings of the singular: "parts" are talents, but most often they are the plural of "part". */
export function weighForms(knowledge: KnowledgeBase, argument: Argument, admits: SenseFilter): WeighedSense[] {
  const { name, quoted } = argument;
  if (name === null) return [];
  const isPlural = !quoted && name.endsWith('s') && argument.used !== 'verb';
  const singulars = isPlural ? baseForms(name, (form) => knowledge.isName(form)).slice(0, 1) : [];
  return weigh(knowledge, argument, [name, ...singulars], admits);
}

function weigh(
  knowledge: KnowledgeBase,
  argument: Argument,
  names: readonly string[],
  admits: SenseFilter,
): WeighedSense[] {
  const isGrammar = isGrammarWord(argument);
  const senses = names
    .flatMap((name) => knowledge.senses(name))
    .filter(({ node }) => admits(node) && !(isGrammar && isCapital(knowledge, node, argument)));
  const weights = senses.slice(0, MAX_SENSES).map((sense) => weightOf(knowledge, sense, argument));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighed = weights.map((weight, i) => ({ node: (senses[i] as Sense).node, share: weight / total }));
  return weighed.sort((a, b) => b.share - a.share);
}

function weightOf(knowledge: KnowledgeBase, { node, frequency, rank }: Sense, argument: Argument): number {
  // The installation's own documents are what its people most likely mean.
  if (knowledge.isAdded(node)) return 1000;
  const likely = ((frequency + SMOOTHING) / rank) * fitOfUse(partOfSpeech(knowledge, node), argument);
  if (!isCapital(knowledge, node, argument)) return likely;
  if (argument.text === argument.text.toLowerCase()) return likely * CASE_PENALTY;
  return knowledge.namesOf(node).includes(argument.text) ? likely * CASE_BONUS : likely;
}

/** True when the node writes the name with capitals: "Turkey", "NATO". */
function isCapital(knowledge: KnowledgeBase, node: number, { name: asked }: Argument): boolean {
  const written = knowledge.namesOf(node).find((name) => name.toLowerCase() === asked);
  return written !== undefined && written !== written.toLowerCase();
}

/** "me", "us" and "I" are no states and no iodine; "US" may be one. */
const isGrammarWord = ({ name, text, quoted }: Argument): boolean =>
  name !== null && !quoted && STOP_WORDS.has(name) && (text.length === 1 || text !== text.toUpperCase());

function fitOfUse(pos: string, { used }: Argument): number {
  if (used === null || pos === '') return 1;
  return pos === (used === 'noun' ? 'n' : 'v') ? 1 : WRONG_USE;
}

/** Who asks what something is asks for a thing rather than an action or a quality, unless the words say otherwise. */
const NOT_A_NOUN = 0.35;

/** What a meaning counts for in a question for a definition: 1, or less when it is no noun. */
export const nounFirst = (knowledge: KnowledgeBase, node: number, { used }: Argument): number =>
  used === 'verb' || 'n'.includes(partOfSpeech(knowledge, node)) ? 1 : NOT_A_NOUN;

/**
 * What a meaning is; of an action or a quality whose name means a thing as well, also that: who asks what "whisper"
 * means may have either in mind.
 */
export function describeWithNoun(knowledge: KnowledgeBase, node: number, argument: Argument): string {
  const plain = describe(knowledge, node, argument);
  if (argument.used === 'verb' || ['n', ''].includes(partOfSpeech(knowledge, node))) return plain;
  const [noun] = weighSenses(knowledge, argument, (other) => partOfSpeech(knowledge, other) === 'n');
  return noun ? `${plain}; as a noun: ${describe(knowledge, noun.node, argument)}` : plain;
}

/** Part of speech of a WordNet node from its id (`n`, `v`, `a`, `s`, `r`), else the empty string. */
export function partOfSpeech(knowledge: KnowledgeBase, node: number): string {
  const match = /^wn:.*\.([nvasr])\.\d+$/.exec(knowledge.idOf(node));
  return match?.[1] ?? '';
}

/** Least share of noun meanings at which a name is taken for a thing. */
const LEAST_NOUN = 0.2;

/** True when the name means a thing more than a little of the time; "wet" does not. */
export const isThing = (knowledge: KnowledgeBase, argument: Argument): boolean =>
  weighSenses(knowledge, argument)
    .filter(({ node }) => ['n', ''].includes(partOfSpeech(knowledge, node)))
    .reduce((sum, { share }) => sum + share, 0) >= LEAST_NOUN;

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
