import { defineAlgorithm } from '../algorithm.ts';
import { bayesianPosterior } from './bayesian-average.ts';
import { stackedPosterior } from './stacking.ts';
import { linearPool } from './weighted-average.ts';

export const ensemble = defineAlgorithm({
  id: 'Ensemble',
  help: 'Mean of weighted average, Bayes and stacking: no member errs badly without the others (default).',
  weighted: true,
  stacks: true,
  exceptions: [
    { law: 'chance', when: 'always', because: 'the weighted average among its members moves towards every source' },
    { law: 'agreeing', when: 'always', because: 'the weighted average among its members may fall' },
    { law: 'disagreeing', when: 'trained', because: 'stacking among its members follows the data' },
    { law: 'floor', when: 'trained', because: 'stacking among its members follows the data' },
  ],
  combine: (panel, combiners) => {
    const mean = linearPool(panel, panel.weights);
    const bayes = bayesianPosterior(panel, panel.confidences, combiners.tau);
    const stacked = combiners.stacking ? stackedPosterior(panel, combiners) : bayes;
    for (let a = 0; a < mean.length; a++) mean[a] = (mean[a]! + bayes[a]! + stacked[a]!) / 3;
    return mean;
  },
});
