/** The words of this package: what an actor is, what a supervisor promises. Terms and meanings as in Erlang/OTP. */
import type { Timer } from '@vortexflow/primitives';
import type { Transferable } from 'node:worker_threads';

/** When a child that has ended is started again: always; unless it ended in order; never. */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** Which children are stopped and started with one that ended: none; all; those started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/** Why an actor ended. `normal` and `shutdown` are in order. */
export type ExitReason = 'normal' | 'shutdown' | 'crash' | 'killed';

/** How an actor ended; `error` is what was thrown, anything at all, after a `crash`. */
export interface Exit {
  readonly reason: ExitReason;
  readonly error?: unknown;
}

/** Told once to a monitor. `noproc`: there was nothing running to watch. */
export interface Down {
  readonly id: string;
  readonly reason: ExitReason | 'noproc';
  readonly error?: unknown;
}

/**
 * Why a message or an answer reached nobody. `not_cloneable`: it cannot leave this thread; `transferred`: it went with
 * memory that was handed over to a thread that died; `fault`: a fault plan dropped it.
 */
export type DeadLetterReason =
  | 'mailbox_full'
  | 'dropped_oldest'
  | 'dropped_newest'
  | 'not_running'
  | 'stopped'
  | 'late_reply'
  | 'not_cloneable'
  | 'transferred'
  | 'fault';

/** A message, or a late answer, that reached nobody. */
export interface DeadLetter {
  /** Path of the actor it was for (or came from, if `late_reply`). */
  readonly to: string;
  readonly reason: DeadLetterReason;
  readonly message: unknown;
}

/** A bounded mailbox. `capacity` >= 1 messages; `overflow` says who loses when it is full. */
export interface MailboxSpec {
  readonly capacity: number;
  /** `reject`: the sender is told and it counts as rejected; `dropNewest`: the same, counted as dropped; `dropOldest`: the oldest goes. */
  readonly overflow: 'reject' | 'dropOldest' | 'dropNewest';
}

/** Waits before restarts: uniform in [0, min(maxMs, minMs * 2^n)), n the failures since it last ran for `maxMs`. */
export interface BackoffSpec {
  readonly minMs: number;
  readonly maxMs: number;
  readonly jitter: 'full';
}

/** Whether a message was taken: into the mailbox; not, it is full; not, the actor has ended. */
export type TellResult = 'queued' | 'rejected' | 'dead';

/** How long to wait for an answer. */
export interface AskOptions {
  /** Milliseconds, above zero. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** See `ActorRef.tell`. */
  readonly transfer?: Transfer;
}

/** Address of an actor. It stays good over restarts. `M`: messages; `R`: answers. */
export interface ActorRef<M, R = never> {
  readonly id: string;
  /** Ids from the root to here, joined by `/`. */
  readonly path: string;
  /** Leaves a message. Never throws, never runs the receiver. `transfer`: memory to hand over to an actor on another thread. */
  tell(message: M, transfer?: Transfer): TellResult;
  /** Leaves a question. Rejects with an `ask_*` error; when the actor crashes or ends, at once. */
  ask(message: M, options: AskOptions): Promise<R>;
}

/** What an actor can do while it runs. Of no effect once this run of the actor is over. */
export interface Context<M, R = never> {
  readonly self: ActorRef<M, R>;
  /**
   * Answers the question in hand. Of no effect for a message that was told. Only until the handler, with all that it
   * awaits, is done: what goes on beside it uses `deferReply`, or it might answer a later question.
   */
  reply(answer: R, transfer?: Transfer): void;
  /** Takes the question along: the function given back answers it later. */
  deferReply(): (answer: R, transfer?: Transfer) => void;
  /** Says that a handler that takes long is alive; see `Placement.hangMs`. */
  beat(): void;
  /** Tells the owner's `onEvent`; of no effect inline. */
  emit(event: unknown): void;
  /** Ends this actor after the message being handled. */
  stop(reason?: 'normal' | 'shutdown'): void;
  /** Tells itself `message` in `ms`, unless it stops or restarts before. */
  after(ms: number, message: M): Timer;
  /** Tells itself, once, that `target` has ended. Lasts as long as this run of the actor. */
  monitor(target: ActorRef<never, unknown>, toMessage: (down: Down) => M): Timer;
  /** Joins fates: when one ends otherwise than `normal`, so does the other, for the same reason. */
  link(target: ActorRef<never, unknown>): void;
}

/** What a supervisor needs to know of an actor, whatever it does and wherever it is placed. */
export interface ActorTerms {
  readonly id: string;
  /** Default `permanent`. */
  readonly restart?: Restart;
  /** Time for an ordered stop in ms, after which it is killed; `kill`: at once, without `onStop`. Default 5000. */
  readonly shutdownMs?: number | 'kill';
  /** Default 1024, `reject`. */
  readonly mailbox?: MailboxSpec;
  /** Default none, as in OTP. */
  readonly backoff?: BackoffSpec;
  /** Deadline of a start in ms. Default: none inline, 30,000 of an actor that is placed elsewhere. */
  readonly initMs?: number;
}

/** State that outlives its actor, in the store given to `createSystem` and under the actor's path. */
export interface SnapshotSpec<S> {
  /** Messages handled between two snapshots, >= 1. An ordered end makes one too. */
  readonly every: number;
  /** What throws here is reported and counted; the actor goes on. */
  save(state: S): Uint8Array;
  /** Gives the state to start with. `fresh` is what `init` gave. What throws here is reported and counted; the actor starts with `fresh`. */
  load(bytes: Uint8Array, fresh: S): S;
}

