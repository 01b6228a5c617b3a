/**
 * Generated label sets: raters of every kind vote on tasks. Nobody's real votes, so that what is measured here can be
 * published and repeated; the kinds are those that real collections show: few or many votes a task, raters heard once
 * or a thousand times, good ones, guessers, ones below chance, ones that confuse two labels, votes copied from the one
 * before, tasks that mislead nearly everybody.
 */
import { type Random, seededRandom } from '@vortexflow/primitives';
import type { BenchSet } from './bench-set.ts';

interface Recipe {
  readonly name: string;
  readonly tasks: number;
  readonly labels: number;
  /** Votes a task, from and to. */
  readonly votes: readonly [number, number];
  readonly raters: number;
  /** Log-odds of being right on an ordinary task: mean and spread over raters. */
  readonly skill: readonly [number, number];
  /** Spread of a rater's log-odds over the labels, and of the tasks' difficulty. */
  readonly labelSpread?: number;
  readonly taskSpread?: number;
  /** How uneven wrong labels are: for all raters alike, and for each on its own. */
  readonly sharedConfusion?: number;
  readonly ownConfusion?: number;
  /** Shares of raters that guess, that are mostly wrong, and that are nearly always right. */
  readonly guessers?: number;
  readonly adverse?: number;
  readonly experts?: number;
  /** How uneven the labels are. */
  readonly skew?: number;
  /** 0: all raters vote equally often; 4: a few cast nearly all votes. */
  readonly tail?: number;
  /** Probability that a vote repeats the one before it. */
  readonly copying?: number;
  /** Share of tasks that mislead. */
  readonly misleading?: number;
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'many-votes',
    tasks: 110,
    labels: 2,
    votes: [39, 39],
    raters: 39,
    skill: [0.7, 0.8],
    labelSpread: 1,
    taskSpread: 1.2,
  },
  {
    name: 'mixed-crowd',
    tasks: 800,
    labels: 2,
    votes: [10, 10],
    raters: 160,
    skill: [1.2, 1],
    guessers: 0.1,
    adverse: 0.06,
    tail: 3,
    taskSpread: 0.8,
  },
  {
    name: 'sentiment',
    tasks: 1000,
    labels: 2,
    votes: [20, 20],
    raters: 85,
    skill: [1.2, 1],
    labelSpread: 0.6,
    tail: 2,
    taskSpread: 1,
  },
  {
    name: 'grades',
    tasks: 2000,
    labels: 4,
    votes: [4, 9],
    raters: 250,
    skill: [0.5, 0.7],
    labelSpread: 0.6,
    sharedConfusion: 1.2,
    ownConfusion: 0.5,
    tail: 3,
    taskSpread: 1,
  },
  {
    name: 'relevance',
    tasks: 2000,
    labels: 5,
    votes: [4, 7],
    raters: 170,
    skill: [0.4, 1],
    labelSpread: 0.7,
    sharedConfusion: 1.3,
    ownConfusion: 0.5,
    guessers: 0.15,
    tail: 4,
    taskSpread: 0.8,
  },
  {
    name: 'few-votes',
    tasks: 500,
    labels: 3,
    votes: [2, 4],
    raters: 60,
    skill: [0.8, 0.8],
    labelSpread: 0.5,
    adverse: 0.08,
    guessers: 0.1,
    tail: 2,
    taskSpread: 0.5,
  },
  {
    name: 'rare-label',
    tasks: 4000,
    labels: 2,
    votes: [3, 3],
    raters: 170,
    skill: [1.8, 1],
    labelSpread: 1,
    skew: 1,
    tail: 4,
    taskSpread: 1,
  },
  {
    name: 'copied-votes',
    tasks: 600,
    labels: 3,
    votes: [6, 6],
    raters: 20,
    skill: [0.8, 0.6],
    copying: 0.4,
    taskSpread: 0.7,
  },
  {
    name: 'small-rich',
    tasks: 300,
    labels: 5,
    votes: [20, 20],
    raters: 110,
    skill: [1, 0.8],
    sharedConfusion: 1,
    labelSpread: 0.5,
    guessers: 0.05,
    tail: 2,
    taskSpread: 1.2,
    skew: 0.5,
  },
  {
    name: 'small-sparse',
    tasks: 300,
    labels: 5,
    votes: [5, 7],
    raters: 460,
    skill: [1.2, 0.8],
    sharedConfusion: 1,
    tail: 2,
    taskSpread: 1.2,
    skew: 0.5,
  },
  {
    name: 'two-experts',
    tasks: 400,
    labels: 4,
    votes: [5, 5],
    raters: 15,
    skill: [0.2, 0.5],
    experts: 0.15,
    sharedConfusion: 0.7,
  },
  {
    name: 'eight-labels',
    tasks: 1500,
    labels: 8,
    votes: [2, 5],
    raters: 30,
    skill: [1, 0.8],
    sharedConfusion: 1.5,
    ownConfusion: 0.5,
    labelSpread: 0.5,
  },
  { name: 'misleading', tasks: 500, labels: 2, votes: [7, 7], raters: 7, skill: [1, 0.7], misleading: 0.25 },
  {
    name: 'poor-crowd',
    tasks: 3000,
    labels: 2,
    votes: [2, 8],
    raters: 500,
    skill: [0.3, 0.9],
    labelSpread: 0.8,
    guessers: 0.2,
    adverse: 0.05,
    tail: 4,
    taskSpread: 0.8,
  },
  { name: 'easy', tasks: 300, labels: 4, votes: [5, 9], raters: 80, skill: [2.5, 0.5], taskSpread: 1 },
];

