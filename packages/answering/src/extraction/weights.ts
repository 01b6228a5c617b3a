/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [3.405, 0.259, 1.111, 2.844, 0.131, -1.752, -0.913, 0.391, 1.406, 1.026, 0.144],
    presence: [2.807, -0.559, 1.26, 2.634, 0.152, -1.126, -0.305, 0.428, 0.069, 0.751, 0.023, 5.004],
    sureness: [-2.217, 2.381, 2.975, 0.915, 2.706, 0.288],
  },
  asi: {
    choice: [0.468, 0.866, 2.555, 2.566, 0.406, 0.1, 0.611, 0.521, 1.218, 0.982, 0.134],
    presence: [-0.226, 0.491, 1.875, 2.406, 0.111, -0.297, 1.183, -0.07, -0.364, 0.461, 0.12, 5.277],
    sureness: [-2.259, 2.511, 3.853, 3.032, 0.15, 0.217],
  },
} as const satisfies Record<string, SentenceModel>;
