/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [3.372, 0.862, 1.128, 2.842, -0.062, -1.533, -0.65, 0.034, 1.446, 1.068, 0.236],
    presence: [2.611, -0.244, 1.277, 2.643, 0.129, -1.082, -0.061, 0.323, 0.07, 0.772, 0.054, 5.1],
    sureness: [-2.318, 2.466, 3.383, 0.747, 3.039, 0.044],
  },
  asi: {
    choice: [0.513, 0.891, 2.553, 2.588, 0.339, 0.165, 0.56, 0.52, 1.217, 0.977, 0.092],
    presence: [-0.205, 0.511, 1.886, 2.41, 0.072, -0.257, 1.147, -0.084, -0.365, 0.457, 0.108, 5.279],
    sureness: [-2.393, 2.34, 3.853, 3.144, 0.143, 0.228],
  },
} as const satisfies Record<string, SentenceModel>;
