/** What something is: the gloss of the likeliest meaning, with the way up to what it is a kind of. */
import type { Interpretation } from '../../understanding/intents.ts';
import { nodeKey } from '../contract.ts';
import { describeWithNoun, nounFirst, UPWARD, weighSenses } from '../senses.ts';
import type { Findings } from './finding.ts';
import type { Walk } from './walk.ts';

const PATH_LENGTH = 4;

export function solveDefinition(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [argument] = args;
  if (!argument) return [];
  const { knowledge } = walk;
  const senses = weighSenses(knowledge, argument)
    .map(({ node, share }) => ({ node, weight: share * nounFirst(knowledge, node, argument) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 6);
  return senses.map(({ node, weight }) => {
    walk.settle(knowledge.idOf(senses[0]?.node ?? node));
    return {
      answer: describeWithNoun(knowledge, node, argument),
      key: nodeKey(knowledge.idOf(node)),
      confidence: 0.98 * (0.75 + 0.25 * Math.sqrt(weight)),
      path: wayUp(walk, node),
      support: [node],
    };
  });
}

function wayUp(walk: Walk, start: number): number[] {
  const path = [start];
  while (path.length < PATH_LENGTH) {
    const [next] = walk.step(path.at(-1) as number, UPWARD);
    if (next === undefined || path.includes(next)) break;
    path.push(next);
  }
  return path;
}
