/** Yes-or-no questions about a relation: "Is hot the opposite of cold?", "Is a wheel part of a car?" */
import { normaliseName } from '@vortexflow/knowledge';
import type { Argument, Interpretation } from '../../understanding/intents.ts';
import { UPWARD, weighSenses } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import { isNeighbourIntent, solveNeighbours } from './neighbours.ts';
import type { Walk } from './walk.ts';
import { solveAntonym, solveSynonym } from './words.ts';

/** Follows the relation from the first argument and looks for the second at its end. */
export function verify(walk: Walk, interpretation: Interpretation): Findings {
  const [first, second] = interpretation.arguments;
  if (!first || !second || second.name === null || first.name === null) return [];
  const findings = follow(walk, { ...interpretation, arguments: [first], verify: false });
  const match = findings.find((finding) => leadsTo(walk, finding, second));
  walk.settle(match ? 'yes' : 'no');
  if (match) return [{ ...match, answer: `Yes: ${namesOf(walk, match.path)}.`, key: 'yes' }];
  const path = findings[0]?.path ?? [];
  // Parts and causes are far from complete in any dictionary: not finding one proves little.
  const confidence = findings.length > 0 ? 0.7 : 0.5;
  const known = findings[0] ? `; what is known is ${findings[0].answer}` : '';
  return [{ answer: `No: nothing leads from ${first.name} to ${second.name}${known}.`, key: 'no', confidence, path }];
}

function follow(walk: Walk, interpretation: Interpretation): Findings {
  if (interpretation.intent === 'antonym') return solveAntonym(walk, interpretation);
  if (interpretation.intent === 'synonym') return solveSynonym(walk, interpretation);
  return isNeighbourIntent(interpretation.intent) ? solveNeighbours(walk, interpretation) : [];
}

function leadsTo(walk: Walk, finding: Finding, goal: Argument): boolean {
  const ends = [finding.path.at(-1), ...(finding.support ?? [])].filter((node) => node !== undefined);
  const isNamed = (node: number): boolean =>
    walk.knowledge.namesOf(node).some((name) => normaliseName(name) === goal.name);
  if (ends.some(isNamed)) return true;
  // A wheel is part of a wheeled vehicle, and a car is one.
  const above = weighSenses(walk.knowledge, goal)
    .slice(0, 3)
    .flatMap(({ node }) => walk.climb(node, UPWARD));
  return above.some(({ node }) => ends.includes(node));
}

const namesOf = (walk: Walk, path: readonly number[]): string =>
  path.map((node) => walk.knowledge.labelOf(node)).join(' → ');
