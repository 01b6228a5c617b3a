/**
 * Stacked generalisation: a logistic regression, trained on labelled items, judges each answer from what the simpler
 * algorithms make of it and from who named it. Wolpert: "Stacked generalization", 1992; Ting and Witten: "Issues in
 * stacked generalization", 1999. Under 50 labelled items it is Bayes, and says so.
 */
import { defineAlgorithm } from '../algorithm.ts';
import { type Column, fitLogistic } from '../logistic.ts';
import { clamp, logit, sigmoid } from '../numeric.ts';
import type { Distribution, Panel } from '../panel.ts';
import type { StackingModel } from '../state.ts';
import { bayesianPosterior } from './bayesian-average.ts';
import { linearPool } from './weighted-average.ts';

/** Sources with columns of their own: with more, the fit gets slow and each column sees too little. */
export const MOST_SLOTS = 8;
/** Features are bounded logits, so that one certain row cannot bend the fit. */
const EDGE = 1e-3;
/** Offsets of one row: the shared features, then two a slot. */
const INTERCEPT = 0;
const BAYES = 1;
const POOL = 2;
const SHARE = 3;
const SUPPORT = 4;
const RIVALS = 5;
const SHARED = 6;
/** Offsets within a slot. */
const NAMES_IT = 0;
const NAMES_ANOTHER = 1;
const SLOT = 2;

export function columnCount(slots: number): number {
  return SHARED + SLOT * slots;
}

/** Shrunk towards Bayes: with little data, stacking corrects it instead of starting from nothing. */
function stackingColumns(slots: number): Column[] {
  return Array.from({ length: columnCount(slots) }, (_, j) =>
    j === INTERCEPT ? { l2: 0.01, mean: 0 } : { l2: 4, mean: j === BAYES ? 1 : 0 },
  );
}

function boundedLogit(probability: number): number {
  return logit(clamp(probability, EDGE, 1 - EDGE));
}

/** Writes one row per answer into `design` from row `at` on; returns the number of rows. */
export function writeRows(
  panel: Panel,
  tau: number,
  slots: readonly string[],
  design: Float64Array,
  at: number,
): number {
  const { ballot } = panel;
  const p = columnCount(slots.length);
  const bayes = bayesianPosterior(panel, panel.confidences, tau);
  const pool = linearPool(panel, null);
  for (let a = 0; a < ballot.answers; a++) {
    const row = (at + a) * p;
    design[row + INTERCEPT] = 1;
    design[row + BAYES] = boundedLogit(bayes[a]!);
    design[row + POOL] = boundedLogit(pool[a]!);
    design[row + RIVALS] = (ballot.answers - 1) / ballot.votes.length;
  }
  for (let i = 0; i < ballot.votes.length; i++) writeVote(panel, i, slots, design, at * p);
  return ballot.answers;
}

function writeVote(panel: Panel, i: number, slots: readonly string[], design: Float64Array, start: number): void {
  const { votes, answers } = panel.ballot;
  const vote = votes[i]!;
  const p = columnCount(slots.length);
  const each = 1 / votes.length;
  design[start + vote.answer * p + SHARE]! += each;
  for (const { answer, share } of vote.support ?? []) design[start + answer * p + SUPPORT]! += each * share;
  const slot = slots.indexOf(vote.source);
  if (slot < 0) return;
  const strength = logit(panel.confidences[i]!);
  for (let a = 0; a < answers; a++) {
    const at = start + a * p + SHARED + SLOT * slot;
    if (a === vote.answer) design[at + NAMES_IT] = strength;
    else design[at + NAMES_ANOTHER] = 1;
  }
}

/** Fits the coefficients on rows that {@link writeRows} wrote. */
export function fitStacking(design: Float64Array, targets: Uint8Array, slots: readonly string[]): StackingModel {
  return { slots, coefficients: [...fitLogistic(design, targets, stackingColumns(slots.length))] };
}

/** The regression judges each answer alone; where the sum exceeds 1 it is scaled down to it. */
export function stackedPosterior(panel: Panel, tau: number, model: StackingModel | null): Distribution {
  if (model === null) return bayesianPosterior(panel, panel.confidences, tau);
  const k = panel.ballot.answers;
  const p = model.coefficients.length;
  const design = new Float64Array(k * p);
  writeRows(panel, tau, model.slots, design, 0);
  const out = new Float64Array(k + 1);
  let sum = 0;
  for (let a = 0; a < k; a++) {
    let z = 0;
    for (let j = 0; j < p; j++) z += design[a * p + j]! * model.coefficients[j]!;
    sum += out[a] = sigmoid(z);
  }
  if (sum > 1) for (let a = 0; a < k; a++) out[a]! /= sum;
  else out[k] = 1 - sum;
  return out;
}

const because = 'its coefficients come from the data, which may say that a source is better not followed';

export const stacking = defineAlgorithm({
  id: 'Stacking',
  help: 'A regression trained on feedback judges every answer; Bayes until there are 50 labelled items.',
  weighted: false,
  stacks: true,
  exceptions: [
    { law: 'chance', when: 'trained', because },
    { law: 'agreeing', when: 'trained', because },
    { law: 'disagreeing', when: 'trained', because },
    { law: 'floor', when: 'trained', because },
  ],
  combine: (panel, { tau, stacking }) => stackedPosterior(panel, tau, stacking),
});
