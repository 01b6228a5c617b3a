/**
 * The words of actors that live elsewhere: on a worker thread or in a child process. Closures cannot go there, so such an
 * actor is named by its module; its mailbox, its deadlines and all that supervises it stay on this side.
 */
import type { Transferable } from 'node:worker_threads';
import type { ActorRef, ActorTerms, Context, ExitReason, SnapshotSpec } from './contract.ts';

/** Where an actor runs. Actors that share one placement object share its spares. */
export interface Placement {
  /** Name of the module's export, a {@link PlacedActor}. Default `default`. */
  readonly export?: string;
  /** Cloned for `prepare`. A function is called, here, for each thread or process that is made. */
  readonly prepareData?: unknown;
  /** Spares that are kept ready, loaded and prepared, for restarts and rolls. Default 0. */
  readonly standby?: number;
  /**
   * Ends the actor when its handler has neither returned nor called `ctx.beat()` for so long; between messages, when its
   * event loop has stood still for so long. Milliseconds, seen within a quarter of it. Default: never.
   */
  readonly hangMs?: number;
  /** Most messages under way to the other side, never more than half of the mailbox. Default 1024. */
  readonly window?: number;
}

/** On a worker thread of this process. */
export interface ThreadPlacement extends Placement {
  readonly thread: URL;
  /** Of the thread's heap. Beyond them it ends, and with it only the actor. */
  readonly resourceLimits?: {
    readonly maxOldGenerationSizeMb?: number;
    readonly maxYoungGenerationSizeMb?: number;
    readonly stackSizeMb?: number;
  };
}

/** In a child process. It ends by itself when this process is gone. */
export interface ProcessPlacement extends Placement {
  readonly process: URL;
  /** Instead of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Instead of this process's. */
  readonly execArgv?: readonly string[];
}

/** An actor elsewhere, as data. `M`: its messages, `R`: its answers, both made of what the structured clone algorithm takes. */
export interface PlacedActorSpec<M, R = never> extends ActorTerms {
  readonly placement: ThreadPlacement | ProcessPlacement;
  /** Cloned for `init`. A function is called, here, for each start. */
  readonly initData?: unknown;
  /** Told what the actor emits with `ctx.emit`, in order. */
  onEvent?(event: unknown, ref: ActorRef<M, R>): void;
}

/** What `init` is given on the other side. `P`: what `prepare` made; `D`: the specification's `initData`. */
export interface Given<P = undefined, D = undefined> {
  readonly prepared: P;
  readonly data: D;
}

/**
 * What the module of a placed actor exports. An `ActorSpec` without `monitor` and `link` is one: both throw there, and
 * `ctx.self` can be told but not asked.
 */
export interface PlacedActor<S, M, R = never, P = undefined, D = undefined> {
  /** What takes long and can be done before the actor is needed, e.g. loading an index. A spare has done it. `data`: the placement's `prepareData`. */
  prepare?(data: never): P | Promise<P>;
  /** Gives the first state. Whoever starts the actor waits for it. */
  init(ctx: Context<M, R>, given: Given<P, D>): S | Promise<S>;
  handle(state: S, message: M, ctx: Context<M, R>): S | void | Promise<S | void>;
  /** As in `ActorSpec`; has the specification's `shutdownMs` for it. */
  onStop?(state: S, reason: ExitReason, error: unknown): void | Promise<void>;
  readonly snapshot?: SnapshotSpec<S>;
}

/** Any placed actor: what a `PlacedActorSpec` is, whatever its types. */
export interface AnyPlacedActorSpec extends Omit<PlacedActorSpec<unknown, unknown>, 'onEvent'> {
  onEvent?(event: unknown, ref: never): void;
}

/** Memory that is handed over rather than copied: to a thread, not to a process, which gets a copy. */
export type Transfer = readonly Transferable[];