/** All kinds; the same seed gives the same sets on every machine. */
export function labelSets(seed: number): BenchSet[] {
  return RECIPES.map((recipe, i) => cook(recipe, seededRandom(seed * 1000 + i)));
}

interface Rater {
  readonly kind: 'ordinary' | 'guesser' | 'adverse' | 'expert';
  readonly skill: number;
  readonly byLabel: readonly number[];
  readonly confusion: readonly (readonly number[])[];
  readonly favourites: readonly number[];
  readonly activity: number;
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

function pick(random: Random, weights: readonly number[]): number {
  let left = random() * weights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function cook(recipe: Recipe, random: Random): BenchSet {
  const { labels: k, sharedConfusion = 0, skew = 0 } = recipe;
  const prior = times(k, () => Math.exp(skew * normal(random)));
  const shared = times(k, () => times(k, () => Math.exp(sharedConfusion * normal(random))));
  const raters = times(recipe.raters, () => makeRater(recipe, shared, random));
  const activity = raters.map((rater) => rater.activity);
  const items = times(recipe.tasks, () => {
    const truth = pick(random, prior);
    const votes = castVotes(recipe, raters, activity, truth, random);
    return {
      candidates: votes.map(([rater, label]) => ({ source: `r${rater}`, answer: `L${label}`, confidence: null })),
      truth: [`L${truth}`],
    };
  });
  return { name: recipe.name, labels: times(k, (l) => `L${l}`), items };
}

function makeRater(recipe: Recipe, shared: readonly (readonly number[])[], random: Random): Rater {
  const { guessers = 0, adverse = 0, experts = 0, labelSpread = 0, ownConfusion = 0, tail = 0, labels } = recipe;
  const kinds = ['guesser', 'adverse', 'expert', 'ordinary'] as const;
  const kind = kinds[pick(random, [guessers, adverse, experts, 1 - guessers - adverse - experts])]!;
  const ordinary = recipe.skill[0] + recipe.skill[1] * normal(random);
  return {
    kind,
    skill: kind === 'expert' ? 4 : kind === 'adverse' ? -1.2 : ordinary,
    byLabel: times(labels, () => labelSpread * normal(random)),
    confusion: shared.map((row) => row.map((weight) => weight * Math.exp(ownConfusion * normal(random)))),
    favourites: times(labels, () => Math.exp(1.5 * normal(random))),
    activity: random() ** tail,
  };
}

function castVotes(
  { labels, votes, taskSpread = 0, misleading = 0, copying = 0 }: Recipe,
  raters: readonly Rater[],
  activity: readonly number[],
  truth: number,
  random: Random,
): [rater: number, label: number][] {
  const ease = taskSpread * normal(random);
  const lure = random() < misleading ? (truth + 1 + Math.floor(random() * (labels - 1))) % labels : null;
  const count = Math.min(raters.length, votes[0] + Math.floor(random() * (votes[1] - votes[0] + 1)));
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(pick(random, activity));
  const cast: [number, number][] = [];
  for (const rater of chosen) {
    const last = cast.at(-1);
    const copies = last !== undefined && random() < copying;
    cast.push([rater, copies ? last[1] : vote(raters[rater]!, truth, ease, lure, random)]);
  }
  return cast;
}

function vote(rater: Rater, truth: number, ease: number, lure: number | null, random: Random): number {
  if (rater.kind === 'guesser') return pick(random, rater.favourites);
  const misled = lure !== null && rater.kind !== 'expert';
  const right = logistic(rater.skill + rater.byLabel[truth]! + ease) * (misled ? 0.35 : 1);
  if (random() < right) return truth;
  if (misled && random() < 0.7) return lure;
  return pick(
    random,
    rater.confusion[truth]!.map((weight, label) => (label === truth ? 0 : weight)),
  );
}
