/** What the root process and its serving processes say to each other. */
import type { ErrorDetails } from '@vortexflow/primitives';
import type { HealthResponse, SupervisionNode } from '@vortexflow/protocol';
import type { AuthCall, AuthOutcome } from '../access/remote-auth.ts';
import type { ConfigurationOperation } from '../config/door.ts';
import type { Settings } from '../config/settings.ts';
import type { StartReport } from '../runtime/start-report.ts';

/** Handed to a serving process when it starts, in the environment. */
export interface ServingSetup {
  readonly kind: 'leader' | 'follower';
  readonly number: number;
  readonly requests: string;
  readonly replication: string;
  /** It takes the place of an earlier one. */
  readonly isSuccessor: boolean;
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

/** A serving process asks what only the root process knows. */
export interface ConfigurationQuestion {
  readonly type: 'configure';
  readonly id: number;
  readonly operation: ConfigurationOperation;
  readonly argument: unknown;
}

export interface ConfigurationAnswer {
  readonly type: 'answered';
  readonly id: number;
  readonly value?: unknown;
  /** A wire error in place of a value. */
  readonly failure?: { readonly code: string; readonly details?: ErrorDetails };
}

export type ToServing =
  /** The first message, and whenever they have changed: these settings hold from here on. */
  | { readonly type: 'settings'; readonly number: number; readonly settings: Settings }
  | ConfigurationAnswer
  /** To a leader: the data folder is free. */
  | { readonly type: 'free' }
  /** What came of a call. */
  | { readonly type: 'auth'; readonly id: number; readonly outcome: AuthOutcome }
  | { readonly type: 'ask'; readonly id: number; readonly what: keyof Told }
  | { readonly type: 'stop' };

export type FromServing =
  /** The settings of this number hold. */
  | { readonly type: 'applied'; readonly number: number }
  | ConfigurationQuestion
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
