/** Questions about WordNet's own words with their right answers, the same for the same seed. */
import { type Random, seededRandom } from '@vortexflow/primitives';
import { KINDS, type Kind, type Match } from './kinds.ts';
import type { Lexicon } from './lexicon.ts';
import { type Bank, fill } from './template.ts';

export interface WordQuestion {
  readonly kind: string;
  readonly question: string;
  /** The phrasing before its slots were filled. */
  readonly template: string;
  readonly match: Match;
  /** What is right; null when the right answer is none. */
  readonly gold: readonly string[] | null;
  /** The word asked about, which an answer may repeat. */
  readonly about: string;
}

const TOTAL = KINDS.reduce((sum, { weight }) => sum + weight, 0);

/**
 * About `count` questions, of each kind its share, at least one. Phrasings take turns in a shuffled order, so that all
 * of them are used before one comes again.
 */
export function generate(lexicon: Lexicon, bank: Bank, seed: number, count: number): WordQuestion[] {
  const random = seededRandom(seed);
  return KINDS.flatMap((kind) => {
    const size = Math.max(1, Math.round((kind.weight / TOTAL) * count));
    const templates = shuffle(
      random,
      kind.sections.flatMap((section) => bank.get(section) ?? []),
    );
    return Array.from({ length: size }, (_, i) =>
      one(lexicon, random, kind, templates[i % templates.length] as string),
    );
  });
}

function one(lexicon: Lexicon, random: Random, kind: Kind, template: string): WordQuestion {
  const { fillers, gold } = kind.make(lexicon, random);
  const question = fill(template, fillers);
  return { kind: kind.id, question, template, match: kind.match, gold, about: fillers.x ?? '' };
}

/** The values in another order. */
export function shuffle<T>(random: Random, values: readonly T[]): T[] {
  const shuffled = [...values];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
