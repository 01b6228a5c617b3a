/**
 * Stacked generalisation: a logistic regression, trained on labelled items, judges each answer from what the simpler
 * algorithms make of it and from who named it. Wolpert: "Stacked generalization", 1992; Ting and Witten: "Issues in
 * stacked generalization", 1999. Under 50 labelled items it is Bayes, and says so.
 */
import { defineAlgorithm } from '../algorithm.ts';
import { classPosterior } from '../class-model.ts';
import { type Column, dotRow, fitLogistic } from '../logistic.ts';
import { clamp, logit, sigmoid } from '../numeric.ts';
import type { Combiners, Distribution, Panel } from '../panel.ts';
import type { StackingModel } from '../state.ts';
import { bayesianPosterior } from './bayesian-average.ts';
import { linearPool } from './weighted-average.ts';

/** Sources with columns of their own: with more, the fit gets slow and each column sees too little. */
export const MOST_SLOTS = 24;
/** Features are bounded logits, so that one certain row cannot bend the fit. */
const EDGE = 1e-3;
/** Offsets of one row: the shared features, then two a slot. */
const INTERCEPT = 0;
const BAYES = 1;
const CLASSES = 2;
const POOL = 3;
const SHARE = 4;
const SUPPORT = 5;
const RIVALS = 6;
const SHARED = 7;
/** Offsets within a slot. */
const NAMES_IT = 0;
const NAMES_ANOTHER = 1;
const SLOT = 2;

export function columnCount(slots: number): number {
  return SHARED + SLOT * slots;
}

/**
 * Shrunk towards the mean of the two kinds of Bayes: with little data, stacking corrects it instead of starting from
 * nothing. Without labels by name both columns say the same, and so the mean is plain Bayes.
 */
function stackingColumns(slots: number, slotPenalty: number): Column[] {
  return Array.from({ length: columnCount(slots) }, (_, j) => {
    if (j === INTERCEPT) return { l2: 0.01, mean: 0 };
    if (j >= SHARED) return { l2: slotPenalty, mean: 0 };
    return { l2: 1, mean: j === BAYES || j === CLASSES ? 0.5 : 0 };
  });
}

function boundedLogit(probability: number): number {
  return logit(clamp(probability, EDGE, 1 - EDGE));
}

/** Writes one row per answer into `design` from row `at` on; returns the number of rows. */
export function writeRows(
  panel: Panel,
  { tau, classes }: Pick<Combiners, 'tau' | 'classes'>,
  slots: readonly string[],
  design: Float64Array,
  at: number,
): number {
  const { ballot } = panel;
  const p = columnCount(slots.length);
  const bayes = bayesianPosterior(panel, panel.confidences, tau);
  const pool = linearPool(panel, null);
  const byClass = classPosterior(ballot, classes);
  for (let a = 0; a < ballot.answers; a++) {
    const row = (at + a) * p;
    design[row + INTERCEPT] = 1;
    design[row + BAYES] = boundedLogit(bayes[a]!);
    design[row + CLASSES] = boundedLogit(byClass?.[ballot.classes[a]!] ?? bayes[a]!);
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

/**
 * Fits the coefficients on rows that {@link writeRows} wrote.
 *
 * @param near a model of nearly the same rows, which saves steps
 */
export function fitStacking(
  design: Float64Array,
  targets: Uint8Array,
  slots: readonly string[],
  slotPenalty: number,
  near: StackingModel | null,
): StackingModel {
  const columns = stackingColumns(slots.length, slotPenalty);
  return { slots, coefficients: [...fitLogistic(design, targets, columns, near?.coefficients)] };
}

/**
 * The regression judges each answer alone; where the sum exceeds 1, or no other answer is possible, it is scaled to 1.
 */
export function stackedPosterior(panel: Panel, combiners: Combiners): Distribution {
  const { tau, stacking: model } = combiners;
  if (model === null) return bayesianPosterior(panel, panel.confidences, tau);
  const { answers: k, labels } = panel.ballot;
  const p = model.coefficients.length;
  const design = new Float64Array(k * p);
  writeRows(panel, combiners, model.slots, design, 0);
  const out = new Float64Array(k + 1);
  let sum = 0;
  for (let a = 0; a < k; a++) sum += out[a] = sigmoid(dotRow(design, a * p, model.coefficients));
  if (sum > 1 || (labels > 0 && k >= labels)) for (let a = 0; a < k; a++) out[a]! /= sum;
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
  combine: stackedPosterior,
});
