/** Linear opinion pool. Stone: "The opinion pool", Annals of Mathematical Statistics, 1961. */
import { defineAlgorithm } from '../algorithm.ts';
import type { Distribution, Panel } from '../panel.ts';

/**
 * Weighted mean of the sources' distributions. A source gives its calibrated confidence to its answer and divides its
 * doubt among its alternatives; what is left goes to "none of these" (open set) or evenly to all other labels (closed).
 *
 * @param weights one per vote, >= 0, not all 0; `null` for equal weights
 */
export function linearPool({ ballot, confidences }: Panel, weights: Float64Array | null): Distribution {
  const pool = new Float64Array(ballot.answers + 1);
  let total = 0;
  ballot.votes.forEach((vote, i) => {
    const weight = weights ? weights[i]! : 1;
    const doubt = 1 - confidences[i]!;
    let left = doubt;
    for (const { answer, share } of vote.support ?? []) {
      pool[answer]! += weight * doubt * share;
      left -= doubt * share;
    }
    pool[vote.answer]! += weight * confidences[i]!;
    spreadDoubt(pool, vote.answer, ballot.labels, weight * Math.max(0, left));
    total += weight;
  });
  for (let a = 0; a < pool.length; a++) pool[a]! /= total;
  return pool;
}

function spreadDoubt(pool: Distribution, own: number, labels: number, doubt: number): void {
  const answers = pool.length - 1;
  const others = Math.max(labels, answers) - 1;
  if (labels === 0 || others === 0) {
    pool[answers]! += doubt;
    return;
  }
  for (let a = 0; a < answers; a++) if (a !== own) pool[a]! += doubt / others;
  pool[answers]! += (doubt * (others - (answers - 1))) / others;
}

export const weightedAverage = defineAlgorithm({
  id: 'WeightedAverage',
  help: 'Weighted mean of what each source believes; cautious, as a mean never exceeds its surest source.',
  weighted: true,
  exceptions: [
    { law: 'chance', when: 'always', because: 'a mean moves towards every source that it includes' },
    { law: 'agreeing', when: 'always', because: 'an agreeing source that is less sure than the mean lowers the mean' },
  ],
  combine: (panel) => linearPool(panel, panel.weights),
});
