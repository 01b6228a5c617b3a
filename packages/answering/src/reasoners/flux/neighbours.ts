/** Questions that one kind of arc answers: kinds, examples, parts, members, consequences. */
import { type KnowledgeBase, normaliseName, relation, type RelationName } from '@vortexflow/knowledge';
import type { Argument, Intent, Interpretation } from '../../understanding/intents.ts';
import { baseForms } from '../../understanding/names.ts';
import { nodeKey } from '../contract.ts';
import { hasArc, weighSenses } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import { trail, type Walk } from './walk.ts';

interface NeighbourQuestion {
  /** Arcs from the argument to the answer. */
  readonly relations: readonly RelationName[];
  /** How far the answer may be inherited from what the argument is a kind of, in steps; 0: not at all. */
  readonly inherit: number;
  /** Most neighbours named in one answer. */
  readonly list: number;
}

const QUESTIONS: Partial<Readonly<Record<Intent, NeighbourQuestion>>> = {
  hypernym: { relations: ['hypernym', 'instance_of'], inherit: 0, list: 1 },
  hyponym: { relations: ['hyponym', 'instance'], inherit: 0, list: 3 },
  parts: { relations: ['part', 'substance', 'member'], inherit: 0, list: 3 },
  whole: { relations: ['part_of', 'substance_of', 'member_of'], inherit: 0, list: 2 },
  members: { relations: ['member'], inherit: 0, list: 3 },
  group: { relations: ['member_of'], inherit: 0, list: 2 },
  consequence: { relations: ['causes', 'entails'], inherit: 2, list: 2 },
  cause: { relations: ['caused_by', 'entailed_by'], inherit: 0, list: 2 },
};

const BASE_CONFIDENCE = 0.97;
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

function findNeighbours(walk: Walk, question: NeighbourQuestion, argument: Argument): Finding[] {
  const kinds = question.relations.map(relation);
  const senses = weighSenses(walk.knowledge, argument);
  const able = senses.filter(({ node }) => hasArc(walk.knowledge, node, kinds));
  const ableShare = able.reduce((sum, { share }) => sum + share, 0);
  const findings: Finding[] = [];
  for (const { node, share } of able) {
    const confidence = BASE_CONFIDENCE * (0.75 + 0.25 * Math.sqrt(share / (ableShare || 1)));
    const finding = findingOf(walk, [node], walk.step(node, kinds), argument, question.list, confidence);
    if (!finding) continue;
    walk.settle(findings[0]?.key ?? finding.key);
    findings.push(finding);
  }
  if (findings.length > 0 || question.inherit === 0) return findings;
  return senses.slice(0, 3).flatMap(({ node, share }) => inherited(walk, node, kinds, argument, question, share));
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
    key: nodeKey(knowledge.idOf(first.node)),
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
