/** Answered questions for tests, from a few words. */
import type { Random } from '@vortexflow/primitives';
import type { AnsweredItem } from './item.ts';
import type { FeedbackOrder } from './learner.ts';

/** An item in which each source gave the key; the first one's is the fused answer. `node:cold` reads "cold". */
export function itemWith(said: Readonly<Record<string, string>>, id = 'r1', confidence = 0.8): AnsweredItem {
  const entries = Object.entries(said);
  return {
    id,
    request: id,
    question: `question of ${id}`,
    opinions: entries.map(([source, answer]) => ({ source, candidate: { answer, confidence }, position: 4 })),
    texts: entries.map(([, key]) => [key, key.replace(/^\w+:/, '')] as const),
    answer: entries[0]?.[1] ?? null,
    answered: true,
    strategy: 'Ensemble',
    weightStrategy: 'ConfidenceBased',
  };
}

/** Labelled answers of two sources that are right so often; both are less sure when they are wrong. */
export function someOrders(count: number, random: Random): FeedbackOrder[] {
  return Array.from({ length: count }, (_, i) => {
    const pick = (share: number): string => (random() < share ? 'node:right' : `node:wrong${Math.floor(random() * 4)}`);
    const item = itemWith({ asi: pick(0.7), flux: pick(0.85) }, `r${i}`, 0.5 + 0.45 * random());
    return { item, verdict: { answers: ['right'] }, at: 1000 + i };
  });
}
