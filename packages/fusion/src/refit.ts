/**
 * Fits everything but the counts from the labelled window, out of fold: what stacking and the final calibrations are
 * fitted on was predicted by models that had not seen the item. Deterministic: item i belongs to fold i mod 5.
 *
 * Costs O(items * (sources + answers * columns^2)) a Newton step of the stacking fits, which dominate: far too much for
 * every feedback, so `learn` fits when the labels have grown by a tenth, and moves the counts at once.
 */
import { rank } from './algorithm.ts';
import { COMBINING_ALGORITHMS } from './algorithms.ts';
import { bayesianPosterior } from './algorithms/bayesian-average.ts';
import { columnCount, fitStacking, MOST_SLOTS, writeRows } from './algorithms/stacking.ts';
import type { CombiningAlgorithm } from './algorithm.ts';
import { CALIBRATE_FROM, fitFinalCalibration, isConsensus, type Signal } from './final-calibration.ts';
import { clamp, compareText } from './numeric.ts';
import { type Panel, seatPanel, type SourceKnowledge, weighPanel } from './panel.ts';
import { fitSource, type LabelledVote } from './source-calibration.ts';
import {
  type FinalCalibration,
  type FinalCalibrations,
  type FusionState,
  type LabelledBallot,
  PRIOR_WRONG_ANSWERS,
  type SourceModel,
  type StackingModel,
} from './state.ts';
import { weightStrategy } from './weights.ts';
import { WEIGHT_STRATEGY_IDS, type WeightStrategyId } from './words.ts';

const FOLDS = 5;
const TAU_FROM = 20;
const TAU_STEPS = 20;
/** A source gets columns in stacking when it spoke on this many items of the window. */
const SLOT_FROM = 50;

/** A labelled item as models that have not seen it see it. */
interface HeldOut extends LabelledBallot {
  readonly fold: number;
  readonly panel: Panel;
}

const foldOf = (index: number): number => index % FOLDS;
const fixed = weightStrategy('Fixed');

/** The state with everything fitted anew. */
export function refit(state: FusionState): FusionState {
  const wrongAnswers = fitWrongAnswers(state.window);
  const knowledge = { ...state, wrongAnswers };
  const folds = Array.from({ length: FOLDS }, (_, f) => ({ ...knowledge, sources: fitSources(state, f) }));
  const items = state.window.map(({ ballot, right }, i): HeldOut => {
    const fold = foldOf(i);
    return { ballot, right, fold, panel: seatPanel(ballot, folds[fold]!, fixed) };
  });
  const tau = fitTau(items);
  const slots = chooseSlots(state.window);
  const trained = items.length >= CALIBRATE_FROM;
  const foldStacking = folds.map((_, f) => (trained ? stack(items, tau, slots, f) : null));
  return {
    ...knowledge,
    sources: fitSources(state, null),
    tau,
    stacking: trained ? stack(items, tau, slots, null) : null,
    finals: trained ? fitFinals(items, folds, tau, foldStacking) : {},
    fittedAt: state.n,
  };
}

/** 1 / P(two wrong sources agree) over the open ballots, one agreement in ten pairs being the prior. */
function fitWrongAnswers(window: readonly LabelledBallot[]): number {
  let pairs = PRIOR_WRONG_ANSWERS;
  let agreeing = 1;
  for (const { ballot, right } of window) {
    if (ballot.labels > 0) continue;
    const counts = new Float64Array(ballot.answers);
    for (const { answer } of ballot.votes) if (!right[answer]) counts[answer]! += 1;
    const wrong = counts.reduce((sum, c) => sum + c, 0);
    pairs += (wrong * (wrong - 1)) / 2;
    for (const c of counts) agreeing += (c * (c - 1)) / 2;
  }
  return clamp(pairs / agreeing, 1.5, 1000);
}

/** Source models from the window without one fold (`null`: from all of it). */
function fitSources(state: FusionState, without: number | null): SourceModel[] {
  const kept = new Map<string, LabelledVote[]>();
  const dropped = new Map<string, { hits: number; misses: number }>();
  state.window.forEach(({ ballot, right }, i) => {
    for (const vote of ballot.votes) {
      if (foldOf(i) === without) count(dropped, vote.source, right[vote.answer]!);
      else collect(kept, vote.source, { vote, right: right[vote.answer]! });
    }
  });
  return state.sources.map((model) => {
    const { hits, misses } = dropped.get(model.source) ?? { hits: 0, misses: 0 };
    const fitted = fitSource(kept.get(model.source) ?? []);
    return { ...model, ...fitted, hits: model.hits - hits, misses: model.misses - misses };
  });
}

