/** Feedback in, a new state out. */
import { openBallot, type Vote } from './ballot.ts';
import { type Labels, labelSetOf } from './labels.ts';
import type { SourceOpinion } from './opinion.ts';
import { type FitScope, refit } from './refit.ts';
import { type FusionState, type LabelledBallot, PRIOR_RELIABILITY, type SourceModel, WINDOW } from './state.ts';
import { clamp, compareText } from './numeric.ts';

/** One feedback fades a source's earlier ones by this much. */
const DEFAULT_LEARNING_RATE = 0.01;
/** Between two fits the labels grow by this share of them, but at most by this share of the window. */
const GROWTH = 0.1;
/** The prior of the pooled reliability weighs as much as this many labels. */
const POOLED_PRIOR_STRENGTH = 4;

/** What turned out. */
export interface Feedback {
  /** What the sources had said; those that gave nothing are skipped. */
  readonly opinions: readonly SourceOpinion[];
  /** Canonical key of the right answer, or all right ones; `[]`: none of the answers given is right. */
  readonly truth: string | readonly string[];
  /** 0..1, default .01: how fast the record of `Adaptive` fades. */
  readonly learningRate?: number;
  /** How many answers were possible if the set was closed, or the answers by name. */
  readonly labels?: Labels;
}

/** For a batch that is learned once and used once. */
export interface LearnOptions extends FitScope {
  /** Labelled items kept for fitting; default 2,000. Memory and time grow with it. */
  readonly window?: number;
}

/**
 * Learns one feedback. Counts move at once; the fitted models when the labels have grown by a tenth, which is every
 * time for the first twenty. Deterministic. Feedback without any answer changes nothing.
 *
 * @returns a new state; `state` stays as it is
 */
export function learn(state: FusionState, feedback: Feedback): FusionState {
  const next = record(state, [feedback]);
  const wait = Math.floor(Math.min(state.fittedAt, WINDOW) * GROWTH);
  return next.n > state.n && next.n >= state.fittedAt + wait ? refit(next) : next;
}

/** Learns many feedbacks, in order, and fits once at the end. */
export function learnAll(state: FusionState, feedbacks: readonly Feedback[], options: LearnOptions = {}): FusionState {
  const next = record(state, feedbacks, options.window);
  return next.n > state.n ? refit(next, options) : next;
}

/** Counts, and keeps the items for the next fit. */
function record(state: FusionState, feedbacks: readonly Feedback[], window = WINDOW): FusionState {
  const sources = new Map(state.sources.map((model) => [model.source, model]));
  const items: LabelledBallot[] = [];
  for (const feedback of feedbacks) {
    const item = labelled(feedback);
    if (item.ballot.votes.length === 0) continue;
    items.push(item);
    const fade = 1 - clamp(feedback.learningRate ?? DEFAULT_LEARNING_RATE, 0, 1);
    for (const vote of item.ballot.votes) tally(sources, vote, item.right[vote.answer]!, fade);
  }
  const models = [...sources.values()].sort((a, b) => compareText(a.source, b.source));
  return {
    ...state,
    n: state.n + items.length,
    sources: models,
    pooledReliability: pooled(models),
    window: [...state.window, ...items].slice(-window),
  };
}

function labelled({ opinions, truth, labels = 0 }: Feedback): LabelledBallot {
  const { ballot, keys } = openBallot(opinions, labels, () => false);
  const truths = typeof truth === 'string' ? [truth] : truth;
  const { indexOf } = labelSetOf(labels);
  return {
    ballot,
    right: keys.map((key) => truths.includes(key)),
    truth: truths.length === 1 ? (indexOf.get(truths[0]!) ?? -1) : -1,
  };
}

function tally(sources: Map<string, SourceModel>, { source }: Vote, right: boolean, fade: number): void {
  const before = sources.get(source) ?? unknownSource(source);
  sources.set(source, {
    ...before,
    hits: before.hits + (right ? 1 : 0),
    misses: before.misses + (right ? 0 : 1),
    recentHits: before.recentHits * fade + (right ? 1 : 0),
    recentMisses: before.recentMisses * fade + (right ? 0 : 1),
  });
}

function unknownSource(source: string): SourceModel {
  return { source, hits: 0, misses: 0, recentHits: 0, recentMisses: 0, platt: null, isotonic: null };
}

function pooled(models: readonly SourceModel[]): number {
  let hits = PRIOR_RELIABILITY * POOLED_PRIOR_STRENGTH;
  let total = POOLED_PRIOR_STRENGTH;
  for (const model of models) {
    hits += model.hits;
    total += model.hits + model.misses;
  }
  return hits / total;
}
