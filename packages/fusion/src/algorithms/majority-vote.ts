import { defineAlgorithm } from '../algorithm.ts';
import type { Distribution, Panel } from '../panel.ts';

/** Each answer's share of the votes; nothing is left for "none of these". */
function voteShares({ ballot }: Panel): Distribution {
  const shares = new Float64Array(ballot.answers + 1);
  for (const vote of ballot.votes) shares[vote.answer]! += 1;
  for (let a = 0; a < ballot.answers; a++) shares[a]! /= ballot.votes.length;
  return shares;
}

export const majorityVote = defineAlgorithm({
  id: 'MajorityVote',
  help: 'The answer that most sources give; ties go to the higher sum of calibrated confidences.',
  weighted: false,
  exceptions: [{ law: 'chance', when: 'always', because: 'every vote counts the same, also one that knows nothing' }],
  combine: voteShares,
});
