/** Questions that one kind of arc answers: kinds, examples, parts, members, consequences. */
import { type KnowledgeBase, relation, type RelationName } from '@vortexflow/knowledge';
import type { Intent, Interpretation } from '../../understanding/intents.ts';
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
};

const BASE_CONFIDENCE = 0.92;
/** An inherited answer is right less often: not every kind has all that its kin has. */
const INHERITED = 0.75;

/** True for intents that {@link solveNeighbours} answers. */
export const isNeighbourIntent = (intent: Intent): boolean => intent in QUESTIONS;

/** Answers with the nodes at the other end of the arcs that the intent is about, the likeliest sense first. */
export function solveNeighbours(walk: Walk, { intent, arguments: args }: Interpretation): Findings {
  const question = QUESTIONS[intent];
  const [argument] = args;
  if (!question || !argument) return [];
  const kinds = question.relations.map(relation);
  const senses = weighSenses(walk.knowledge, argument);
  const able = senses.filter(({ node }) => hasArc(walk.knowledge, node, kinds));
  const ableShare = able.reduce((sum, { share }) => sum + share, 0);
  const findings: Finding[] = [];
  for (const { node, share } of able) {
    const confidence = BASE_CONFIDENCE * (0.6 + 0.4 * Math.sqrt(share / (ableShare || 1)));
    const finding = findingOf(walk, [node], walk.step(node, kinds), question.list, confidence);
    walk.settle(findings[0]?.key ?? finding.key);
    findings.push(finding);
  }
  if (findings.length > 0 || question.inherit === 0) return findings;
  return senses.slice(0, 3).flatMap(({ node, share }) => inherited(walk, node, kinds, question, share));
}

function inherited(
  walk: Walk,
  node: number,
  kinds: readonly number[],
  question: NeighbourQuestion,
  share: number,
): Finding[] {
  for (const reached of walk.climb(node, [relation('hypernym')], question.inherit)) {
    const targets = walk.step(reached.node, kinds);
    if (targets.length === 0) continue;
    const confidence = BASE_CONFIDENCE * INHERITED ** reached.depth * (0.5 + 0.5 * share);
    const finding = findingOf(walk, trail(reached), targets, question.list, confidence);
    walk.settle(finding.key);
    return [finding];
  }
  return [];
}

function findingOf(
  walk: Walk,
  way: readonly number[],
  targets: readonly number[],
  list: number,
  confidence: number,
): Finding {
  const { knowledge } = walk;
  const best = mostKnown(knowledge, targets).slice(0, list);
  const [first] = best;
  return {
    answer: best.map((target) => knowledge.labelOf(target)).join(', '),
    key: nodeKey(knowledge.idOf(first as number)),
    confidence,
    path: [...way, first as number],
    support: best,
  };
}

/** Nodes with many ties are the ones that people know; equals keep the order of the graph. */
function mostKnown(knowledge: KnowledgeBase, nodes: readonly number[]): number[] {
  return [...nodes].sort((a, b) => knowledge.degree(b) - knowledge.degree(a));
}
