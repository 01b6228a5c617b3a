/** How much work each mode puts into a question. */
import type { Mode } from '@vortexflow/protocol';
import type { RankerEffort } from './ranker.ts';

export const EFFORTS: Readonly<Record<Mode, RankerEffort>> = {
  Fast: { budget: 32, candidates: [24, 12] },
  Balanced: { budget: 64, candidates: [32, 16] },
  Thorough: { budget: 1024, candidates: [64, 32] },
  Reasoning: { budget: 1024, candidates: [64, 32] },
};
