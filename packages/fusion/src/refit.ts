/**
 * Fits everything but the counts from the labelled window, out of fold: what stacking and the final calibrations are
 * fitted on was predicted by models that had not seen the item. Deterministic: item i belongs to fold i mod 5.
 *
 * Costs O(items * (sources + answers * columns^2)) a Newton step of the stacking fits, which dominate: far too much for
 * every feedback, so `learn` fits when the labels have grown by a tenth, and moves the counts at once.
 */
import { type CombiningAlgorithm, rank } from './algorithm.ts';
import { COMBINING_ALGORITHMS } from './algorithms.ts';
import { bayesianPosterior } from './algorithms/bayesian-average.ts';
import { CALIBRATE_FROM, fitFinalCalibration, isConsensus, type Signal } from './final-calibration.ts';
import { bestTau, clamp } from './numeric.ts';
import { type Combiners, seatPanel, type SourceKnowledge, weighPanel } from './panel.ts';
import { classModels, foldOf, FOLDS, type HeldOut, stackingModels } from './refit-stacking.ts';
import { fitSource, type LabelledVote } from './source-calibration.ts';
import {
  type FinalCalibration,
  type FinalCalibrations,
  type FusionState,
  type LabelledBallot,
  PRIOR_WRONG_ANSWERS,
  type SourceModel,
} from './state.ts';
import { weightStrategy } from './weights.ts';
import { type StrategyId, WEIGHT_STRATEGY_IDS, type WeightStrategyId } from './words.ts';

const TAU_FROM = 20;

/** What to fit; everything unless said. */
export interface FitScope {
  /** The only combination that will be used: the others stay without stacking and final calibration. */
  readonly only?: { readonly strategy: StrategyId; readonly weightStrategy: WeightStrategyId };
}

const fixed = weightStrategy('Fixed');

/** The state with everything fitted anew. */
export function refit(state: FusionState, { only }: FitScope = {}): FusionState {
  const wrongAnswers = fitWrongAnswers(state.window);
  const knowledge = { ...state, wrongAnswers };
  const folds = Array.from({ length: FOLDS }, (_, f) => ({ ...knowledge, sources: fitSources(state, f) }));
  const items = state.window.map(({ ballot, right, truth }, i): HeldOut => {
    const fold = foldOf(i);
    return { ballot, right, truth, fold, panel: seatPanel(ballot, folds[fold]!, fixed) };
  });
  const tau = items.length < TAU_FROM ? 1 : bestTau(items, logLoss);
  const algorithms = COMBINING_ALGORITHMS.filter(({ id }) => only === undefined || only.strategy === id);
  const trained = items.length >= CALIBRATE_FROM;
  const stacks = trained && algorithms.some((algorithm) => algorithm.stacks);
  const classes = classModels(stacks ? items : []);
  const stacking = stacks ? stackingModels(items, tau, classes) : null;
  const combiners = folds.map((_, f): Combiners => ({
    tau,
    stacking: stacking?.folds[f] ?? null,
    classes: classes?.folds[f] ?? null,
  }));
  return {
    ...knowledge,
    sources: fitSources(state, null),
    tau,
    stacking: stacking?.all ?? null,
    classes: classes?.all ?? null,
    finals: trained ? fitFinals(items, folds, combiners, algorithms, only?.weightStrategy) : {},
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

function logLoss({ panel, right }: HeldOut, tau: number): number {
  const posterior = bayesianPosterior(panel, panel.confidences, tau);
  let probability = 0;
  right.forEach((isRight, a) => (probability += isRight ? posterior[a]! : 0));
  if (!right.includes(true)) probability = posterior[right.length]!;
  return -Math.log(Math.max(probability, 1e-6));
}

/** @param combiners by fold */
function fitFinals(
  items: readonly HeldOut[],
  folds: readonly SourceKnowledge[],
  combiners: readonly Combiners[],
  algorithms: readonly CombiningAlgorithm[],
  onlyWeight: WeightStrategyId | undefined,
): FinalCalibrations {
  const fitOne = (algorithm: CombiningAlgorithm): FinalCalibration =>
    fitFinalCalibration(items.map((item) => signalOf(algorithm, item, combiners[item.fold]!)))!;
  const ids = onlyWeight === undefined ? WEIGHT_STRATEGY_IDS : [onlyWeight];
  const perWeight = ids.map((id) => {
    if (algorithms.some((a) => a.weighted)) {
      for (const { panel, fold } of items) weighPanel(panel, folds[fold]!, weightStrategy(id));
    }
    return algorithms.map((a) => (a.weighted ? fitOne(a) : null));
  });
  return Object.fromEntries(
    algorithms.map((algorithm, a) => {
      const unweighted = algorithm.weighted ? null : fitOne(algorithm);
      return [algorithm.id, Object.fromEntries(ids.map((id, w) => [id, (unweighted ?? perWeight[w]![a])!]))];
    }),
  );
}

function signalOf(algorithm: CombiningAlgorithm, { panel, right }: HeldOut, combiners: Combiners): Signal {
  const distribution = algorithm.combine(panel, combiners);
  const best = rank(panel, distribution)[0]!;
  return { strength: distribution[best]!, consensus: isConsensus(panel.ballot, best), right: right[best]! };
}
