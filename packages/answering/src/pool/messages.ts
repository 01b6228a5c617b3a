/** What the main thread and a reasoning thread say to each other. All plain data. */
import type { KnowledgeChange, KnowledgeImage, WordVectorData } from '@vortexflow/knowledge';
import type { ReasonerId } from '../reasoners/catalogue.ts';
import type { Opinion, Question } from '../reasoners/contract.ts';

/** What a thread must know when it starts. */
export interface ThreadKnowledge {
  readonly image: KnowledgeImage;
  /** Word vectors in shared memory. */
  readonly vectors: WordVectorData;
  /** All changes since the image, as one. */
  readonly additions: KnowledgeChange;
}

/** Handed to the thread when it starts. */
export interface ThreadSetup extends ThreadKnowledge {
  readonly progress: SharedArrayBuffer;
  /** There are other threads, which can take over. */
  readonly hasHelp: boolean;
}

export type ToThread =
  | { readonly type: 'ask'; readonly id: number; readonly question: Question; readonly reasoners: ReasonerId[] }
  | { readonly type: 'change'; readonly id: number; readonly change: KnowledgeChange };

/** What one reasoner made of a question. */
export type Said =
  | { readonly reasoner: ReasonerId; readonly opinion: Opinion; readonly thinkingMs: number }
  | { readonly reasoner: ReasonerId; readonly failure: string };

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'said'; readonly id: number; readonly said: readonly Said[] }
  /** It gets on with a change. */
  | { readonly type: 'busy' }
  | { readonly type: 'changed'; readonly id: number };
