/** What the leader and its followers say to each other. */
import type { FeedbackEffect, FeedbackOrder, Learned, Nearness } from '@vortexflow/answering';
import type { KnowledgeChange } from '@vortexflow/knowledge';

export type FromLeader =
  /** First: everything that a follower must know on top of the image. `digest`: see {@link digestOf}. */
  | {
      readonly type: 'snapshot';
      readonly additions: KnowledgeChange;
      readonly learned: Learned;
      readonly digest: string;
    }
  /** From here on every change waits for this follower. */
  | { readonly type: 'live' }
  | { readonly type: 'change'; readonly change: KnowledgeChange }
  | { readonly type: 'learned'; readonly learned: Learned }
  /** To a question of the same id; null when it failed. */
  | { readonly type: 'answer'; readonly id: number; readonly answer: FeedbackEffect | Nearness | null };

export type FromFollower =
  /** Its questions are answered by this revision. The first one says that it takes part from now on. */
  | { readonly type: 'applied'; readonly revision: number }
  | { readonly type: 'learn'; readonly id: number; readonly order: FeedbackOrder }
  | { readonly type: 'nearest'; readonly id: number; readonly question: string; readonly timeoutMs: number }
  | { readonly type: 'highlight'; readonly path: readonly string[] };
