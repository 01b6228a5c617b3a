/** The table of algorithms: the API schema, the settings and the documents all read it. */
import type { CombiningAlgorithm, FusionAlgorithm, FusionContext } from './algorithm.ts';
import { adaptive } from './algorithms/adaptive.ts';
import { bayesianAverage } from './algorithms/bayesian-average.ts';
import { ensemble } from './algorithms/ensemble.ts';
import { majorityVote } from './algorithms/majority-vote.ts';
import { stacking } from './algorithms/stacking.ts';
import { weightedAverage } from './algorithms/weighted-average.ts';
import type { FusedOpinion, SourceOpinion } from './opinion.ts';
import type { StrategyId } from './words.ts';

export const COMBINING_ALGORITHMS: readonly CombiningAlgorithm[] = [
  weightedAverage,
  majorityVote,
  stacking,
  bayesianAverage,
  ensemble,
  adaptive,
];

/** All six algorithms. */
export const FUSION_ALGORITHMS: readonly FusionAlgorithm[] = [...COMBINING_ALGORITHMS];

const byId = new Map<StrategyId, FusionAlgorithm>(FUSION_ALGORITHMS.map((a) => [a.id, a]));

/** @throws RangeError for an unknown id (possible only from untyped callers) */
export function fusionAlgorithm(id: StrategyId): FusionAlgorithm {
  const found = byId.get(id);
  if (!found) throw new RangeError(`unknown fusion algorithm: ${id as string}`);
  return found;
}

/** Which algorithm, and what it needs. */
export interface FuseOptions extends FusionContext {
  readonly strategy: StrategyId;
}

/**
 * Makes several opinions one. Pure; does not depend on the order of the opinions, not even in the last bit.
 *
 * @returns `answer: null`, confidence 0 if no source answered
 */
export function fuse(opinions: readonly SourceOpinion[], options: FuseOptions): FusedOpinion {
  return fusionAlgorithm(options.strategy).fuse(opinions, options);
}
