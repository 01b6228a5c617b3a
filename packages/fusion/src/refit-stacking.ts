/** The models that stacking needs, from all labelled items and, for honest judging, from all but one fold of them. */
import { columnCount, fitStacking, MOST_SLOTS, writeRows } from './algorithms/stacking.ts';
import { classPosterior, fitClassModel } from './class-model.ts';
import { CALIBRATE_FROM } from './final-calibration.ts';
import { dotRow } from './logistic.ts';
import { bestTau, compareText, softplus } from './numeric.ts';
import type { Combiners, Panel } from './panel.ts';
import type { ClassModel, LabelledBallot, StackingModel } from './state.ts';

export const FOLDS = 5;
/** A source gets columns in stacking when it spoke on this many items of the window. */
const SLOT_FROM = 50;
/** How strongly the columns of single sources are held at nothing; the held-out items choose. */
const SLOT_PENALTIES = [64, 16, 4];
/** Numbers in the tables of all sources together; there are about eight copies, of 8 bytes each. */
const MOST_CELLS = 2_000_000;
/** Items that choose it; more would cost time and change nothing. */
const CHOOSING = 2000;

export const foldOf = (index: number): number => index % FOLDS;

/** A labelled item as models that have not seen it see it. */
export interface HeldOut extends LabelledBallot {
  readonly fold: number;
  readonly panel: Panel;
}

/** The same model from all items and without each fold. */
export interface Folded<Model> {
  readonly all: Model;
  readonly folds: readonly Model[];
}

/**
 * Of the closed set met most often; `null` when it has fewer than 50 items with one right label each, or so many labels
 * and sources that the tables would not fit.
 */
export function classModels(items: readonly HeldOut[]): Folded<ClassModel> | null {
  const labelSet = commonestSet(items);
  const used = items.filter(({ ballot, truth }) => ballot.labelSet === labelSet && truth >= 0);
  if (labelSet === '' || used.length < CALIBRATE_FROM) return null;
  const { labels } = used[0]!.ballot;
  const sources = new Set(used.flatMap(({ ballot }) => ballot.votes.map(({ source }) => source)));
  if (sources.size * labels ** 2 > MOST_CELLS) return null;
  const fit = (without: number | null): ClassModel =>
    fitClassModel(
      used.filter(({ fold }) => fold !== without),
      labelSet,
      labels,
    );
  const folds = Array.from({ length: FOLDS }, (_, f) => fit(f));
  const tau = bestTau(used, ({ ballot, fold, truth }, t) => {
    const posterior = classPosterior(ballot, folds[fold]!, t)!;
    return -Math.log(Math.max(posterior[truth]!, 1e-6));
  });
  return { all: { ...fit(null), tau }, folds: folds.map((model) => ({ ...model, tau })) };
}

function commonestSet(items: readonly HeldOut[]): string {
  const met = new Map<string, number>();
  for (const { ballot } of items) met.set(ballot.labelSet, (met.get(ballot.labelSet) ?? 0) + 1);
  met.delete('');
  return [...met].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0]?.[0] ?? '';
}

/** Rows of the regression, their targets, and the fold of each row. */
interface Design {
  readonly slots: readonly string[];
  readonly rows: Float64Array;
  readonly targets: Uint8Array;
  readonly folds: Uint8Array;
  /** Number of the item of each row. */
  readonly items: Uint32Array;
}

/** Stacking, its penalty on single sources chosen by the held-out items. */
export function stackingModels(
  items: readonly HeldOut[],
  tau: number,
  classes: Folded<ClassModel> | null,
): Folded<StackingModel> {
  const slots = chooseSlots(items);
  const design = designOf(items, slots, (fold) => ({ tau, classes: classes?.folds[fold] ?? null }));
  return fitFolded(design, slots.length === 0 ? SLOT_PENALTIES[0]! : choosePenalty(excerpt(design)));
}

/** From all rows first: the fits without a fold begin there, and are done in a step or two. */
function fitFolded(design: Design, penalty: number): Folded<StackingModel> {
  const all = fitStacking(design.rows, design.targets, design.slots, penalty, null);
  const folds = Array.from({ length: FOLDS }, (_, f) => {
    const { rows, targets, slots } = pick(design, (row) => design.folds[row] !== f);
    return fitStacking(rows, targets, slots, penalty, all);
  });
  return { all, folds };
}

/** The sources heard most often, by name. */
function chooseSlots(items: readonly HeldOut[]): string[] {
  const heard = new Map<string, number>();
  for (const { ballot } of items) {
    for (const { source } of ballot.votes) heard.set(source, (heard.get(source) ?? 0) + 1);
  }
  return [...heard]
    .filter(([, n]) => n >= SLOT_FROM)
    .sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .slice(0, MOST_SLOTS)
    .map(([source]) => source)
    .sort(compareText);
}

function designOf(
  items: readonly HeldOut[],
  slots: readonly string[],
  learned: (fold: number) => Pick<Combiners, 'tau' | 'classes'>,
): Design {
  const count = items.reduce((sum, { ballot }) => sum + ballot.answers, 0);
  const design = {
    slots,
    rows: new Float64Array(count * columnCount(slots.length)),
    targets: new Uint8Array(count),
    folds: new Uint8Array(count),
    items: new Uint32Array(count),
  };
  let at = 0;
  for (const [item, { panel, right, fold }] of items.entries()) {
    design.items.fill(item, at, at + right.length);
    right.forEach((isRight, a) => (design.targets[at + a] = isRight ? 1 : 0));
    design.folds.fill(fold, at, at + right.length);
    at += writeRows(panel, learned(fold), slots, design.rows, at);
  }
  return design;
}

/** The rows that pass, copied. */
function pick({ slots, rows, targets, folds, items }: Design, passes: (row: number) => boolean): Design {
  const p = columnCount(slots.length);
  const kept = [...targets.keys()].filter(passes);
  const picked = {
    slots,
    rows: new Float64Array(kept.length * p),
    targets: new Uint8Array(kept.length),
    folds: new Uint8Array(kept.length),
    items: new Uint32Array(kept.length),
  };
  kept.forEach((row, i) => {
    picked.rows.set(rows.subarray(row * p, (row + 1) * p), i * p);
    picked.targets[i] = targets[row]!;
    picked.folds[i] = folds[row]!;
    picked.items[i] = items[row]!;
  });
  return picked;
}

/** Whole items, as many of every fold. */
const excerpt = (design: Design): Design => {
  const step = Math.ceil(design.targets.length / (2 * CHOOSING));
  return step <= 1 ? design : pick(design, (row) => Math.floor(design.items[row]! / FOLDS) % step === 0);
};

/** The penalty of least held-out log-loss; the strongest on ties. */
function choosePenalty(design: Design): number {
  let best = SLOT_PENALTIES[0]!;
  let least = Infinity;
  for (const penalty of SLOT_PENALTIES) {
    const loss = heldOutLoss(design, fitFolded(design, penalty).folds);
    if (loss < least) [best, least] = [penalty, loss];
  }
  return best;
}

function heldOutLoss({ rows, targets, folds, slots }: Design, models: readonly StackingModel[]): number {
  const p = columnCount(slots.length);
  let loss = 0;
  targets.forEach((target, row) => {
    const z = dotRow(rows, row * p, models[folds[row]!]!.coefficients);
    loss += softplus(target === 1 ? -z : z);
  });
  return loss;
}
