import type { Clock, Random } from '@vortexflow/primitives';
import type { ActorSpec, DeadLetter, DeadLetterReason, Metrics } from './contract.ts';
import { Deadlines } from './deadlines.ts';
import { actorError } from './errors.ts';
import { RunQueue } from './run-queue.ts';
import { type KeeperNews, type SnapshotPort, type SnapshotStore, SnapshotWriter } from './snapshots.ts';
import { Standby } from './standby.ts';

/** An actor that crashed, or could not start. `error` is what was thrown: anything, even something that bites when read. */
export interface CrashReport {
  readonly path: string;
  readonly error: unknown;
}

/** Something that ended no actor but that somebody should know of: a snapshot that is no use, a spare that died. */
export interface Warning {
  /** Of the actor; of a spare, what it is a spare of. */
  readonly path: string;
  readonly error: unknown;
}

/** A fault plan, as the actors see it. */
export interface FaultHooks {
  readonly count: number;
  crashing(spec: ActorSpec<unknown, unknown, unknown>, path: string): ActorSpec<unknown, unknown, unknown>;
  attach(runtime: Runtime, cell: { readonly path: string }): void;
}

/** What all actors of a system share. */
export class Runtime implements Omit<Metrics, 'faults' | 'spares'> {
  readonly clock: Clock;
  /** For jitter; absent when none was handed in. */
  readonly random: Random | undefined;
  readonly queue: RunQueue;
  readonly deadlines: Deadlines;
  readonly deadLetters: Record<DeadLetterReason, number> = {
    mailbox_full: 0,
    dropped_oldest: 0,
    dropped_newest: 0,
    not_running: 0,
    stopped: 0,
    late_reply: 0,
    not_cloneable: 0,
    transferred: 0,
    fault: 0,
  };
  sent = 0;
  handled = 0;
  crashed = 0;
  rejected = 0;
  dropped = 0;
  dead = 0;
  restarts = 0;
  hangs = 0;
  standbyHits = 0;
  standbyMisses = 0;
  standbyLost = 0;
  rolls = 0;
  snapshotsSaved = 0;
  snapshotsLoaded = 0;
  snapshotsRefused = 0;
  snapshotsFailed = 0;
  /** Set once, before there is any actor. */
  faults: FaultHooks | undefined = undefined;
  readonly standby = new Standby(this);
  readonly #snapshots: SnapshotStore | undefined;
  readonly #onWarning: ((warning: Warning) => void) | undefined;
  readonly #onDeadLetter: ((letter: DeadLetter) => void) | undefined;
  readonly #onCrash: ((report: CrashReport) => void) | undefined;

  constructor(parts: {
    clock: Clock;
    random: Random | undefined;
    pick: Random | undefined;
    onDeadLetter: ((letter: DeadLetter) => void) | undefined;
    onCrash: ((report: CrashReport) => void) | undefined;
    onWarning: ((warning: Warning) => void) | undefined;
    snapshots: SnapshotStore | undefined;
  }) {
    this.#snapshots = parts.snapshots;
    this.#onWarning = parts.onWarning;
    this.clock = parts.clock;
    this.random = parts.random;
    this.queue = new RunQueue(parts.pick);
    this.deadlines = new Deadlines(parts.clock);
    this.#onDeadLetter = parts.onDeadLetter;
    this.#onCrash = parts.onCrash;
  }

  deadLetter(to: string, reason: DeadLetterReason, message: unknown): void {
    this.deadLetters[reason]++;
    if (this.#onDeadLetter) guarded(this.#onDeadLetter, { to, reason, message });
  }

  crash(path: string, error: unknown): void {
    if (this.#onCrash) guarded(this.#onCrash, { path, error });
  }

  warn(path: string, error: unknown): void {
    if (this.#onWarning) guarded(this.#onWarning, { path, error });
  }

  /** How the actor of that path keeps its snapshots; undefined without a store. */
  snapshotPort(path: string): SnapshotPort | undefined {
    const store = this.#snapshots;
    if (!store) return undefined;
    const report = (news: KeeperNews): void => this.#onSnapshot(path, news);
    const onStored = (failed: { readonly error: unknown } | undefined): void => {
      if (!failed) this.snapshotsSaved++;
      else report({ type: 'snapshot_failed', error: failed.error });
    };
    return {
      async get() {
        try {
          return await store.get(path);
        } catch (error) {
          report({ type: 'snapshot_refused', error });
          return undefined;
        }
      },
      writer: new SnapshotWriter((bytes) => store.put(path, bytes), onStored),
      report,
    };
  }

  #onSnapshot(path: string, news: KeeperNews): void {
    if (news.type === 'snapshot_loaded') this.snapshotsLoaded++;
    else if (news.type === 'snapshot_refused') {
      this.snapshotsRefused++;
      this.warn(path, actorError('snapshot_refused', { id: path }, news.error));
    } else if (news.type === 'snapshot_failed') {
      this.snapshotsFailed++;
      this.warn(path, actorError('snapshot_failed', { id: path }, news.error));
    }
  }
}

/** Calls a listener whose failure is nobody's concern. */
export function guarded<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch {
    // A listener that throws must not take down whom it listens to.
  }
}
