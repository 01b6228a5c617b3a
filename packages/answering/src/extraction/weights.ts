/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [3.508, 0.611, 1.222, 2.903, -0.066, -1.754, -0.688, 0.235, 1.423, 1.102, 0.149],
    presence: [2.729, -0.347, 1.378, 2.652, 0.114, -1.139, -0.109, 0.345, 0.019, 0.78, 0.01, 5.128],
    sureness: [-2.257, 2.562, 3.162, 0.949, 2.808, 0.17],
  },
  asi: {
    choice: [0.468, 0.866, 2.555, 2.566, 0.406, 0.1, 0.611, 0.521, 1.218, 0.982, 0.134],
    presence: [-0.226, 0.491, 1.875, 2.406, 0.111, -0.297, 1.183, -0.07, -0.364, 0.461, 0.12, 5.277],
    sureness: [-2.259, 2.511, 3.853, 3.032, 0.15, 0.217],
  },
} as const satisfies Record<string, SentenceModel>;
