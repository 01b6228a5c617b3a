/** What the two sides of a placed actor say to each other. All of it can be cloned. */
import type { ExitReason } from './contract.ts';

/** What was thrown over there, as text: anything can be thrown, not everything can be cloned. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

/** What a host is made with. */
export interface Setup {
  readonly module: string;
  readonly exportName: string;
  readonly prepareData: unknown;
}

/** What a worker thread is made with. */
export interface ThreadSetup extends Setup {
  readonly progress: SharedArrayBuffer;
}

export interface Begin {
  readonly type: 'begin';
  readonly path: string;
  readonly data: unknown;
  readonly snapshot: Uint8Array | undefined;
  /** Whether there is a store for snapshots. */
  readonly snapshots: boolean;
  readonly hangMs: number | undefined;
  readonly shutdownMs: number | 'kill' | undefined;
}

export interface Batch {
  readonly type: 'batch';
  /** Number of the first message; they count from 1 in each run. */
  readonly first: number;
  readonly messages: readonly unknown[];
  /** Numbers of those that are questions. */
  readonly asks: readonly number[];
}

export type ToHost = Begin | Batch | { readonly type: 'stop'; readonly reason: ExitReason };

/** All messages up to `done` are handled. */
export interface Handled {
  readonly type: 'handled';
  readonly done: number;
  /** Number of a question, its answer, number, answer ... */
  readonly answers: readonly unknown[];
  /** Questions whose handler ended without an answer. */
  readonly unanswered: readonly number[];
}

/** Something about a snapshot: made (`bytes`), loaded, refused by `load`, or not made. */
type SnapshotNews =
  | { readonly type: 'snapshot'; readonly bytes: Uint8Array }
  | { readonly type: 'snapshot_loaded' }
  | { readonly type: 'snapshot_refused' | 'snapshot_failed'; readonly thrown: Thrown };

export type FromHost =
  | Handled
  | SnapshotNews
  | { readonly type: 'prepared' }
  | { readonly type: 'started' }
  /** Loading, `prepare` or `init` failed. */
  | { readonly type: 'failed'; readonly thrown: Thrown }
  /** The handler threw; `onStop` is still to come. */
  | { readonly type: 'crashed'; readonly thrown: Thrown }
  /** It has ended; nothing comes after this. `thrown`: by `onStop`. */
  | { readonly type: 'ended'; readonly reason: ExitReason; readonly thrown: Thrown | undefined }
  /** Nobody caught it: the process is about to die of it. */
  | { readonly type: 'uncaught'; readonly thrown: Thrown }
  /** The thread runs no more of its own code; taking it down is still to come. `thrown`: what nobody caught. */
  | { readonly type: 'leaving'; readonly code: number; readonly thrown: Thrown | undefined }
  /** The answer to this question cannot be cloned. */
  | { readonly type: 'not_cloneable'; readonly ask: number }
  | { readonly type: 'tell'; readonly message: unknown }
  | { readonly type: 'event'; readonly event: unknown };

/** Describes what was thrown; never throws itself, whatever it reads. */
export function describeThrown(error: unknown): Thrown {
  try {
    if (error instanceof Error) {
      // Whatever the types say, anybody can put anything there.
      const { name, message, stack, code } = error as Partial<Record<keyof Thrown, unknown>>;
      return { name: String(name), message: String(message), stack: textOf(stack), code: textOf(code) };
    }
    return { name: 'Error', message: String(error), stack: undefined, code: undefined };
  } catch {
    return { name: 'Error', message: 'what was thrown cannot be read', stack: undefined, code: undefined };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An error of this side that says what was thrown on the other. */
export function revive({ name, message, stack, code }: Thrown): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}
