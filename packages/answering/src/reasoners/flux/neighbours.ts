/** Questions that one kind of arc answers: kinds, examples, parts, members, consequences. */
import { type KnowledgeBase, normaliseName, relation, type RelationName } from '@vortexflow/knowledge';
import type { Argument, Intent, Interpretation } from '../../understanding/intents.ts';
import { baseForms } from '../../understanding/names.ts';
import { nodeKey, wordKey } from '../contract.ts';
import { hasArc, weighForms, weighSenses } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import { trail, type Walk } from './walk.ts';

interface NeighbourQuestion {
  /**
   * Arcs from the argument to the answer, with how likely each is meant: who asks for parts means pieces rather than
   * what something is made of, or who belongs to it.
   */
  readonly relations: Partial<Readonly<Record<RelationName, number>>>;
  /** How far the answer may be inherited from what the argument is a kind of, in steps; 0: not at all. */
  readonly inherit: number;
  /** Most neighbours named in one answer. */
  readonly list: number;
}

const QUESTIONS: Partial<Readonly<Record<Intent, NeighbourQuestion>>> = {
  hypernym: { relations: { hypernym: 1, instance_of: 1 }, inherit: 0, list: 1 },
  hyponym: { relations: { hyponym: 1, instance: 0.8 }, inherit: 0, list: 3 },
  parts: { relations: { part: 1, substance: 0.12, member: 0.06 }, inherit: 0, list: 3 },
  whole: { relations: { part_of: 1, substance_of: 0.12, member_of: 0.06 }, inherit: 0, list: 2 },
  members: { relations: { member: 1 }, inherit: 0, list: 3 },
  group: { relations: { member_of: 1 }, inherit: 0, list: 2 },
  consequence: { relations: { causes: 1, entails: 1 }, inherit: 2, list: 2 },
  cause: { relations: { caused_by: 1, entailed_by: 1 }, inherit: 0, list: 2 },
};

const BASE_CONFIDENCE = 0.985;
/** An inherited answer is right less often: not every kind has all that its kin has. */
const INHERITED = 0.75;

/** True for intents that {@link solveNeighbours} answers. */
export const isNeighbourIntent = (intent: Intent): boolean => intent in QUESTIONS;

/**
 * Answers with the nodes at the other end of the arcs that the intent is about, the likeliest sense first.
 * @param all names every node in the support instead of the best known ones
 */
export function solveNeighbours(walk: Walk, interpretation: Interpretation, all = false): Findings {
  const asked = QUESTIONS[interpretation.intent];
  const [argument] = interpretation.arguments;
  if (!asked || !argument) return [];
  const question = all ? { ...asked, list: Infinity } : asked;
  const findings = findNeighbours(walk, question, argument);
  // "What does snoring entail": the noun has no consequences, the verb has.
  if (findings.length > 0 || argument.used !== 'verb' || argument.name === null) return findings;
  const names = baseForms(argument.name, (name) => walk.knowledge.isName(name));
  return names.flatMap((name) => findNeighbours(walk, question, { ...argument, name }));
}

/** A meaning with the relation that leads on from it. */
interface Start {
  readonly node: number;
  readonly kinds: readonly number[];
  readonly weight: number;
}

function findNeighbours(walk: Walk, question: NeighbourQuestion, argument: Argument): Finding[] {
  const starts = startsOf(walk, question, argument);
  const total = starts.reduce((sum, { weight }) => sum + weight, 0);
  const findings: Finding[] = [];
  for (const { node, kinds, weight } of starts) {
    const confidence = BASE_CONFIDENCE * (0.88 + 0.12 * Math.sqrt(weight / (total || 1)));
    const finding = findingOf(walk, [node], walk.step(node, kinds), argument, question.list, confidence);
    if (!finding) continue;
    walk.settle(findings[0]?.key ?? finding.key);
    findings.push(finding);
  }
  if (findings.length > 0 || question.inherit === 0) return findings;
  const kinds = kindsOf(question).flat();
  return weighSenses(walk.knowledge, argument)
    .slice(0, 3)
    .flatMap(({ node, share }) => inherited(walk, node, kinds, argument, question, share));
}

/** Which meaning has what is asked for: those that have it, the likeliest first; equally meant relations are one. */
function startsOf(walk: Walk, question: NeighbourQuestion, argument: Argument): Start[] {
  const { knowledge } = walk;
  const groups = kindsOf(question);
  const weights = [...new Set(Object.values(question.relations))];
  return weighForms(knowledge, argument, (node) => hasArc(knowledge, node, groups.flat()))
    .flatMap(({ node, share }) =>
      groups.flatMap((kinds, i): Start[] =>
        hasArc(knowledge, node, kinds) ? [{ node, kinds, weight: share * (weights[i] as number) }] : [],
      ),
    )
    .sort((a, b) => b.weight - a.weight);
}

/** Kinds of arcs, those of the same weight together. */
function kindsOf({ relations }: NeighbourQuestion): number[][] {
  const entries = Object.entries(relations) as [RelationName, number][];
  const weights = [...new Set(entries.map(([, weight]) => weight))];
  return weights.map((weight) => entries.filter(([, other]) => other === weight).map(([name]) => relation(name)));
}

function inherited(
  walk: Walk,
  node: number,
  kinds: readonly number[],
  argument: Argument,
  question: NeighbourQuestion,
  share: number,
): Finding[] {
  for (const reached of walk.climb(node, [relation('hypernym')], question.inherit)) {
    const targets = walk.step(reached.node, kinds);
    if (targets.length === 0) continue;
    const confidence = BASE_CONFIDENCE * INHERITED ** reached.depth * (0.5 + 0.5 * share);
    const finding = findingOf(walk, trail(reached), targets, argument, question.list, confidence);
    if (!finding) continue;
    walk.settle(finding.key);
    return [finding];
  }
  return [];
}

function findingOf(
  walk: Walk,
  way: readonly number[],
  targets: readonly number[],
  argument: Argument,
  list: number,
  confidence: number,
): Finding | null {
  const { knowledge } = walk;
  const named = mostKnown(knowledge, targets).flatMap((node) => {
    const name = otherName(knowledge, node, argument);
    return name === undefined ? [] : [{ node, name, isTwin: name !== knowledge.labelOf(node) }];
  });
  // "A toilet has a toilet" tells nothing: what goes by the name of the argument comes last, under another name.
  const best = named.sort((a, b) => Number(a.isTwin) - Number(b.isTwin)).slice(0, list);
  const [first] = best;
  if (!first) return null;
  return {
    answer: best.map(({ name }) => name).join(', '),
    key: list === 1 ? wordKey(normaliseName(first.name)) : nodeKey(knowledge.idOf(first.node)),
    confidence,
    path: [...way, first.node],
    support: best.map(({ node }) => node),
  };
}

/** The best known name that is not the one in the question. */
const otherName = (knowledge: KnowledgeBase, node: number, { name: asked }: Argument): string | undefined =>
  knowledge.namesOf(node).find((name) => normaliseName(name) !== asked);

/** Nodes with many ties are the ones that people know; equals keep the order of the graph. */
function mostKnown(knowledge: KnowledgeBase, nodes: readonly number[]): number[] {
  return [...nodes].sort((a, b) => knowledge.degree(b) - knowledge.degree(a));
}
