/**
 * Questions about the installation's own documents: activation starts at the documents that the question names, flows
 * along links and sections, and is weighed by how much of the question the reached text speaks of.
 * A small, budgeted form of personalised PageRank (Andersen, Chung, Lang 2006: push).
 */
import { relation } from '@vortexflow/knowledge';
import type { Interpretation } from '../../understanding/intents.ts';
import { nodeKey } from '../contract.ts';
import { bestSentence, countWanted } from '../evidence.ts';
import { weighSenses } from '../senses.ts';
import { contentTerms } from '../terms.ts';
import type { Finding, Findings } from './finding.ts';
import type { Walk } from './walk.ts';

const KINDS = (['links', 'linked_from', 'contains', 'contained_in'] as const).map(relation);
const DAMPING = 0.85;
const SMALLEST = 0.01;

/** Answers only when the question names a document of the installation. */
export function solveDocuments(walk: Walk, { arguments: args }: Interpretation, text: string): Findings {
  const { knowledge } = walk;
  const seeds = args.flatMap((argument) => weighSenses(knowledge, argument, (node) => knowledge.isAdded(node)));
  if (seeds.length === 0) return [];
  const wanted = contentTerms(text);
  const activation = push(
    walk,
    seeds.map(({ node }) => node),
  );
  const scored = [...activation].map(([node, amount]) => {
    const body = `${knowledge.namesOf(node).join(' ')} ${knowledge.textOf(node)}`;
    const covered = wanted.size === 0 ? 0 : countWanted(body, wanted) / wanted.size;
    return { node, covered, score: covered * (0.3 + amount) };
  });
  scored.sort((a, b) => b.score - a.score || a.node - b.node);
  const support = scored.slice(0, 12).map(({ node }) => node);
  return scored.slice(0, 3).flatMap(({ node, covered }): Finding[] => {
    const answer = bestSentence(knowledge.textOf(node), wanted);
    if (!answer || covered === 0) return [];
    walk.settle(knowledge.idOf(node));
    return [{ answer, key: nodeKey(knowledge.idOf(node)), confidence: 0.85 * covered ** 2, path: [node], support }];
  });
}

function push(walk: Walk, seeds: readonly number[]): Map<number, number> {
  const activation = new Map<number, number>();
  const queue = [...new Set(seeds)].map((node) => ({ node, amount: 1 / seeds.length }));
  for (let at = 0; at < queue.length; at++) {
    const { node, amount } = queue[at] as (typeof queue)[number];
    activation.set(node, (activation.get(node) ?? 0) + amount);
    const next = walk.step(node, KINDS);
    const share = (DAMPING * amount) / (next.length || 1);
    if (share >= SMALLEST) for (const target of next) queue.push({ node: target, amount: share });
  }
  return activation;
}
