import { defineAlgorithm } from '../algorithm.ts';
import { bayesianPosterior } from './bayesian-average.ts';

export const adaptive = defineAlgorithm({
  id: 'Adaptive',
  help: 'Bayes with each source moved by its recent record; follows sources that get better or worse.',
  weighted: false,
  exceptions: [],
  combine: (panel, { tau }) => bayesianPosterior(panel, panel.adaptiveConfidences, tau),
});
