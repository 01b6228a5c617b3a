/** What the root process and its serving processes say to each other. */
import type { HealthResponse, SupervisionNode } from '@vortexflow/protocol';
import type { AuthCall, AuthOutcome } from '../access/remote-auth.ts';
import type { StartReport } from '../runtime/start-report.ts';

/** Handed to a serving process when it starts, in the environment. */
export interface ServingSetup {
  readonly kind: 'leader' | 'follower';
  readonly number: number;
  readonly requests: string;
  readonly replication: string;
}

/** The variable of the {@link ServingSetup}. */
export const SETUP_VARIABLE = 'VORTEXFLOW_SERVING';

/** What the root can ask for. */
export interface Told {
  readonly health: Omit<HealthResponse, 'request_id'>;
  /** As prom-client gives and takes them; null while there are none. */
  readonly metrics: readonly object[];
  readonly tree: SupervisionNode;
}

export type ToServing =
  /** To a leader: the data folder is free. */
  | { readonly type: 'free' }
  /** What came of a call. */
  | { readonly type: 'auth'; readonly id: number; readonly outcome: AuthOutcome }
  | { readonly type: 'ask'; readonly id: number; readonly what: keyof Told }
  | { readonly type: 'stop' };

export type FromServing =
  | { readonly type: 'stage'; readonly stage: string }
  /** A leader that waits for the data folder. */
  | { readonly type: 'prepared' }
  /** Requests are answered. */
  | { readonly type: 'ready'; readonly report: StartReport | null }
  /** It cannot start. */
  | { readonly type: 'failed'; readonly message: string; readonly code: string | null }
  /** A follower: whether changes wait for it now. */
  | { readonly type: 'level'; readonly isLevel: boolean }
  /** A follower that must be started anew. */
  | { readonly type: 'stale' }
  /** Of the records of users, keys and sessions, which the root process keeps. */
  | { readonly type: 'auth'; readonly id: number; readonly call: AuthCall }
  | { readonly type: 'told'; readonly id: number; readonly value: Told[keyof Told] }
  /** The main thread gets its turns. */
  | { readonly type: 'beat' };

/** How often a serving process says so, ms. */
export const BEAT_MS = 100;
