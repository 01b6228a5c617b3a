import type { Timer } from '@vortexflow/primitives';
import type { Down, Exit, Restart, BackoffSpec, TreeNode } from './contract.ts';

/** How a start ended: undefined is well, otherwise what was thrown. Boxed, because anything can be thrown. */
export type StartOutcome = { readonly error: unknown } | undefined;

/** What a supervisor supervises: an actor or another supervisor. */
export interface Unit {
  readonly spec: {
    readonly id: string;
    readonly restart?: Restart;
    readonly shutdownMs?: number | 'kill';
    readonly backoff?: BackoffSpec;
  };
  restarts: number;
  readonly alive: boolean;
  /** Never throws, never rejects. */
  start(): StartOutcome | Promise<StartOutcome>;
  /** Ends it in order, with its deadline. Settles when it has ended, also when it had ended before. */
  shutdown(): Promise<void>;
  /** Ends it now. */
  kill(): void;
  /** Says that no restart is to come: what waits in mailboxes is dead. It may still be started later. */
  bury(): void;
  tree(): TreeNode;
  watch(listener: (down: Down) => void): () => void;
}

/** Whom a unit tells that it has ended. */
export interface Owner {
  readonly path: string;
  /** Not called when a start fails: the outcome of the start says it. */
  exited(unit: Unit, exit: Exit): void;
}

/** What a supervisor knows of a child. */
export interface Child {
  readonly unit: Unit;
  /** It has ended by itself, and that has not been dealt with. */
  exit: Exit | undefined;
  /** Being stopped by this supervisor: its end is no news. */
  stopping: boolean;
  /** A restart failed, or waits for its back-off. */
  restarting: boolean;
  wait: Timer | undefined;
  failures: number;
  startedAt: number;
}

/** A child that has not been started. */
export function childOf(unit: Unit): Child {
  const isNew = { exit: undefined, stopping: false, restarting: false };
  return { unit, ...isNew, wait: undefined, failures: 0, startedAt: 0 };
}

export const DEFAULT_SHUTDOWN_MS = 5_000;
