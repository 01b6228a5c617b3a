/**
 * Learns the weights of the evidence ranker: a softmax over the candidates of each step, whose gradient asks for all
 * mass on passages that are still missing. Steps come from the right passages in order first, then from the ranker's own
 * choices (DAgger: Ross, Gordon, Bagnell 2011), so that it learns to go on after a wrong one.
 */
import {
  dot,
  EFFORTS,
  EvidenceRanker,
  FEATURE_NAMES,
  readQuery,
  STEP_FEATURE_NAMES,
} from '@vortexflow/answering/internal';
import type { GoldQuestion, QuestionSet } from './data.ts';

const WIDTH = FEATURE_NAMES.length + STEP_FEATURE_NAMES.length;
const STEPS = 8;
const PASSES = 250;
const RATE = 0.1;
const ROUNDS = 3;
/** Strength of the pull of Platt's scaling to zero, in observations. */
const PRIOR = 1;
/** Strength of the pull of all weights to zero. */
const SHRINK = 0.003;

/** A question of a set, to be asked again and again. */
export interface Exercise {
  readonly set: QuestionSet;
  readonly question: GoldQuestion;
}

export interface Learned {
  readonly weights: readonly number[];
  readonly calibration: { readonly slope: number; readonly offset: number };
}

interface Step {
  /** Rows of features, one behind the other. */
  readonly table: Float64Array;
  readonly right: readonly boolean[];
  /** How much it counts; the sets count the same, however large. */
  readonly weight: number;
}

/** Asks the walk; the same question twice gives the same candidates. */
function start({ set, question }: Exercise) {
  return new EvidenceRanker(set.index).select(readQuery(set.index, question.text), EFFORTS.Balanced)?.selection ?? null;
}

/** Learns from exercises of one or more sets. Deterministic. */
export function learn(exercises: readonly Exercise[]): Learned {
  const sizes = new Map<QuestionSet, number>();
  for (const { set } of exercises) sizes.set(set, (sizes.get(set) ?? 0) + 1);
  const weightOf = ({ set }: Exercise): number => exercises.length / sizes.size / sizes.get(set)!;
  const steps = exercises.flatMap((exercise) => guided(exercise, weightOf(exercise)));
  let weights = fit(steps);
  for (let round = 1; round < ROUNDS; round++) {
    for (const exercise of exercises) steps.push(...choose(exercise, weights, weightOf(exercise)).steps);
    weights = fit(steps);
  }
  return { weights, calibration: calibrate(exercises, weights) };
}

/** Steps in which every choice before was right. */
function guided(exercise: Exercise, weight: number): Step[] {
  const selection = start(exercise);
  if (!selection) return [];
  const { candidates } = selection;
  const left = new Set(exercise.question.gold.filter((passage) => candidates.includes(passage)));
  const steps: Step[] = [];
  for (const passage of Array.from(left)) {
    steps.push(stepOf(selection, left, weight));
    left.delete(passage);
    selection.choose(candidates.indexOf(passage));
  }
  return steps;
}

/** The ranker's own choices, and the steps that they were. */
export function choose(exercise: Exercise, weights: readonly number[], weight = 1, many = STEPS) {
  const selection = start(exercise);
  const chosen: { readonly passage: number; readonly score: number }[] = [];
  const steps: Step[] = [];
  if (!selection) return { chosen, steps };
  const { candidates } = selection;
  const left = new Set(exercise.question.gold.filter((passage) => candidates.includes(passage)));
  while (chosen.length < many && chosen.length < candidates.length) {
    if (left.size > 0) steps.push(stepOf(selection, left, weight));
    let [best, bestScore] = [-1, -Infinity];
    for (let place = 0; place < candidates.length; place++) {
      const score = selection.isChosen(place) ? -Infinity : dot(selection.row(place), weights);
      if (score > bestScore) [best, bestScore] = [place, score];
    }
    const passage = candidates[best]!;
    chosen.push({ passage, score: bestScore });
    left.delete(passage);
    selection.choose(best);
  }
  return { chosen, steps };
}

