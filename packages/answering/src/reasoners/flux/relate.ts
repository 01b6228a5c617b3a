/** How two things are connected: the cheapest way between their likeliest meanings. */
import { shortestPath } from '@vortexflow/graph';
import { RELATION_NAMES, type RelationName } from '@vortexflow/knowledge';
import type { Argument, Interpretation } from '../../understanding/intents.ts';
import { partOfSpeech, type WeighedSense, weighSenses } from '../senses.ts';
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

/** Meanings rarer than this are not what a question about two words has in mind. */
const USUAL_SHARE = 0.1;
const MOST_SENSES = 3;
/** What an unlikely pair of meanings costs: as much as so many steps between kinds for each factor of e. */
const UNLIKELY = 3;
/** What it costs to relate an action to a thing: a crane is a bird, but to crane is not. */
const OTHER_SPEECH = 4;

/** The cheapest way between usual meanings: "bank" and "money" meet as the bank that keeps money. */
export function solveRelation(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [left, right] = args;
  if (!left || !right) return [];
  const { knowledge } = walk;
  const inverse = (kind: number): number => knowledge.relations.inverseOf(kind);
  let best: { nodes: readonly number[]; cost: number; total: number } | null = null;
  for (const { from, to, price } of pairsOf(walk, left, right)) {
    const maxCost = best ? best.total - price : Infinity;
    if (maxCost <= 0) break;
    const options = { cost: relationCost, inverse, maxSettled: MAX_SETTLED, maxCost };
    const path = shortestPath(knowledge, from, to, options);
    if (path) best = { nodes: path.nodes, cost: path.cost, total: path.cost + price };
  }
  if (!best) return [];
  for (const _ of best.nodes) walk.visit();
  const key = `path:${best.nodes.map((node) => knowledge.idOf(node)).join(' ')}`;
  walk.settle(key);
  const answer = best.nodes.map((node) => knowledge.labelOf(node)).join(' – ');
  return [{ answer, key, confidence: 0.9 * Math.exp(-0.08 * best.cost), path: best.nodes }];
}

/** Pairs of usual meanings with what it costs to take them for the ones that are meant, the cheapest first. */
function pairsOf(walk: Walk, left: Argument, right: Argument): { from: number; to: number; price: number }[] {
  const { knowledge } = walk;
  const ends = usualSenses(walk, right);
  const pairs = usualSenses(walk, left).flatMap((from) =>
    ends.map((to) => {
      const isAlike = partOfSpeech(knowledge, from.node) === partOfSpeech(knowledge, to.node);
      const price = -UNLIKELY * Math.log(from.share * to.share) + (isAlike ? 0 : OTHER_SPEECH);
      return { from: from.node, to: to.node, price };
    }),
  );
  return pairs.sort((a, b) => a.price - b.price);
}

function usualSenses({ knowledge }: Walk, argument: Argument): WeighedSense[] {
  const senses = weighSenses(knowledge, argument);
  return senses.filter(({ share }, rank) => rank === 0 || share >= USUAL_SHARE).slice(0, MOST_SENSES);
}
