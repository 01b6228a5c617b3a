/** What the main thread and the learner's thread say to each other. All plain data. */
import type { FusionState } from '@vortexflow/fusion';
import type { FeedbackEffect, FeedbackOrder } from './learner.ts';
import type { CalibrationReport } from './report.ts';

/** Handed to the thread when it starts. */
export interface LearnerSetup {
  /** null: nothing is kept beyond the life of the process. */
  readonly file: string | null;
  /** 0..1 */
  readonly learningRate: number;
}

/** What was learned, as the main thread needs it. */
export interface Learned {
  /** Enough to fuse with; without the labelled items themselves. */
  readonly state: FusionState;
  readonly report: CalibrationReport;
}

export interface LearnOrder {
  readonly id: number;
  readonly orders: readonly FeedbackOrder[];
  /** 0..1 */
  readonly learningRate: number;
}

export type FromLearner =
  | { readonly type: 'ready'; readonly learned: Learned; readonly notice: string | null }
  /** Learned, and on disk. */
  | { readonly type: 'learned'; readonly id: number; readonly learned: Learned; readonly effects: FeedbackEffect[] }
  /** Nothing was learned. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