function stepOf(selection: NonNullable<ReturnType<typeof start>>, left: ReadonlySet<number>, weight: number): Step {
  const rows: Float64Array[] = [];
  const right: boolean[] = [];
  selection.candidates.forEach((passage, place) => {
    if (selection.isChosen(place)) return;
    rows.push(selection.row(place));
    right.push(left.has(passage));
  });
  const table = new Float64Array(rows.length * WIDTH);
  rows.forEach((row, at) => table.set(row, at * WIDTH));
  return { table, right, weight };
}

/** Adam (Kingma and Ba 2015) on the mean log-likelihood, with a pull to zero. */
function fit(steps: readonly Step[]): number[] {
  const weights = Array.from({ length: WIDTH }, () => 0);
  const mean = new Float64Array(WIDTH);
  const square = new Float64Array(WIDTH);
  const total = steps.reduce((sum, { weight }) => sum + weight, 0);
  for (let pass = 1; pass <= PASSES; pass++) {
    const gradient = gradientOf(steps, weights);
    for (let k = 0; k < WIDTH; k++) {
      const slope = gradient[k]! / total - SHRINK * weights[k]!;
      mean[k] = 0.9 * mean[k]! + 0.1 * slope;
      square[k] = 0.99 * square[k]! + 0.01 * slope ** 2;
      weights[k]! += (RATE * (mean[k]! / (1 - 0.9 ** pass))) / (Math.sqrt(square[k]! / (1 - 0.99 ** pass)) + 1e-6);
    }
  }
  return weights;
}

function gradientOf(steps: readonly Step[], weights: readonly number[]): Float64Array {
  const gradient = new Float64Array(WIDTH);
  const w = Float64Array.from(weights);
  for (const { table, right, weight } of steps) {
    const many = right.length;
    const shares = new Float64Array(many);
    let most = -Infinity;
    for (let row = 0; row < many; row++) {
      let score = 0;
      for (let k = 0, at = row * WIDTH; k < WIDTH; k++, at++) score += table[at]! * w[k]!;
      shares[row] = score;
      if (score > most) most = score;
    }
    let [all, good] = [0, 0];
    for (let row = 0; row < many; row++) {
      const share = Math.exp(shares[row]! - most);
      shares[row] = share;
      all += share;
      if (right[row]) good += share;
    }
    for (let row = 0; row < many; row++) {
      const pull = weight * ((right[row] && good > 0 ? shares[row]! / good : 0) - shares[row]! / all);
      if (Math.abs(pull) < 1e-6) continue;
      for (let k = 0, at = row * WIDTH; k < WIDTH; k++, at++) gradient[k]! += pull * table[at]!;
    }
  }
  return gradient;
}

/** Platt's scaling of the scores with which passages are chosen. */
function calibrate(exercises: readonly Exercise[], weights: readonly number[]): Learned['calibration'] {
  const pairs = exercises.flatMap((exercise) =>
    choose(exercise, weights).chosen.map(({ passage, score }) => ({
      score,
      right: exercise.question.gold.includes(passage),
    })),
  );
  // On scores of mean 0 and spread 1, where Newton's method needs no care.
  const mean = pairs.reduce((sum, { score }) => sum + score, 0) / pairs.length;
  const spread = Math.sqrt(pairs.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / pairs.length);
  let [slope, offset] = [0, 0];
  for (let pass = 0; pass < 50; pass++) {
    let [gs, go, hss, hso, hoo] = [-PRIOR * slope, -PRIOR * offset, PRIOR, 0, PRIOR];
    for (const { score, right } of pairs) {
      const at = (score - mean) / spread;
      const p = 1 / (1 + Math.exp(-(slope * at + offset)));
      const [miss, weight] = [(right ? 1 : 0) - p, p * (1 - p)];
      gs += miss * at;
      go += miss;
      hss += weight * at ** 2;
      hso += weight * at;
      hoo += weight;
    }
    const determinant = hss * hoo - hso ** 2;
    slope += (hoo * gs - hso * go) / determinant;
    offset += (hss * go - hso * gs) / determinant;
  }
  return { slope: slope / spread, offset: offset - (slope * mean) / spread };
}
