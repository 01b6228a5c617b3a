/** The contract of a reasoner: a question in, an opinion or an abstention out. */
import type { Steps } from '@vortexflow/graph';
import type { NearPassage } from '../embedding/near-passages.ts';
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Evidence, Mode, PathStep } from '@vortexflow/protocol';

/** What a reasoner is asked. Plain data: it travels between threads. */
export interface Question {
  readonly text: string;
  readonly mode: Mode;
  /** Most pieces of evidence to return. */
  readonly topK: number;
  /** What an embedding endpoint finds near, nearest first. */
  readonly near?: readonly NearPassage[];
}

/** An answer with the key under which equal answers of different reasoners meet. */
export interface Candidate {
  /** For people. */
  readonly answer: string;
  /** `yes`, `no`, `node:<id>` or `word:<normal form>`. */
  readonly key: string;
  /** Raw, 0 to 1: the reasoner's own estimate, comparable within one reasoner only. */
  readonly confidence: number;
}

/** What a reasoner has to say. Plain data. */
export interface Opinion {
  /** null: the reasoner abstains. Its evidence may still show what is near. */
  readonly best: Candidate | null;
  /** Other answers it thinks possible, best first. */
  readonly alternatives: readonly Candidate[];
  /** Best first; scores are relative to the best piece. */
  readonly evidence: readonly Evidence[];
  /** True when it only takes over what somebody else has said: it is no voice of its own. */
  readonly adopted?: boolean;
  /**
   * True when the scores are probabilities that a piece is needed for the answer, whoever is right about it: then its
   * order is that of the response.
   */
  readonly ranked?: boolean;
  /** Node ids in walking order; empty when the answer did not come from a walk. */
  readonly path: readonly string[];
  /** Steps of the path that are no edges of the graph: one text names the other. */
  readonly mentions?: readonly PathStep[];
  /** Digital root of the walk's budget at which the top answer last changed (1, 2, 4, 8, 7, 5), 0 without a walk. */
  readonly position: number;
}

/** One of the built-in reasoners. Synchronous: it owns its thread. */
export interface Reasoner {
  /** Name in opinions, evidence and metrics, e.g. `flux`. */
  readonly id: string;
  /** Never throws for any text; an unanswerable question is an abstention. */
  answer(question: Question): Opinion;
  /** Takes in what has changed in the knowledge, so that it is found. Else the next question would pay for it. */
  learn?(): void;
  /** Does ahead what may wait until the thread is idle; between two steps, questions and changes may come. */
  prepare?(): Steps<unknown>;
}

/** Makes a reasoner over the knowledge of its thread. */
export type CreateReasoner = (knowledge: KnowledgeBase) => Reasoner;

/** The opinion of a reasoner that has nothing to say. */
export function abstention(evidence: readonly Evidence[] = []): Opinion {
  return { best: null, alternatives: [], evidence, path: [], position: 0 };
}

/** Key of an answer that is a node. */
export const nodeKey = (id: string): string => `node:${id}`;

/** Key of an answer that is a word. */
export const wordKey = (normalWord: string): string => `word:${normalWord}`;
