/**
 * Sources judged label by label, for closed sets: a table for each source of how often it says l when k is right. This
 * is the model of Dawid and Skene ("Maximum likelihood estimation of observer error-rates using the EM algorithm",
 * 1979), with labelled truths in place of EM, and each table shrunk in two steps: towards the table of all sources, moved
 * by how much better or worse than the others the source is. How far, the data say: the strengths are those under which
 * the tables are likeliest (Dirichlet-multinomial; Minka: "Estimating a Dirichlet distribution", 2000).
 *
 * Costs O(votes + sources * K^2) to fit and O(votes * K) to read.
 */
import type { Ballot, Vote } from './ballot.ts';
import { clamp, clipConfidence, logGamma, logit, sigmoid, softmax } from './numeric.ts';
import { type ClassModel, type LabelledBallot, PRIOR_RELIABILITY } from './state.ts';

/** Where the strengths are looked for: from one label to 64. */
const STRENGTHS = [1, 2, 4, 8, 16, 32, 64];
/** The prior of the rate over all sources weighs as much as this many labels. */
const RATE_PRIOR_STRENGTH = 4;
/** Nothing that a source says is impossible. */
const LEAST_LIKELIHOOD = 0.005;

interface Counted {
  readonly source: string;
  readonly counts: Float64Array;
  hits: number;
  total: number;
}

/** @param items labelled items of this set, each with its truth; `tau` stays 1 */
export function fitClassModel(items: readonly LabelledBallot[], labelSet: string, labels: number): ClassModel {
  const counted = countVotes(items, labels);
  const rate = rateOf(counted);
  const rateStrength = strongest((a) => rateLikelihood(counted, rate, a));
  const frame = { labels, rate, rateStrength, shared: sharedTable(counted, labels, rate) };
  const bases = counted.map((source) => baseTable(frame, source));
  const tableStrength = strongest((a) => tableLikelihood(counted, bases, labels, a));
  return {
    ...frame,
    labelSet,
    prior: priorOf(items, labels),
    shared: [...frame.shared],
    tableStrength,
    tau: 1,
    sources: counted.map(({ source, counts }) => ({ source, counts: [...counts] })),
  };
}

