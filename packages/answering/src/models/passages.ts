/** The numbered passages that models are shown and may cite: what the local reasoners found. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Evidence } from '@vortexflow/protocol';
import type { Heard } from '../explain.ts';

/** Something that can be cited; its number is its place, from 1. */
export interface Passage {
  readonly evidence: Evidence;
  /** What the model reads: more than the snippet where there is more. */
  readonly text: string;
}

/** Most characters of one passage. */
const PASSAGE_LENGTH = 1200;
/** How much of that lies before the snippet when the text is longer. */
const BEFORE_SNIPPET = 400;
const MAX_PASSAGES = 24;

/** What was found, each node once, the reasoners taking turns so that the best of each comes first. */
export function gatherPassages(heard: readonly Heard[], knowledge: KnowledgeBase): Passage[] {
  const found = new Map<string, Passage>();
  const longest = Math.max(0, ...heard.map(({ opinion }) => opinion.evidence.length));
  for (let rank = 0; rank < longest; rank++) {
    for (const { opinion } of heard) {
      const evidence = opinion.evidence[rank];
      if (!evidence || found.has(evidence.id)) continue;
      found.set(evidence.id, { evidence, text: textAround(evidence, knowledge) });
      if (found.size === MAX_PASSAGES) return [...found.values()];
    }
  }
  return [...found.values()];
}

function textAround({ id, snippet }: Evidence, knowledge: KnowledgeBase): string {
  const node = knowledge.indexOf(id);
  const text = node < 0 ? snippet : knowledge.textOf(node);
  if (text.length <= PASSAGE_LENGTH) return text || snippet;
  const place = text.indexOf(snippet.replace(/…$/, ''));
  if (place < 0) return snippet;
  const start = Math.max(0, Math.min(place - BEFORE_SNIPPET, text.length - PASSAGE_LENGTH));
  return text.slice(start, start + PASSAGE_LENGTH);
}
