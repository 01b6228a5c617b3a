/**
 * Generated candidate sets of retrievers that rank: each gives every possible answer a score, names the best one, and the
 * next as alternatives. Scores share a part (all read the same texts), so the retrievers err together; raw confidences
 * are squeezed scores, each on a narrow scale of its own. Answers are worded in several ways.
 */
import { type Random, seededRandom } from '@vortexflow/primitives';
import type { BenchItem, BenchSet } from './bench-set.ts';
import { MEANING_KINDS, type Meaning, meanings } from './wordings.ts';

interface Ranker {
  readonly source: string;
  /** How much higher it scores right answers, in units of its noise. */
  readonly skill: number;
  /** How much it follows what all find tempting. */
  readonly shared: number;
  /** Its raw confidence: sigmoid(centre + spread * (best score - 2)). */
  readonly centre: number;
  readonly spread: number;
}

interface Recipe {
  readonly name: string;
  readonly items: number;
  readonly pool: number;
  readonly rankers: readonly Ranker[];
  /** Probability that a source words an answer in a way other than the usual one. */
  readonly variety: number;
}

const FOUR: readonly Ranker[] = [
  { source: 'words', skill: 3, shared: 0.6, centre: -0.35, spread: 0.2 },
  { source: 'dense', skill: 1.2, shared: 0.6, centre: 0.45, spread: 0.3 },
  { source: 'glove', skill: 1.8, shared: 0.6, centre: 0.8, spread: 0.5 },
  { source: 'graph', skill: 3.2, shared: 0.6, centre: -0.15, spread: 0.25 },
];

const RECIPES: readonly Recipe[] = [
  { name: 'rank-small', items: 140, pool: 24, rankers: FOUR, variety: 0 },
  {
    name: 'rank-narrow',
    items: 300,
    pool: 24,
    rankers: FOUR.map((ranker) => ({ ...ranker, spread: ranker.spread / 10 })),
    variety: 0,
  },
  { name: 'rank-large', items: 600, pool: 24, rankers: FOUR, variety: 0 },
  { name: 'rank-worded', items: 300, pool: 24, rankers: FOUR, variety: 0.5 },
  {
    name: 'equals-worded',
    items: 300,
    pool: 12,
    rankers: Array.from({ length: 6 }, (_, i) => ({
      source: `reader ${i}`,
      skill: 1.9 + 0.15 * i,
      shared: 0.6,
      centre: 0.3 * (i - 3),
      spread: 0.4,
    })),
    variety: 0.7,
  },
  { name: 'two-worded', items: 250, pool: 16, rankers: [FOUR[0]!, FOUR[3]!], variety: 0.4 },
];

/** All kinds; the same seed gives the same sets on every machine. */
export function retrievalSets(seed: number): BenchSet[] {
  return RECIPES.map((recipe, i) => cook(recipe, seededRandom(seed * 1000 + 700 + i)));
}

const ALTERNATIVES = 3;
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function cook(recipe: Recipe, random: Random): BenchSet {
  const meaningOf = new Map<string, string>();
  const aliases = new Map<string, string>();
  const items = Array.from({ length: recipe.items }, () => {
    const kind = MEANING_KINDS[Math.floor(random() * MEANING_KINDS.length)]!;
    const pool = meanings(kind, recipe.pool, random);
    for (const { id, wordings } of pool) {
      for (const wording of wordings) {
        meaningOf.set(wording, id);
        if (kind === 'alias') aliases.set(wording, id);
      }
    }
    return cookItem(recipe, pool, random);
  });
  return { name: recipe.name, labels: null, items, ...(recipe.variety > 0 && { meaningOf, aliases }) };
}

function cookItem({ rankers, variety }: Recipe, pool: readonly Meaning[], random: Random): BenchItem {
  const right = pool.slice(0, random() < 0.3 ? 2 : 1);
  const ease = 0.45 + 0.9 * random();
  const tempting = pool.map(() => normal(random));
  const word = ({ wordings }: Meaning): string =>
    random() < variety ? wordings[Math.floor(random() * wordings.length)]! : wordings[0]!;
  const candidates = rankers.map(({ source, skill, shared, centre, spread }) => {
    const scored = pool.map((meaning, i) => {
      const boost = right.includes(meaning) ? skill * ease : 0;
      return { meaning, score: boost + shared * tempting[i]! + Math.sqrt(1 - shared ** 2) * normal(random) };
    });
    const [best, ...rest] = scored.sort((a, b) => b.score - a.score);
    const confidence = 1 / (1 + Math.exp(-(centre + spread * (best!.score - 2))));
    return {
      source,
      answer: word(best!.meaning),
      confidence: round(confidence),
      alternatives: rest.slice(0, ALTERNATIVES).map(({ meaning, score }) => ({
        answer: word(meaning),
        score: round(Math.exp(0.5 * (score - best!.score))),
      })),
    };
  });
  const accepted = right.flatMap(({ wordings }) => wordings);
  return { candidates, truth: right.map((meaning) => meaning.wordings[0]!), accepted };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
