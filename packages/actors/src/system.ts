import { type Clock, type Random, seededRandom, type Timer } from '@vortexflow/primitives';
import { Cell } from './cell.ts';
import { linkActors } from './context.ts';
import type {
  ActorRef,
  ActorSpec,
  AnyActorSpec,
  ChildSpec,
  Counters,
  DeadLetter,
  DeadLetterReason,
  Down,
  Exit,
  Metrics,
  SupervisorRef,
  SupervisorSpec,
  TreeNode,
} from './contract.ts';
import { actorError } from './errors.ts';
import { type FaultPlan, Faults } from './faults.ts';
import { makeCell } from './make-cell.ts';
import type { AnyPlacedActorSpec, PlacedActorSpec } from './contract.ts';
import { type CrashReport, Runtime, type Warning } from './runtime.ts';
import type { SnapshotStore } from './snapshots.ts';
import { Supervisor } from './supervisor.ts';
import type { Owner, Unit } from './unit.ts';
import { checkSpec } from './validate.ts';

/** How to make a system. */
export interface SystemOptions {
  readonly clock: Clock;
  /** `real`, the default: in turn, 64 messages at a time. With a seed: the next one by chance, one message at a time, repeatably. */
  readonly scheduler?: 'real' | { readonly seed: number };
  /** For the jitter of back-offs. Default with a seeded scheduler: of the same seed; else none. */
  readonly random?: Random;
  readonly onDeadLetter?: (letter: DeadLetter) => void;
  /** Told of each crash and each failed start. What was thrown may bite when read. */
  readonly onCrash?: (report: CrashReport) => void;
  readonly onWarning?: (warning: Warning) => void;
  /** Where actors with `snapshot` keep theirs. Without it they make none. */
  readonly snapshots?: SnapshotStore;
  /** For tests. Default none, at no cost. */
  readonly faults?: FaultPlan;
}

/** How a system ended. */
export interface StopReport {
  /** False when the deadline passed and the rest was killed. */
  readonly inOrder: boolean;
  readonly counters: Readonly<Counters>;
}

/** Actors and their supervisors: those inline share one queue on this thread, others have a thread or a process each. */
export interface System {
  /** Starts a tree. Rejects with `actor_spec_invalid`, or `actor_start_failed` if one of its first starts fails. */
  supervise(spec: SupervisorSpec): Promise<SupervisorRef>;
  /** Starts an actor that nobody restarts; `restart` and `backoff` are of no effect. */
  spawn<S, M, R = never>(spec: ActorSpec<S, M, R>): ActorRef<M, R>;
  spawn<M, R = never>(spec: PlacedActorSpec<M, R>): ActorRef<M, R>;
  /** Calls `onDown` once: when the run of the target ends, or at once (`noproc`) when it does not run. */
  monitor(target: ActorRef<never, unknown> | SupervisorRef, onDown: (down: Down) => void): Timer;
  /** Joins the fates of two actors: see `Context.link`. */
  link(a: ActorRef<never, unknown>, b: ActorRef<never, unknown>): void;
  /** Ends an actor from outside, as if it had asked for it; `killed`: now and without `onStop`. */
  exit(target: ActorRef<never, unknown>, reason: 'normal' | 'shutdown' | 'killed'): void;
  tree(): TreeNode;
  /** A copy; see {@link Counters}. */
  counters(): Counters;
  /** A copy; see {@link Metrics}. */
  metrics(): Metrics;
  /** Dead letters by reason, a copy. */
  deadLetters(): Record<DeadLetterReason, number>;
  /** Stops everything in reverse order of start; what is left after `deadlineMs` is killed. Never rejects. */
  stop(options: { readonly deadlineMs: number }): Promise<StopReport>;
}

/** Makes an empty system. */
export function createSystem(options: SystemOptions): System {
  return new ActorSystem(options);
}

class ActorSystem implements System, Owner {
  readonly path = '';
  readonly #runtime: Runtime;
  readonly #units = new Set<Unit>();
  #stopping: Promise<StopReport> | undefined;
  #stopped = false;

