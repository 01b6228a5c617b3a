/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [2.842, -0.68, 1.117, 2.651, 0.149, -1.052, -0.181, 0.371, 0.142, 0.756, 0.068, 5.029],
    sureness: [-2.077, 4.529, 1.036, 2.934, 0.25],
  },
  asi: {
    choice: [-0.193, 0.428, 1.811, 2.399, 0.106, -0.255, 1.259, -0.058, -0.234, 0.472, 0.166, 5.347],
    sureness: [-1.729, 4.813, 3.658, 0.326, 0.105],
  },
} as const satisfies Record<string, SentenceModel>;
