import type { KnowledgeBase } from '@vortexflow/knowledge';

/** One of each kind of reading and reasoning. */
const FORMS: readonly ((one: string, other: string) => string)[] = [
  (one) => `What is ${one}?`,
  (one, other) => `What do ${one} and ${other} have in common?`,
  (one) => `What is the opposite of ${one}?`,
  (one, other) => `Is ${one} a kind of ${other}?`,
  (one) => one,
];

/** Questions about things all over the knowledge; the same ones for the same knowledge. None about an empty one. */
export function warmUpQuestions(knowledge: KnowledgeBase, count: number): string[] {
  // Those of the image: they are never taken away.
  const { nodes } = knowledge.image.graph;
  if (nodes === 0) return [];
  const labelAt = (place: number): string => knowledge.labelOf(Math.floor((place % 1) * nodes));
  return Array.from({ length: count }, (_, i) => {
    const form = FORMS[i % FORMS.length] as (typeof FORMS)[number];
    return form(labelAt(i / count), labelAt(i / count + 0.5));
  });
}