function count(into: Map<string, { hits: number; misses: number }>, source: string, right: boolean): void {
  const record = into.get(source) ?? { hits: 0, misses: 0 };
  if (right) record.hits++;
  else record.misses++;
  into.set(source, record);
}

function collect(into: Map<string, LabelledVote[]>, source: string, labelled: LabelledVote): void {
  const list = into.get(source);
  if (list) list.push(labelled);
  else into.set(source, [labelled]);
}

/** The tau of least log-loss on a grid; 1 (independent sources) until there are 20 items, and on ties. */
function fitTau(items: readonly HeldOut[]): number {
  if (items.length < TAU_FROM) return 1;
  let best = 1;
  let least = Infinity;
  for (let step = TAU_STEPS; step >= 0; step--) {
    const tau = step / TAU_STEPS;
    let loss = 0;
    for (const item of items) loss += logLoss(item, tau);
    if (loss < least) [best, least] = [tau, loss];
  }
  return best;
}

function logLoss({ panel, right }: HeldOut, tau: number): number {
  const posterior = bayesianPosterior(panel, panel.confidences, tau);
  let probability = 0;
  right.forEach((isRight, a) => (probability += isRight ? posterior[a]! : 0));
  if (!right.includes(true)) probability = posterior[right.length]!;
  return -Math.log(Math.max(probability, 1e-6));
}

/** The sources heard most often, by name. */
function chooseSlots(window: readonly LabelledBallot[]): string[] {
  const heard = new Map<string, number>();
  for (const { ballot } of window) {
    for (const { source } of ballot.votes) heard.set(source, (heard.get(source) ?? 0) + 1);
  }
  return [...heard]
    .filter(([, n]) => n >= SLOT_FROM)
    .sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .slice(0, MOST_SLOTS)
    .map(([source]) => source)
    .sort(compareText);
}

/** Stacking from the items without one fold (`null`: from all). */
function stack(
  items: readonly HeldOut[],
  tau: number,
  slots: readonly string[],
  without: number | null,
): StackingModel {
  const used = items.filter((item) => item.fold !== without);
  const rows = used.reduce((sum, item) => sum + item.ballot.answers, 0);
  const design = new Float64Array(rows * columnCount(slots.length));
  const targets = new Uint8Array(rows);
  let at = 0;
  for (const { panel, right } of used) {
    right.forEach((isRight, a) => (targets[at + a] = isRight ? 1 : 0));
    at += writeRows(panel, tau, slots, design, at);
  }
  return fitStacking(design, targets, slots);
}

function fitFinals(
  items: readonly HeldOut[],
  folds: readonly SourceKnowledge[],
  tau: number,
  stacking: readonly (StackingModel | null)[],
): FinalCalibrations {
  const fitOne = (algorithm: CombiningAlgorithm): FinalCalibration =>
    fitFinalCalibration(items.map((item) => signalOf(algorithm, item, tau, stacking[item.fold]!)))!;
  const perWeight = WEIGHT_STRATEGY_IDS.map((id) => {
    for (const { panel, fold } of items) weighPanel(panel, folds[fold]!, weightStrategy(id));
    return COMBINING_ALGORITHMS.map((a) => (a.weighted ? fitOne(a) : null));
  });
  return Object.fromEntries(
    COMBINING_ALGORITHMS.map((algorithm, a) => {
      const unweighted = algorithm.weighted ? null : fitOne(algorithm);
      return [algorithm.id, byWeight((w) => (unweighted ?? perWeight[w]![a])!)];
    }),
  );
}

function byWeight(at: (index: number) => FinalCalibration): Record<WeightStrategyId, FinalCalibration> {
  return Object.fromEntries(WEIGHT_STRATEGY_IDS.map((id, i) => [id, at(i)])) as Record<
    WeightStrategyId,
    FinalCalibration
  >;
}

function signalOf(
  algorithm: CombiningAlgorithm,
  { panel, right }: HeldOut,
  tau: number,
  stacking: StackingModel | null,
): Signal {
  const distribution = algorithm.combine(panel, { tau, stacking });
  const best = rank(panel, distribution)[0]!;
  return { strength: distribution[best]!, consensus: isConsensus(panel.ballot, best), right: right[best]! };
}
