/** Yes-or-no questions about a relation: "Is hot the opposite of cold?", "Is a wheel part of a car?" */
import { normaliseName, relation } from '@vortexflow/knowledge';
import type { Argument, Intent, Interpretation } from '../../understanding/intents.ts';
import { UPWARD, weighSenses } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import { isNeighbourIntent, solveNeighbours } from './neighbours.ts';
import { trail, type Walk } from './walk.ts';
import { solveAntonym, solveSynonym } from './words.ts';

/** The same relation seen from its other end: a car may know its engine although no engine knows its cars. */
const CONVERSE: Partial<Readonly<Record<Intent, Intent>>> = {
  parts: 'whole',
  whole: 'parts',
  members: 'group',
  group: 'members',
  consequence: 'cause',
  cause: 'consequence',
};
const GOAL_SENSES = 3;

/** Follows the relation from either argument and looks for the other at its end. */
export function verify(walk: Walk, interpretation: Interpretation): Findings {
  const [first, second] = interpretation.arguments;
  if (!first || !second || second.name === null || first.name === null) return [];
  const { intent } = interpretation;
  const findings = follow(walk, interpretation, intent, first);
  const converse = CONVERSE[intent];
  const match =
    firstMatch(walk, findings, second) ??
    (converse ? firstMatch(walk, follow(walk, interpretation, converse, second), first)?.toReversed() : undefined);
  walk.settle(match ? 'yes' : 'no');
  if (match) {
    const { confidence } = findings[0] ?? { confidence: FROM_CONVERSE };
    return [{ answer: `Yes: ${namesOf(walk, match)}.`, key: 'yes', confidence, path: match }];
  }
  return [refusal(first, second, findings[0])];
}

const FROM_CONVERSE = 0.9;

/** Parts and causes are far from complete in any dictionary: not finding one proves little. */
function refusal({ name: from }: Argument, { name: to }: Argument, best: Finding | undefined): Finding {
  const known = best ? `; what is known is ${best.answer.split(', ').slice(0, 3).join(', ')}` : '';
  const answer = `No: nothing leads from ${from} to ${to}${known}.`;
  return { answer, key: 'no', confidence: best ? 0.7 : 0.5, path: best?.path ?? [] };
}

function follow(walk: Walk, interpretation: Interpretation, intent: Intent, start: Argument): Findings {
  const question = { ...interpretation, intent, arguments: [start], verify: false };
  if (intent === 'antonym') return solveAntonym(walk, question);
  if (intent === 'synonym') return solveSynonym(walk, question);
  return isNeighbourIntent(intent) ? solveNeighbours(walk, question, true) : [];
}

/** The way along the first finding that comes to the goal, at most one arc of another kind behind its end. */
function firstMatch(walk: Walk, findings: Findings, goal: Argument): number[] | undefined {
  const goals = weighSenses(walk.knowledge, goal).slice(0, GOAL_SENSES);
  for (const { path, support } of findings) {
    for (const end of new Set([path.at(-1) as number, ...(support ?? [])])) {
      const rest = wayToGoal(walk, end, goal, new Set(goals.map(({ node }) => node)));
      if (rest) return path.length === 1 ? rest : [...path.slice(0, -1), ...rest];
    }
  }
  return undefined;
}

function wayToGoal(walk: Walk, end: number, goal: Argument, senses: ReadonlySet<number>): number[] | null {
  const isNamed = (node: number): boolean =>
    walk.knowledge.namesOf(node).some((name) => normaliseName(name) === goal.name);
  if (isNamed(end)) return [end];
  // A car has an automobile engine, which is an engine.
  const above = walk.climb(end, UPWARD).find(({ node }) => senses.has(node));
  if (above) return trail(above);
  // A wheel is part of a wheeled vehicle, and a car is one.
  for (const sense of senses) {
    const below = walk.climb(sense, UPWARD).find(({ node }) => node === end);
    if (below) return trail(below).toReversed();
  }
  // To murder causes to die, which is named death as a thing.
  const derived = walk.step(end, [relation('derivation')]).find(isNamed);
  return derived === undefined ? null : [end, derived];
}

/** Of a single node its names: "big, large" says why two words mean the same. */
const namesOf = (walk: Walk, path: readonly number[]): string =>
  path.length === 1
    ? walk.knowledge.namesOf(path[0] as number).join(', ')
    : path.map((node) => walk.knowledge.labelOf(node)).join(' → ');
