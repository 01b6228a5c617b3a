/** State that outlives its actor: where it is kept, and when it is saved and loaded. */
import type { ActorSpec, Exit, SnapshotSpec } from './contract.ts';
import { isThenable } from './thenable.ts';

/** Keeps the last snapshot of each actor, by its path. What it throws or rejects with is reported and counted. */
export interface SnapshotStore {
  /** Undefined: there is none. */
  get(path: string): Promise<Uint8Array | undefined>;
  /** Replaces the last one, wholly or not at all. */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

/** What happened to a snapshot; the first is to be stored. */
export type KeeperNews =
  | { readonly type: 'snapshot'; readonly bytes: Uint8Array }
  | { readonly type: 'snapshot_loaded' }
  | { readonly type: 'snapshot_refused' | 'snapshot_failed'; readonly error: unknown };

/** Makes the snapshots of an actor. */
export class SnapshotKeeper {
  readonly #spec: SnapshotSpec<unknown>;
  readonly #report: (news: KeeperNews) => void;
  #since = 0;

  constructor(spec: SnapshotSpec<unknown>, report: (news: KeeperNews) => void) {
    this.#spec = spec;
    this.#report = report;
  }

  /** The state to start a run with. */
  load(bytes: Uint8Array | undefined, fresh: unknown): unknown {
    this.#since = 0;
    if (bytes === undefined) return fresh;
    try {
      const state = this.#spec.load(bytes, fresh);
      this.#report({ type: 'snapshot_loaded' });
      return state;
    } catch (error) {
      this.#report({ type: 'snapshot_refused', error });
      return fresh;
    }
  }

  /** To be called after each message. */
  handled(state: unknown): void {
    if (++this.#since >= this.#spec.every) this.save(state);
  }

  save(state: unknown): void {
    if (this.#since === 0) return; // nothing has happened since the last one
    this.#since = 0;
    try {
      this.#report({ type: 'snapshot', bytes: this.#spec.save(state) });
    } catch (error) {
      this.#report({ type: 'snapshot_failed', error });
    }
  }
}

/** Stores snapshots of one actor, one at a time; of several that wait only the newest. */
export class SnapshotWriter {
  readonly #put: (bytes: Uint8Array) => Promise<void>;
  readonly #onStored: (error: { readonly error: unknown } | undefined) => void;
  #next: Uint8Array | undefined;
  #writing: Promise<void> | undefined;

  constructor(
    put: (bytes: Uint8Array) => Promise<void>,
    onStored: (failed: { readonly error: unknown } | undefined) => void,
  ) {
    this.#put = put;
    this.#onStored = onStored;
  }

  write(bytes: Uint8Array): void {
    this.#next = bytes;
    this.#writing ??= this.#work();
  }

  /** Settles when all is stored. Never rejects. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #work(): Promise<void> {
    for (let bytes = this.#next; bytes !== undefined; bytes = this.#next) {
      this.#next = undefined;
      try {
        await this.#put(bytes);
        this.#onStored(undefined);
      } catch (error) {
        this.#onStored({ error });
      }
    }
    this.#writing = undefined;
  }
}

/** What an inline actor with snapshots needs from its surroundings. */
export interface SnapshotPort {
  get(): Promise<Uint8Array | undefined>;
  readonly writer: SnapshotWriter;
  report(news: KeeperNews): void;
}

type Spec = ActorSpec<unknown, unknown, unknown>;

/** The same actor, which starts from its last snapshot and makes new ones. */
export function withSnapshots(spec: Spec, snapshot: SnapshotSpec<unknown>, port: SnapshotPort): Spec {
  const keeper = new SnapshotKeeper(snapshot, (news) => {
    if (news.type === 'snapshot') port.writer.write(news.bytes);
    else port.report(news);
  });
  const handled = (before: unknown, after: unknown): unknown => {
    keeper.handled(after === undefined ? before : after);
    return after;
  };
  return {
    ...spec,
    async init(ctx) {
      const fresh: unknown = await spec.init(ctx);
      // What the last run left has its place before this one reads.
      await port.writer.settled();
      return keeper.load(await port.get(), fresh);
    },
    handle(state, message, ctx) {
      const result = spec.handle(state, message, ctx);
      if (!isThenable(result)) return handled(state, result);
      return Promise.resolve(result).then((after) => handled(state, after));
    },
    async onStop(state, reason: Exit['reason'], error) {
      if (reason !== 'crash') keeper.save(state);
      await port.writer.settled();
      await spec.onStop?.(state, reason, error);
    },
  };
}
