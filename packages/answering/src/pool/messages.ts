/** What the main thread and a reasoner's thread say to each other. All plain data. */
import type { KnowledgeChange, KnowledgeImage, WordVectorData } from '@vortexflow/knowledge';
import type { Opinion, Question } from '../reasoners/contract.ts';
import type { ReasonerId } from '../reasoners/catalogue.ts';

/** Handed to the thread when it starts. */
export interface ReasonerSetup {
  readonly reasoner: ReasonerId;
  readonly image: KnowledgeImage;
  /** Word vectors in shared memory. */
  readonly vectors: WordVectorData;
  /** All changes since the image, as one. */
  readonly additions: KnowledgeChange;
}

export type ToReasoner =
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  | { readonly type: 'change'; readonly id: number; readonly change: KnowledgeChange };

export type FromReasoner =
  | { readonly type: 'ready' }
  | { readonly type: 'opinion'; readonly id: number; readonly opinion: Opinion; readonly thinkingMs: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
  | { readonly type: 'changed'; readonly id: number };