function countVotes(items: readonly LabelledBallot[], labels: number): Counted[] {
  const bySource = new Map<string, Counted>();
  for (const { ballot, truth } of items) {
    for (const { source, answer } of ballot.votes) {
      const said = ballot.classes[answer]!;
      if (said < 0) continue;
      let counted = bySource.get(source);
      if (!counted) {
        counted = { source, counts: new Float64Array(labels * labels), hits: 0, total: 0 };
        bySource.set(source, counted);
      }
      counted.counts[truth * labels + said]! += 1;
      counted.total++;
      if (said === truth) counted.hits++;
    }
  }
  return [...bySource.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
}

function rateOf(counted: readonly Counted[]): number {
  let hits = PRIOR_RELIABILITY * RATE_PRIOR_STRENGTH;
  let total = RATE_PRIOR_STRENGTH;
  for (const source of counted) {
    hits += source.hits;
    total += source.total;
  }
  return clipConfidence(hits / total);
}

/** Each label once before the first item: no label is impossible. */
function priorOf(items: readonly LabelledBallot[], labels: number): number[] {
  const prior = Array.from({ length: labels }, () => 1 / (items.length + labels));
  for (const { truth } of items) prior[truth]! += 1 / (items.length + labels);
  return prior;
}

/** Shrunk by K labels towards the rate in the diagonal and equal shares beside it. */
function sharedTable(counted: readonly Counted[], labels: number, rate: number): Float64Array {
  const table = new Float64Array(labels * labels);
  for (const { counts } of counted) for (let i = 0; i < table.length; i++) table[i]! += counts[i]!;
  for (let k = 0; k < labels; k++) {
    const row = table.subarray(k * labels, (k + 1) * labels);
    const total = row.reduce((sum, c) => sum + c, 0);
    for (let l = 0; l < labels; l++) {
      const expected = l === k ? rate : (1 - rate) / (labels - 1);
      row[l] = (row[l]! + labels * expected) / (total + labels);
    }
  }
  return table;
}

type Frame = Pick<ClassModel, 'labels' | 'rate' | 'rateStrength'> & { readonly shared: ArrayLike<number> };

/** What is expected of a source before its own table: the shared one, its diagonal moved by the source's own rate. */
function baseTable({ labels, rate, rateStrength, shared }: Frame, source: Pick<Counted, 'hits' | 'total'>) {
  const own = clipConfidence((source.hits + rateStrength * rate) / (source.total + rateStrength));
  const shift = logit(own) - logit(rate);
  const base = new Float64Array(labels * labels);
  for (let k = 0; k < labels; k++) {
    const right = shared[k * labels + k]!;
    const moved = sigmoid(logit(clamp(right, 0.01, 0.99)) + shift);
    for (let l = 0; l < labels; l++) {
      base[k * labels + l] = l === k ? moved : ((1 - moved) * shared[k * labels + l]!) / (1 - right);
    }
  }
  return base;
}

function strongest(likelihood: (strength: number) => number): number {
  let best = STRENGTHS[0]!;
  let most = -Infinity;
  for (const strength of STRENGTHS) {
    const value = likelihood(strength);
    if (value > most) [best, most] = [strength, value];
  }
  return best;
}

function rateLikelihood(counted: readonly Counted[], rate: number, strength: number): number {
  const [right, wrong] = [strength * rate, strength * (1 - rate)];
  let sum = 0;
  for (const { hits, total } of counted) {
    sum += logGamma(strength) - logGamma(strength + total);
    sum += logGamma(right + hits) - logGamma(right) + logGamma(wrong + total - hits) - logGamma(wrong);
  }
  return sum;
}

function tableLikelihood(
  counted: readonly Counted[],
  bases: readonly Float64Array[],
  labels: number,
  strength: number,
): number {
  let sum = 0;
  counted.forEach(({ counts }, s) => {
    for (let k = 0; k < labels; k++) {
      let total = 0;
      for (let l = 0; l < labels; l++) {
        const count = counts[k * labels + l]!;
        if (count === 0) continue;
        total += count;
        const prior = strength * bases[s]![k * labels + l]!;
        sum += logGamma(prior + count) - logGamma(prior);
      }
      if (total > 0) sum += logGamma(strength) - logGamma(strength + total);
    }
  });
  return sum;
}

const tables = new WeakMap<ClassModel, Map<string, Float64Array>>();
const NEVER_HEARD = '';

/** log P(says l | truth k) of every source, made once per model; sources that are not in it share one table. */
function logTables(model: ClassModel): Map<string, Float64Array> {
  let made = tables.get(model);
  if (!made) {
    const empty = Array.from({ length: model.labels ** 2 }, () => 0);
    made = new Map(model.sources.map(({ source, counts }) => [`.${source}`, logTable(model, counts)]));
    made.set(NEVER_HEARD, logTable(model, empty));
    tables.set(model, made);
  }
  return made;
}

function logTable(model: ClassModel, counts: readonly number[]): Float64Array {
  const { labels, tableStrength } = model;
  const total = counts.reduce((sum, c) => sum + c, 0);
  let hits = 0;
  for (let k = 0; k < labels; k++) hits += counts[k * labels + k]!;
  const base = baseTable(model, { hits, total });
  const table = new Float64Array(labels * labels);
  for (let k = 0; k < labels; k++) {
    const row = counts.slice(k * labels, (k + 1) * labels);
    const seen = row.reduce((sum, c) => sum + c, 0);
    for (let l = 0; l < labels; l++) {
      const likelihood = (row[l]! + tableStrength * base[k * labels + l]!) / (seen + tableStrength);
      table[k * labels + l] = Math.log(clamp(likelihood, LEAST_LIKELIHOOD, 1 - LEAST_LIKELIHOOD));
    }
  }
  return table;
}

/** Probability of every label of the set, named or not; `null` for a ballot of another set. Sums to 1. */
export function classPosterior(ballot: Ballot, model: ClassModel | null, tau = model?.tau ?? 1): Float64Array | null {
  if (model === null || ballot.labelSet !== model.labelSet) return null;
  const score = Float64Array.from(model.prior, Math.log);
  const made = logTables(model);
  for (const vote of ballot.votes) addVote(score, vote, ballot, made, tau);
  return softmax(score);
}

function addVote(
  score: Float64Array,
  { source, answer }: Vote,
  { classes }: Ballot,
  made: ReadonlyMap<string, Float64Array>,
  tau: number,
): void {
  const said = classes[answer]!;
  if (said < 0) return;
  const table = made.get(`.${source}`) ?? made.get(NEVER_HEARD)!;
  for (let k = 0; k < score.length; k++) score[k]! += tau * table[k * score.length + said]!;
}
