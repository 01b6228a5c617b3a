/** Which words mean something else when they are capitalised, as far as the knowledge has names. */
import { type KnowledgeBase, normaliseName } from '@vortexflow/knowledge';
import type { CaseMatters } from './question-key.ts';

/** Words remembered; then all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** True for words by which the knowledge has a capitalised name: "Polish", "Turkey". Remembers what it found. */
export function capitalised(knowledge: KnowledgeBase): CaseMatters {
  const remembered = new Map<string, boolean>();
  let changes = knowledge.changes;
  return (word) => {
    if (remembered.size >= MOST_REMEMBERED || changes !== knowledge.changes) remembered.clear();
    changes = knowledge.changes;
    let matters = remembered.get(word);
    if (matters === undefined) remembered.set(word, (matters = hasCapitals(knowledge, word)));
    return matters;
  };
}

function hasCapitals(knowledge: KnowledgeBase, word: string): boolean {
  const normal = normaliseName(word);
  return knowledge
    .senses(normal)
    .some(({ node }) =>
      knowledge.namesOf(node).some((name) => name !== name.toLowerCase() && normaliseName(name) === normal),
    );
}
