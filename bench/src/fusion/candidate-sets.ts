/**
 * Generated candidate sets: a few retrievers with raw confidences answer open questions, some of which have two right
 * answers. Their confidences say something, but each on a scale of its own; they err together, as they read the same texts.
 */
import { type Random, seededRandom } from '@vortexflow/primitives';
import type { BenchSet } from './bench-set.ts';

interface Retriever {
  readonly source: string;
  /** Probability of naming a right answer, 0..1. */
  readonly right: number;
  /** How much higher the raw confidence is when the answer is right, and where it lies otherwise, in log-odds. */
  readonly tells: number;
  readonly centre: number;
  /** Probability of taking over what the one before says. */
  readonly follows?: number;
  readonly abstains?: number;
}

interface Recipe {
  readonly name: string;
  readonly items: number;
  /** Wrong answers that tempt on an item. */
  readonly wrong: number;
  readonly retrievers: readonly Retriever[];
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'two-good-two-poor',
    items: 160,
    wrong: 12,
    retrievers: [
      { source: 'words', right: 0.78, tells: 0.8, centre: -0.6 },
      { source: 'graph', right: 0.82, tells: 1, centre: -0.8, follows: 0.2 },
      { source: 'dense', right: 0.4, tells: 0.6, centre: 0.6 },
      { source: 'glove', right: 0.5, tells: 0.5, centre: 0.8 },
    ],
  },
  {
    name: 'followers',
    items: 300,
    wrong: 6,
    retrievers: [
      { source: 'a', right: 0.75, tells: 1, centre: 0 },
      { source: 'b', right: 0.6, tells: 0.5, centre: 1 },
      { source: 'c', right: 0.6, tells: 0.5, centre: 1, follows: 0.7 },
      { source: 'd', right: 0.65, tells: 1.5, centre: -1, abstains: 0.3 },
    ],
  },
  {
    name: 'two-reasoners',
    items: 250,
    wrong: 8,
    retrievers: [
      { source: 'asi', right: 0.7, tells: 1.2, centre: 0.3 },
      { source: 'flux', right: 0.74, tells: 1, centre: 0.8, abstains: 0.2 },
    ],
  },
  {
    name: 'ten-models',
    items: 600,
    wrong: 4,
    retrievers: Array.from({ length: 10 }, (_, i) => ({
      source: `model ${i}`,
      right: 0.4 + 0.03 * i,
      tells: 0.4 + 0.1 * (i % 5),
      centre: 1 - 0.2 * i,
      follows: i % 3 === 2 ? 0.5 : 0,
    })),
  },
];

/** All kinds; the same seed gives the same sets on every machine. */
export function candidateSets(seed: number): BenchSet[] {
  return RECIPES.map((recipe, i) => cook(recipe, seededRandom(seed * 1000 + 500 + i)));
}

function cook({ name, items, wrong, retrievers }: Recipe, random: Random): BenchSet {
  const made = Array.from({ length: items }, (_, item) => {
    const truth = [`right ${item}`, ...(random() < 0.3 ? [`also right ${item}`] : [])];
    // The first few tempt most: that is how sources agree on what is wrong.
    const tempting = (): string => `wrong ${item} ${Math.floor(wrong * random() ** 2)}`;
    let last: string | null = null;
    const candidates = retrievers.map((retriever) => {
      const isRight = random() < retriever.right;
      const own = isRight ? truth[Math.floor(random() * truth.length)]! : tempting();
      const answer: string = last !== null && random() < (retriever.follows ?? 0) ? last : own;
      const confidence = rawConfidence(retriever, truth.includes(answer), random);
      if (random() < (retriever.abstains ?? 0)) return { source: retriever.source, answer: null, confidence: null };
      last = answer;
      return { source: retriever.source, answer, confidence };
    });
    return { candidates, truth };
  });
  return { name, labels: null, items: made };
}

function rawConfidence({ tells, centre }: Retriever, right: boolean, random: Random): number {
  const noise = 2 * (random() + random() + random() - 1.5);
  return Math.round(1e4 / (1 + Math.exp(-(centre + (right ? tells : 0) + noise)))) / 1e4;
}
