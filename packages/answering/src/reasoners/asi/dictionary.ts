/** Dictionary questions answered from entries read as text: names, definitions, word forms. */
import { type KnowledgeBase, normaliseName, stem } from '@vortexflow/knowledge';
import type { Argument, Intent, Interpretation } from '../../understanding/intents.ts';
import { type Candidate, nodeKey, wordKey } from '../contract.ts';
import { definitionOf } from '../evidence.ts';
import { describeWithNoun, isThing, nounFirst, partOfSpeech, type WeighedSense, weighSenses } from '../senses.ts';
import { contentTerms } from '../terms.ts';
import { entriesOf, genusChain } from './lookup.ts';

/** A candidate and the entries that speak for it. */
export interface TextFinding extends Candidate {
  readonly support: readonly number[];
}

type Solve = (knowledge: KnowledgeBase, interpretation: Interpretation) => TextFinding[];

const SOLVERS: Partial<Readonly<Record<Intent, Solve>>> = {
  define: solveDefinition,
  hypernym: solveGenus,
  is_a: solveKind,
  synonym: solveSynonym,
  antonym: solveAntonym,
  common: solveCommon,
};

/** Findings for a dictionary question, best first; empty for other questions and for names nobody knows. */
export function solveDictionary(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  if (interpretation.verify && interpretation.intent !== 'is_a') return [];
  return SOLVERS[interpretation.intent]?.(knowledge, interpretation) ?? [];
}

/** Terms beside the arguments, which may tell the meaning. */
const contextOf = ({ context }: Interpretation): Set<string> => new Set(context.map(stem));

function solveDefinition(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  const [argument] = interpretation.arguments;
  if (!argument) return [];
  const entries = entriesOf(knowledge, argument, contextOf(interpretation))
    .map(({ node, share }) => ({ node, weight: share * nounFirst(knowledge, node, argument) }))
    .sort((a, b) => b.weight - a.weight);
  return entries.slice(0, 4).map(({ node, weight }) => ({
    answer: describeWithNoun(knowledge, node, argument),
    key: nodeKey(knowledge.idOf(node)),
    confidence: 0.97 * (0.75 + 0.25 * Math.sqrt(weight)),
    support: [node],
  }));
}

function solveGenus(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  const [argument] = interpretation.arguments;
  if (!argument) return [];
  const [first] = entriesOf(knowledge, argument, contextOf(interpretation));
  const genus = first && genusChain(knowledge, first.node, 1)[0];
  if (!genus || first.share < USUAL_SENSE) return [];
  const answer = knowledge.labelOf(genus.node);
  const confidence = GENUS * first.share;
  return [{ answer, key: wordKey(normaliseName(answer)), confidence, support: [first.node, genus.node] }];
}

/** Of a name with several usual meanings the first definition is a poor guess at the one that is meant. */
const USUAL_SENSE = 0.6;
/** A definition's first noun is what the graph has above it in hardly more than half of all entries. */
const GENUS = 0.55;

/** A meaning rarer than this among those of its name is not what a question means: wolves and dogs are no people. */
const RARE_SENSE = 0.1;

/** Yes when the definitions, followed from genus to genus, come to a name of the second argument. Never a no. */
function solveKind(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  const [low, high] = interpretation.arguments;
  if (!low || !high || high.name === null || !isThing(knowledge, high)) return [];
  const goals = new Set(knowledge.senses(high.name).map(({ node }) => node));
  for (const { node, share } of entriesOf(knowledge, low, new Set()).slice(0, 4)) {
    if (share < RARE_SENSE) break;
    const chain = genusChain(knowledge, node);
    const end = chain.findIndex((genus) => goals.has(genus.node) || genus.name === high.name);
    if (end < 0) continue;
    const way = chain.slice(0, end + 1);
    const names = [knowledge.labelOf(node), ...way.map(({ name }) => name)];
    const confidence = 0.9 * 0.97 ** end * (0.7 + 0.3 * Math.sqrt(share));
    return [
      {
        answer: `Yes: ${names.join(' → ')}.`,
        key: 'yes',
        confidence,
        support: [node, ...way.map((genus) => genus.node)],
      },
    ];
  }
  return [];
}

