/** How two things are connected: the cheapest way between their likeliest meanings. */
import { shortestPath } from '@vortexflow/graph';
import { RELATION_NAMES, type RelationName } from '@vortexflow/knowledge';
import type { Interpretation } from '../../understanding/intents.ts';
import { weighSenses } from '../senses.ts';
import type { Findings } from './finding.ts';
import type { Walk } from './walk.ts';

/**
 * What a step costs. Without prices the shortest way is comic (coffee, coffee bean, seed, fruit, fruiterer, United
 * Kingdom, tea): steps between kinds are cheap, steps through topics and regions dear.
 */
const PRICES: Partial<Readonly<Record<RelationName, number>>> = {
  hypernym: 1,
  hyponym: 1,
  instance_of: 1,
  instance: 1.4,
  links: 1,
  linked_from: 1,
  contains: 1,
  contained_in: 1,
  part: 1.5,
  part_of: 1.5,
  member: 1.7,
  member_of: 1.7,
  substance: 1.7,
  substance_of: 1.7,
  antonym: 2,
  similar: 1.5,
  derivation: 2,
  in_domain: 5,
  domain_of: 5,
};
const OTHER_PRICE = 2.5;
const COSTS = RELATION_NAMES.map((name) => PRICES[name] ?? OTHER_PRICE);

/** Price of an arc of a kind, for ways that make sense to people. */
export const relationCost = (kind: number): number => COSTS[kind] ?? OTHER_PRICE;

const MAX_SETTLED = 20_000;

export function solveRelation(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [left, right] = args;
  if (!left || !right) return [];
  const { knowledge } = walk;
  const from = weighSenses(knowledge, left)[0];
  const to = weighSenses(knowledge, right)[0];
  if (!from || !to) return [];
  const path = shortestPath(knowledge, from.node, to.node, {
    cost: relationCost,
    inverse: (kind) => knowledge.relations.inverseOf(kind),
    maxSettled: MAX_SETTLED,
  });
  if (!path) return [];
  for (const _ of path.nodes) walk.visit();
  const key = `path:${path.nodes.map((node) => knowledge.idOf(node)).join(' ')}`;
  walk.settle(key);
  const answer = path.nodes.map((node) => knowledge.labelOf(node)).join(' – ');
  return [{ answer, key, confidence: 0.9 * Math.exp(-0.08 * path.cost), path: path.nodes }];
}
