/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [2.74, -0.644, 1.134, 2.672, 0.143, -1.103, -0.128, 0.354, 0.155, 0.806, 0.045, 5.079],
    sureness: [-2.029, 4.626, 1.005, 2.785, 0.364],
  },
  asi: {
    choice: [-0.245, 0.463, 1.788, 2.455, 0.097, -0.306, 1.236, -0.017, -0.22, 0.499, 0.15, 5.374],
    sureness: [-1.537, 5.011, 3.217, 0.439, 0.172],
  },
} as const satisfies Record<string, SentenceModel>;