  constructor({ scheduler = 'real', random, faults, ...options }: SystemOptions) {
    const seed = scheduler === 'real' ? undefined : scheduler.seed;
    this.#runtime = new Runtime({
      clock: options.clock,
      random: random ?? (seed === undefined ? undefined : seededRandom(~seed)),
      pick: seed === undefined ? undefined : seededRandom(seed),
      onDeadLetter: options.onDeadLetter,
      onCrash: options.onCrash,
      onWarning: options.onWarning,
      snapshots: options.snapshots,
    });
    if (faults) this.#runtime.faults = new Faults(faults);
  }

  async supervise(spec: SupervisorSpec): Promise<SupervisorRef> {
    this.#check(spec);
    this.#forgetStopped(spec.id);
    const supervisor = new Supervisor(this.#runtime, this, spec);
    this.#units.add(supervisor);
    const outcome = await supervisor.start();
    if (!outcome) return supervisor;
    this.#units.delete(supervisor);
    supervisor.bury();
    throw outcome.error;
  }

  /** A supervisor that failed stays in the tree, for all to see, until another of its name takes its place. */
  #forgetStopped(id: string): void {
    for (const unit of this.#units) {
      if (!(unit instanceof Supervisor) || unit.id !== id) continue;
      if (unit.alive) throw actorError('actor_spec_invalid', { id, problem: 'a supervisor of that id is running' });
      this.#units.delete(unit);
    }
  }

  spawn<M, R>(spec: AnyActorSpec | AnyPlacedActorSpec): ActorRef<M, R> {
    this.#check(spec);
    const cell = makeCell(this.#runtime, this, spec);
    this.#units.add(cell);
    const outcome = cell.start();
    if (outcome instanceof Promise) void outcome.then((failed) => failed && this.#forget(cell));
    else if (outcome) this.#forget(cell);
    return cell as unknown as ActorRef<M, R>;
  }

  #check(spec: ChildSpec): void {
    if (this.#stopping) throw actorError('actor_system_stopped');
    checkSpec(spec, this.#runtime.random !== undefined);
  }

  #forget(unit: Unit): void {
    if (unit instanceof Cell) this.#units.delete(unit);
    unit.bury();
  }

  exited(unit: Unit, _exit: Exit): void {
    this.#forget(unit);
  }

  monitor(target: ActorRef<never, unknown> | SupervisorRef, onDown: (down: Down) => void): Timer {
    return { cancel: this.#unit(target).watch(onDown) };
  }

  link(a: ActorRef<never, unknown>, b: ActorRef<never, unknown>): void {
    linkActors(this.#unit(a), this.#unit(b));
  }

  exit(target: ActorRef<never, unknown>, reason: 'normal' | 'shutdown' | 'killed'): void {
    const unit = this.#unit(target);
    if (reason === 'killed') unit.kill();
    else if (unit instanceof Cell) unit.signal({ reason });
  }

  #unit(target: unknown): Cell | Supervisor {
    if (target instanceof Cell || target instanceof Supervisor) return target;
    throw actorError('actor_unknown', { id: String((target as { readonly id?: unknown } | undefined)?.id) });
  }

  tree(): TreeNode {
    return {
      id: 'system',
      kind: 'system',
      state: this.#stopped ? 'stopped' : this.#stopping ? 'stopping' : 'running',
      restarts: 0,
      children: [...this.#units].map((unit) => unit.tree()),
    };
  }

  counters(): Counters {
    const { sent, handled, crashed, rejected, dropped, dead } = this.#runtime;
    return { sent, handled, crashed, rejected, dropped, dead };
  }

  metrics(): Metrics {
    const { restarts, hangs, standbyHits, standbyMisses, standbyLost, rolls } = this.#runtime;
    const { snapshotsSaved, snapshotsLoaded, snapshotsRefused, snapshotsFailed } = this.#runtime;
    const runs = { restarts, hangs, standbyHits, standbyMisses, standbyLost, rolls };
    const snapshots = { snapshotsSaved, snapshotsLoaded, snapshotsRefused, snapshotsFailed };
    return {
      ...this.counters(),
      ...runs,
      ...snapshots,
      spares: this.#runtime.standby.ready,
      faults: this.#runtime.faults?.count ?? 0,
    };
  }

  deadLetters(): Record<DeadLetterReason, number> {
    return { ...this.#runtime.deadLetters };
  }

  stop({ deadlineMs }: { readonly deadlineMs: number }): Promise<StopReport> {
    return (this.#stopping ??= this.#stop(deadlineMs));
  }

  async #stop(deadlineMs: number): Promise<StopReport> {
    const units = [...this.#units].reverse();
    let inOrder = true;
    const deadline = this.#runtime.clock.after(deadlineMs, () => {
      inOrder = false;
      for (const unit of units) unit.kill();
    });
    for (const unit of units) {
      await unit.shutdown();
      unit.bury();
    }
    deadline.cancel();
    // Nothing of them may run on, and what they were given is accounted for.
    await this.#runtime.standby.stop();
    this.#stopped = true;
    return { inOrder, counters: this.counters() };
  }
}
