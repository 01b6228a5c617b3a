/**
 * Bayes' rule over the answers given and one more hypothesis, "none of these".
 *
 * A source with calibrated confidence c names the truth with probability c and otherwise one of M equally likely wrong
 * answers, so naming a instead of anything else multiplies the odds of a by c / ((1 - c) / M). All M + 1 answers start
 * equal; "none" holds the share of those that nobody named. A lone source therefore gets exactly its c.
 *
 * Sources err together (they read the same text), so agreement is worth less than independence says. Of each camp, the
 * strongest source counts in full and every further one to the power tau <= 1. A tau on *every* source, as in a plain
 * tempered posterior, would pull a lone source away from its own calibrated confidence and an agreement below its
 * weakest member; here both laws hold at any tau, tau = 1 is plain Bayes, and tau = 0 treats a camp as one source.
 */
import { defineAlgorithm } from '../algorithm.ts';
import type { Ballot } from '../ballot.ts';
import { softmax } from '../numeric.ts';
import type { Distribution, Panel } from '../panel.ts';

/** In an open set, "none of these" is never ruled out, whatever M says. */
const LEAST_UNNAMED = 0.5;

/** How many possible answers nobody named. */
function unnamed(ballot: Ballot, wrongAnswers: number): number {
  if (ballot.labels > 0) return Math.max(0, ballot.labels - ballot.answers);
  return Math.max(LEAST_UNNAMED, wrongAnswers + 1 - ballot.answers);
}

/** @param confidences calibrated, one per vote, strictly between 0 and 1 */
export function bayesianPosterior(
  { ballot, wrongAnswers }: Panel,
  confidences: Float64Array,
  tau: number,
): Distribution {
  const k = ballot.answers;
  const score = new Float64Array(k + 1);
  const strongest = new Float64Array(k).fill(-Infinity);
  for (let i = 0; i < ballot.votes.length; i++) {
    const { answer } = ballot.votes[i]!;
    const evidence = Math.log((confidences[i]! * wrongAnswers) / (1 - confidences[i]!));
    score[answer]! += evidence;
    if (evidence > strongest[answer]!) strongest[answer] = evidence;
  }
  for (let a = 0; a < k; a++) score[a] = tau * score[a]! + (1 - tau) * strongest[a]!;
  score[k] = Math.log(unnamed(ballot, wrongAnswers));
  return softmax(score);
}

export const bayesianAverage = defineAlgorithm({
  id: 'BayesianAverage',
  help: 'Bayes over the answers and "none of these", discounted for sources that err together.',
  weighted: false,
  exceptions: [],
  combine: (panel, { tau }) => bayesianPosterior(panel, panel.confidences, tau),
});
