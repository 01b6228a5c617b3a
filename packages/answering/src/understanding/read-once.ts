/** A question is read once, however many reasoners ask what it says. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Interpretation } from './intents.ts';
import { understand } from './understand.ts';

interface Latest {
  readonly text: string;
  /** See `KnowledgeBase.changes`. */
  readonly changes: number;
  readonly readings: readonly Interpretation[];
}

/** The latest question read with each knowledge. */
const latest = new WeakMap<KnowledgeBase, Latest>();

/** The readings of a question with the names that the knowledge has now; those of the latest question are kept. */
export function readingsOf(knowledge: KnowledgeBase, text: string): readonly Interpretation[] {
  const { changes } = knowledge;
  const known = latest.get(knowledge);
  if (known?.text === text && known.changes === changes) return known.readings;
  const readings = understand(text, (name) => knowledge.isName(name));
  latest.set(knowledge, { text, changes, readings });
  return readings;
}
