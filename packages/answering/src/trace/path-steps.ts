/** A path with the names of its relations, and where they stand written. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { PathStep } from '@vortexflow/protocol';

/**
 * Relations most worth naming come first in the table; of several arcs between two nodes the first one counts.
 *
 * @param mentions steps that the reasoner found in texts: they count where the graph has no arc
 */
export function pathSteps(
  knowledge: KnowledgeBase,
  path: readonly string[],
  mentions: readonly PathStep[] = [],
): PathStep[] {
  return path.slice(1).map((to, i) => {
    const from = path[i] as string;
    const found = mentions.find((step) => step.from === from && step.to === to);
    return arcBetween(knowledge, from, to) ?? found ?? { from, relation: null, to };
  });
}

function arcBetween(knowledge: KnowledgeBase, from: string, to: string): PathStep | null {
  const [source, target] = [knowledge.indexOf(from), knowledge.indexOf(to)];
  if (!knowledge.has(source) || !knowledge.has(target)) return null;
  let first = Infinity;
  knowledge.forEachArc(source, (node, kind) => {
    if (node === target && kind < first) first = kind;
  });
  if (first === Infinity) return null;
  const sentence = knowledge.edgeSource(source, target, first)?.text;
  return { from, relation: knowledge.relations.nameOf(first), to, ...(sentence && { sentence }) };
}
