/** Written by `node bench/src/retrieval/train-sentences.ts`; see there on what data. */
import type { SentenceModel } from './answer-sentence.ts';

export const SENTENCE_MODELS = {
  flux: {
    choice: [2.785, -0.478, 1.241, 2.671, 0.106, -1.066, 0.012, 0.287, 0.103, 0.781, 0.037, 5.158],
    sureness: [-1.833, 4.707, 1.273, 2.63, 0.149],
  },
  asi: {
    choice: [-0.193, 0.428, 1.811, 2.399, 0.106, -0.255, 1.259, -0.058, -0.234, 0.472, 0.166, 5.347],
    sureness: [-1.729, 4.813, 3.658, 0.326, 0.105],
  },
} as const satisfies Record<string, SentenceModel>;
