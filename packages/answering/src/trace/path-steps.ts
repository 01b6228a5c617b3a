/** A path with the names of its relations. */
import { type KnowledgeBase, RELATION_NAMES } from '@vortexflow/knowledge';
import type { ProcessResponse } from '@vortexflow/protocol';

type Steps = NonNullable<ProcessResponse['path_steps']>;

/** Relations most worth naming come first in the table; of several arcs between two nodes the first one counts. */
export function pathSteps(knowledge: KnowledgeBase, path: readonly string[]): Steps {
  return path.slice(1).map((to, i) => {
    const from = path[i] as string;
    return { from, relation: relationBetween(knowledge, from, to), to };
  });
}

function relationBetween(knowledge: KnowledgeBase, from: string, to: string): string | null {
  const [source, target] = [knowledge.indexOf(from), knowledge.indexOf(to)];
  if (!knowledge.has(source) || !knowledge.has(target)) return null;
  let first = Infinity;
  knowledge.forEachArc(source, (node, kind) => {
    if (node === target && kind < first) first = kind;
  });
  return RELATION_NAMES[first] ?? null;
}
