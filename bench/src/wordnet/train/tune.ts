/**
 * Two numbers that only phrasings left out of the training can tell: how much more the rules count than the training
 * believes (other features overfit, the rules do not), and the temperature at which probabilities are honest.
 */
import { type IntentModel, LABELS, labelNumber, type ModelData, type Score } from '@vortexflow/answering/internal';
import type { Example } from './examples.ts';

/** A question as a model scores it that never saw its phrasing. */
export interface Tried {
  readonly example: Example;
  readonly scores: readonly Score[];
  readonly rights: readonly boolean[];
}

export interface Tuning {
  readonly bonus: number;
  readonly temperature: number;
  /** Mean negative log-probability of the right choices. */
  readonly loss: number;
}

export function tryOut(model: IntentModel, example: Example): Tried {
  const scores = model.score(example.observe(model.familiar));
  return { example, scores, rights: scores.map(({ candidate, label }) => example.accepts(candidate, label)) };
}

const BONUSES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3];
const TEMPERATURES = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2];
/** Of a question whose right reading is not among the candidates. */
const WORST = 1e-3;

/** The pair with the least log-loss. */
export function tune(tried: readonly Tried[]): Tuning {
  let best: Tuning = { bonus: 0, temperature: 1, loss: Infinity };
  for (const bonus of BONUSES) {
    for (const temperature of TEMPERATURES) {
      const loss = meanLoss(tried, bonus, temperature);
      if (loss < best.loss) best = { bonus, temperature, loss };
    }
  }
  return best;
}

function meanLoss(tried: readonly Tried[], bonus: number, temperature: number): number {
  let sum = 0;
  for (const one of tried) {
    const probabilities = probabilitiesOf(one, bonus, temperature);
    const right = probabilities.reduce((total, p, i) => total + (one.rights[i] ? p : 0), 0);
    sum -= Math.log(Math.max(right, WORST));
  }
  return sum / tried.length;
}

function probabilitiesOf({ scores }: Tried, bonus: number, temperature: number): number[] {
  const values = scores.map(({ score, isRuled }) => (score + (isRuled ? bonus : 0)) / temperature);
  const top = Math.max(...values);
  const exps = values.map((value) => Math.exp(value - top));
  const total = exps.reduce((sum, value) => sum + value, 0);
  return exps.map((value) => value / total);
}

function bestOf(one: Tried, { bonus, temperature }: Tuning): { at: number; probability: number } {
  const probabilities = probabilitiesOf(one, bonus, temperature);
  const probability = Math.max(...probabilities);
  return { at: probabilities.indexOf(probability), probability };
}

export const isRight = (one: Tried, tuning: Tuning): boolean => one.rights[bestOf(one, tuning).at] ?? false;

/** One line for people. */
export function describe(one: Tried, tuning: Tuning): string {
  const { at, probability } = bestOf(one, tuning);
  const { example, scores } = one;
  const choice = scores[at];
  const names = choice?.candidate.spans.map(({ text }) => text).join(' + ') ?? '';
  const rules = example.ruledRight ? 'right' : 'wrong';
  return `${example.section} | ${example.question} | ${choice?.label} ${names} ${probability.toFixed(2)} | rules ${rules}`;
}

/** The weights with both numbers worked in. */
export function tuned({ frames, weights }: ModelData, { bonus, temperature }: Tuning): ModelData {
  const found: Record<string, number[]> = {};
  const rules = new Set(['R1', 'R.6', 'R0']);
  for (const feature of [...Object.keys(weights), ...rules].toSorted()) {
    const row = new Map<number, number>();
    const old = weights[feature] ?? [];
    for (let i = 0; i < old.length; i += 2) row.set(old[i] as number, old[i + 1] as number);
    if (rules.has(feature)) {
      for (const label of LABELS) row.set(labelNumber(label), (row.get(labelNumber(label)) ?? 0) + 100 * bonus);
    }
    found[feature] = [...row].flatMap(([label, weight]) => [label, Math.round(weight / temperature)]);
  }
  return { frames, weights: found };
}