function solveCommon(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  const [left, right] = interpretation.arguments;
  if (!left || !right) return [];
  const usual = (argument: Argument): WeighedSense[] =>
    entriesOf(knowledge, argument, new Set())
      .slice(0, 2)
      .filter(({ share }) => share >= RARE_SENSE);
  for (const a of usual(left)) {
    const above = genusChain(knowledge, a.node).map(({ node }) => node);
    for (const b of usual(right)) {
      const meeting = genusChain(knowledge, b.node).find(({ node }) => above.includes(node));
      if (!meeting) continue;
      const answer = `Both are kinds of ${knowledge.labelOf(meeting.node)}.`;
      const confidence = 0.6 * (0.5 + 0.5 * Math.sqrt(a.share * b.share));
      const key = wordKey(normaliseName(knowledge.labelOf(meeting.node)));
      return [{ answer, key, confidence, support: [meeting.node, a.node, b.node] }];
    }
  }
  return [];
}

function solveSynonym(knowledge: KnowledgeBase, interpretation: Interpretation): TextFinding[] {
  const [argument] = interpretation.arguments;
  if (!argument) return [];
  return entriesOf(knowledge, argument, contextOf(interpretation)).flatMap(({ node, share }) => {
    const words = knowledge.namesOf(node).filter((name) => normaliseName(name) !== argument.name);
    const confidence = 0.98 * (0.9 + 0.1 * share);
    return words.map((answer) => ({ answer, key: wordKey(normaliseName(answer)), confidence, support: [node] }));
  });
}

const NEGATIVE_PREFIXES = ['un', 'in', 'im', 'il', 'ir', 'dis', 'non', 'a', 'de', 'mis', 'anti', 'counter'];
const SUFFIX_PAIRS = [
  ['ful', 'less'],
  ['', 'less'],
  ['less', 'ful'],
  ['less', ''],
] as const;
const SAYS_NOT =
  /\b(?:not|no|without|lacking|lack|absence|opposite|contrary|free from|devoid|remove|reverse|undo|deprive|cease|fail)\b/i;
/** How sure a word form is whose entry denies the very word, or only denies. */
const DENIES_WORD = 0.9;
const DENIES = 0.75;
/** A form that tagged text never shows is seldom the word that people would say. */
const NEVER_SEEN = 0.7;

/** Words made by a negative prefix or suffix whose entry says that something is not there. */
function solveAntonym(knowledge: KnowledgeBase, { arguments: args }: Interpretation): TextFinding[] {
  const [argument] = args;
  if (!argument || argument.name === null) return [];
  const name = argument.name;
  const senses = weighSenses(knowledge, argument);
  const speech = new Set(
    senses.filter(({ share }) => share > RARE_SENSE).map(({ node }) => wordClass(knowledge, node)),
  );
  const findings = oppositeForms(name).flatMap((form) => {
    const sense = knowledge
      .senses(form)
      .find(
        ({ node }) => speech.has(wordClass(knowledge, node)) && SAYS_NOT.test(definitionOf(knowledge.textOf(node))),
      );
    if (!sense) return [];
    const saysWord = contentTerms(definitionOf(knowledge.textOf(sense.node))).has(stem(name));
    const confidence = (saysWord ? DENIES_WORD : DENIES) * (sense.frequency > 0 ? 1 : NEVER_SEEN);
    return [{ answer: form, key: wordKey(form), confidence, support: [sense.node] }];
  });
  return findings.sort((a, b) => b.confidence - a.confidence);
}

/** Satellite adjectives are adjectives. */
const wordClass = (knowledge: KnowledgeBase, node: number): string => partOfSpeech(knowledge, node).replace('s', 'a');

function oppositeForms(word: string): string[] {
  const forms = NEGATIVE_PREFIXES.flatMap((prefix) => [
    prefix + word,
    `${prefix}-${word}`,
    ...(word.startsWith(prefix) && word.length > prefix.length + 3 ? [word.slice(prefix.length)] : []),
  ]);
  for (const [from, to] of SUFFIX_PAIRS) {
    if (word.endsWith(from)) forms.push(word.slice(0, word.length - from.length) + to);
  }
  return forms.filter((form) => form !== word);
}
