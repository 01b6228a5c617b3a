/** Fitting the weights: maximum likelihood of the right choices, L2, by AdaGrad (Duchi, Hazan, Singer 2011). */
import { type Label, labelNumber, LABELS, type ModelData } from '@vortexflow/answering/internal';
import { seededRandom } from '@vortexflow/primitives';
import { shuffle } from '../generate.ts';
import { type Example, frameOf, framesOf } from './examples.ts';

const EPOCHS = 9;
const RATE = 0.25;
const L2 = 2e-3;
/** A feature of fewer phrasings tells more of them than of English. */
const LEAST_TEMPLATES = 7;

interface Row {
  readonly features: readonly number[];
  readonly label: number;
  readonly right: boolean;
}

/** @returns weights for {@link IntentModel} */
export function fit(examples: readonly Example[]): ModelData {
  const frames = framesOf(new Set(examples.map(({ template }) => template)));
  const numbers = new Map<string, number>();
  const holders: Set<string>[] = [];
  const numberOf = (feature: string, template: string): number => {
    let number = numbers.get(feature);
    if (number === undefined) {
      numbers.set(feature, (number = numbers.size));
      holders.push(new Set());
    }
    holders[number]?.add(template);
    return number;
  };
  const data = examples.map((example) => rowsOf(example, frames, numberOf));
  const kept = holders.map(({ size }) => size >= LEAST_TEMPLATES);
  const weights = descend(
    data.map((rows) => rows.map((row) => ({ ...row, features: row.features.filter((feature) => kept[feature]) }))),
    numbers.size,
  );
  return {
    frames: Object.fromEntries([...frames].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    weights: packed(numbers, weights),
  };
}

function rowsOf(
  example: Example,
  frames: ReadonlyMap<string, number>,
  numberOf: (feature: string, template: string) => number,
): Row[] {
  // The words of this very phrasing would look familiar in training and never again.
  const own = frameOf(example.template);
  const familiar = (word: string): number => Math.max(0, (frames.get(word) ?? 0) - (own.has(word) ? 1 : 0));
  return example.observe(familiar).flatMap(({ candidate, features, rule }) => {
    const plain = features.map((feature) => numberOf(feature, example.template));
    return candidate.labels.map((label: Label): Row => {
      const extra = rule?.label === label ? [numberOf(rule.feature, example.template)] : [];
      return { features: [...plain, ...extra], label: labelNumber(label), right: example.accepts(candidate, label) };
    });
  });
}

/** Stochastic gradient over examples in a shuffled order; one weight for each feature and label. */
function descend(data: readonly (readonly Row[])[], features: number): Float32Array {
  const weights = new Float32Array(features * LABELS.length);
  const squares = new Float32Array(features * LABELS.length).fill(1e-6);
  const random = seededRandom(3);
  const usable = data.filter((rows) => rows.some(({ right }) => right));
  const sums = new Float32Array(weights.length);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const rows of shuffle(random, usable)) step(rows, weights, squares);
    // The mean over the later epochs wavers less than the last weights (Polyak, Juditsky 1992).
    if (epoch >= EPOCHS - AVERAGED) weights.forEach((weight, i) => (sums[i]! += weight / AVERAGED));
  }
  return sums;
}

const AVERAGED = 5;

function step(rows: readonly Row[], weights: Float32Array, squares: Float32Array): void {
  const scores = rows.map(({ features, label }) => {
    let sum = 0;
    for (const feature of features) sum += weights[feature * LABELS.length + label] as number;
    return sum;
  });
  const top = Math.max(...scores);
  const exps = scores.map((score) => Math.exp(score - top));
  const total = exps.reduce((sum, value) => sum + value, 0);
  const right = exps.reduce((sum, value, i) => sum + (rows[i]?.right ? value : 0), 0);
  rows.forEach(({ features, label, right: isRight }, i) => {
    const value = exps[i] as number;
    const gradient = value / total - (isRight ? value / right : 0);
    if (Math.abs(gradient) < 1e-4) return;
    for (const feature of features) {
      const at = feature * LABELS.length + label;
      const slope = gradient + L2 * (weights[at] as number);
      squares[at]! += slope * slope;
      weights[at]! -= (RATE * slope) / Math.sqrt(squares[at] as number);
    }
  });
}

/** Smaller weights change nothing. */
const SMALLEST = 0.08;

function packed(numbers: ReadonlyMap<string, number>, weights: Float32Array): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const [feature, number] of [...numbers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const row: number[] = [];
    for (let label = 0; label < LABELS.length; label++) {
      const weight = weights[number * LABELS.length + label] as number;
      if (Math.abs(weight) >= SMALLEST) row.push(label, Math.round(weight * 100));
    }
    if (row.length > 0) found[feature] = row;
  }
  return found;
}