/** An actor as data. `S`: its state; `M`: its messages; `R`: its answers. */
export interface ActorSpec<S, M, R = never> extends ActorTerms {
  /** Gives the first state, at each start and restart. */
  init(ctx: Context<M, R>): S | Promise<S>;
  /** Handles one message at a time. What it gives back, unless undefined, is the new state. */
  handle(state: S, message: M, ctx: Context<M, R>): S | void | Promise<S | void>;
  /** Runs when the actor ends, also after a crash, but not when it is killed. */
  onStop?(state: S, reason: ExitReason, error: unknown): void | Promise<void>;
  readonly snapshot?: SnapshotSpec<S>;
  /** The default: on this thread. For other places see `PlacedActorSpec`. */
  readonly placement?: 'inline';
}

/** A supervisor as data. It fails, with reason `shutdown`, at more than `intensity` restarts within `periodMs`. */
export interface SupervisorSpec {
  readonly id: string;
  /** As a child of another supervisor. Default `permanent`. A `transient` one that fails is, as in OTP, not restarted. */
  readonly restart?: Restart;
  /** Default: as long as its children take. */
  readonly shutdownMs?: number | 'kill';
  readonly backoff?: BackoffSpec;
  readonly strategy: Strategy;
  /** Default 1. */
  readonly intensity?: number;
  /** Default 5000. */
  readonly periodMs?: number;
  /** In the order in which they start. */
  readonly children: readonly ChildSpec[];
}

/** Any actor: what an `ActorSpec` is, whatever its types. */
export interface AnyActorSpec extends Omit<
  ActorSpec<unknown, unknown, unknown>,
  'init' | 'handle' | 'onStop' | 'snapshot'
> {
  init(ctx: never): unknown;
  handle(state: never, message: never, ctx: never): unknown;
  onStop?(state: never, reason: ExitReason, error: unknown): unknown;
  readonly snapshot?: {
    readonly every: number;
    save(state: never): Uint8Array;
    load(bytes: Uint8Array, fresh: never): unknown;
  };
}

/** Any actor or supervisor. */
export type ChildSpec = AnyActorSpec | AnyPlacedActorSpec | SupervisorSpec;

/** Handle of a running supervisor. */
export interface SupervisorRef {
  readonly id: string;
  readonly path: string;
  /** The actor of this specification, wherever below this supervisor; it stays good over restarts. Throws `actor_unknown`. */
  ref<S, M, R = never>(spec: ActorSpec<S, M, R>): ActorRef<M, R>;
  ref<M, R = never>(spec: PlacedActorSpec<M, R>): ActorRef<M, R>;
  /** The supervisor of this specification, wherever below this one. Throws `actor_unknown`. */
  sub(spec: SupervisorSpec): SupervisorRef;
  /** Starts a further child, the last in order. Rejects with `actor_start_failed` or `actor_spec_invalid`. Forgotten when the supervisor restarts. */
  startChild<S, M, R = never>(spec: ActorSpec<S, M, R>): Promise<ActorRef<M, R>>;
  startChild<M, R = never>(spec: PlacedActorSpec<M, R>): Promise<ActorRef<M, R>>;
  /**
   * Replaces a placed child by a new one that is ready before the old one is asked to stop: its messages go over once
   * what the old one was given is done; monitors and links stay. Settles when the old one is gone. Rejects, and leaves the
   * old one at work, with `actor_start_failed`, `actor_start_timeout`, `actor_unknown`, or `actor_not_placed`.
   */
  rollChild(id: string): Promise<void>;
  /** Stops a child in order and forgets it. Rejects with `actor_unknown`. */
  stopChild(id: string): Promise<void>;
}

/** The live tree, as plain JSON. */
export interface TreeNode {
  readonly id: string;
  readonly kind: 'system' | 'supervisor' | 'actor';
  readonly state: 'waiting' | 'starting' | 'running' | 'stopping' | 'stopped';
  readonly restarts: number;
  /** Messages waiting or under way; only of actors. */
  readonly mailbox?: number;
  /** Only of actors that are not inline; `pid` while they run in a process. */
  readonly placement?: 'thread' | 'process';
  readonly pid?: number;
  readonly strategy?: Strategy;
  readonly children?: readonly TreeNode[];
}

/** What became of all messages: sent = handled + crashed + rejected + dropped + dead + those still waiting or in hand. */
export interface Counters {
  sent: number;
  handled: number;
  /** In hand when the actor crashed or was killed. */
  crashed: number;
  rejected: number;
  dropped: number;
  /** Sent to, or left in the mailbox of, an actor that has ended; or it could not go where its actor is. */
  dead: number;
}

/** {@link Counters}, and what became of runs. */
export interface Metrics extends Counters {
  /** Of actors and supervisors, by their supervisors. */
  restarts: number;
  /** Actors ended by the watchdog. */
  hangs: number;
  /** Restarts and rolls that found a spare ready, or none although some are asked for. */
  standbyHits: number;
  standbyMisses: number;
  /** Spares that died or failed while they waited. */
  standbyLost: number;
  /** Ready now. */
  spares: number;
  rolls: number;
  snapshotsSaved: number;
  snapshotsLoaded: number;
  /** Corrupt or incompatible: the actor started afresh. */
  snapshotsRefused: number;
  /** Could not be made or stored. */
  snapshotsFailed: number;
  /** Messages dropped, delayed or doubled and crashes brought about by the fault plan. */
  faults: number;
}

// --- actors that live elsewhere: closures cannot go there, so they are named by a module

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
