/** What the main thread and the fusing thread say to each other: a job; perhaps a question and its answer; a reply. */
import type { JsonLimits } from '@vortexflow/validation';
import type { CollectedBody } from '../reading/collected-body.ts';

/** One batch: the request's body as it came, so that even parsing it happens beside the event loop. */
export interface FuseJob {
  readonly body: CollectedBody;
  /** What it may hold. */
  readonly limits: JsonLimits;
  readonly requestId: string;
}

/** From the thread: which of these names mean the same? */
interface NameQuestion {
  readonly type: 'names';
  readonly names: readonly string[];
}

/** To the thread: an identity for each name, null for one that means nothing; null for all when nobody knows. */
export interface NameAnswer {
  readonly identities: readonly (string | null)[] | null;
}

/** Names looked up for one batch, as the knowledge is on the main thread and each takes some microseconds of it. */
export const MOST_NAMES = 20_000;

/** Asks {@link NameQuestion} and brings back what {@link NameAnswer} holds. */
export type LookUpNames = (names: readonly string[]) => Promise<NameAnswer['identities']>;

export type ToFuseThread = FuseJob | NameAnswer;
export type FromFuseThread = NameQuestion | FuseReply;

export type FuseReply =
  /** The response's body, ready to send. */
  | { readonly type: 'fused'; readonly body: Uint8Array }
  /** The request does not hold; `details` fill in the error's sentence. */
  | {
      readonly type: 'refused';
      readonly code: 'body_empty' | 'body_not_json' | 'request_invalid';
      readonly details: Readonly<Record<string, string>> & { readonly problem: string };
    };
