import { Cell, DEAD, RUNNING, STARTING, STOPPING } from './cell.ts';
import type { Exit, TellResult, TreeNode } from './contract.ts';
import { Delivery } from './delivery.ts';
import { type ActorErrorCode, actorError } from './errors.ts';
import { Parcel } from './parcel.ts';
import type { PlacedActorSpec, Transfer } from './contract.ts';
import type { Remote } from './remote.ts';
import { guarded, type Runtime } from './runtime.ts';
import type { SnapshotPort } from './snapshots.ts';
import { DEFAULT_SHUTDOWN_MS, type Owner, type StartOutcome } from './unit.ts';
import { Watchdog } from './watchdog.ts';
import { type Begin, type FromHost, revive } from './wire.ts';

type Spec = PlacedActorSpec<unknown, unknown>;

const DEFAULT_INIT_MS = 30_000;
const DEFAULT_WINDOW = 1_024;

/** One run of the actor, over there. */
interface Run {
  readonly remote: Remote;
  readonly delivery: Delivery;
  watchdog: Watchdog | undefined;
  /** What is known of its end before it is over. */
  exit: Exit | undefined;
}

/** An actor on a worker thread or in a child process: mailbox, deadlines and supervision here, state and handler there. */
export class PlacedCell extends Cell<Spec> {
  #run: Run | undefined;
  /** A run that is to take over; see `roll`. */
  #coming: Run | undefined;
  /** While a run takes over, messages wait. */
  #holding = false;
  /** Settles when nothing of earlier runs is left and all that they were given is accounted for. */
  #ending: Promise<unknown> = Promise.resolve();
  readonly #window: number;
  readonly #snapshots: SnapshotPort | undefined;

  constructor(runtime: Runtime, owner: Owner, spec: Spec) {
    super(runtime, owner, spec);
    // So that a full mailbox always holds something that can still be dropped.
    const half = Math.max(1, this.capacity >> 1);
    this.#window = Math.min(spec.placement.window ?? DEFAULT_WINDOW, half);
    this.#snapshots = runtime.snapshotPort(`${owner.path}/${spec.id}`);
  }

  // --- messages

  override tell(message: unknown, transfer?: Transfer): TellResult {
    return this.put(transfer === undefined || transfer.length === 0 ? message : new Parcel(message, transfer));
  }

  override put(item: unknown): TellResult {
    this.runtime.sent++;
    if (this.status === DEAD) return this.refuseDead(item);
    // Inline, the message in hand is not in the mailbox either.
    const underWay = Math.max(0, (this.#run?.delivery.size ?? 0) - 1);
    if (this.mailbox.size + underWay >= this.capacity && !this.makeRoom(item)) return 'rejected';
    this.mailbox.push(item);
    if (!this.scheduled && this.status === RUNNING) this.schedule();
    return 'queued';
  }

  run(): number {
    this.scheduled = false;
    if (this.status === RUNNING && !this.#holding) this.#run?.delivery.send();
    return 1;
  }

  #onMessage(run: Run, message: FromHost): void {
    switch (message.type) {
      case 'handled':
        run.delivery.handled(message);
        if (run === this.#run) this.scheduleIfReady();
        break;
      case 'not_cloneable':
        run.delivery.notCloneable(message.ask);
        break;
      case 'tell':
        this.tell(message.message);
        break;
      case 'event':
        guarded((event: unknown) => this.spec.onEvent?.(event, this), message.event);
        break;
      case 'crashed':
        this.#onCrashed(run, revive(message.thrown));
        break;
      case 'ended':
        this.#onEnded(run, { reason: message.reason, ...(message.thrown && { error: revive(message.thrown) }) });
        break;
      case 'snapshot':
        this.#snapshots?.writer.write(message.bytes);
        break;
      case 'snapshot_loaded':
        this.#snapshots?.report(message);
        break;
      case 'snapshot_refused':
      case 'snapshot_failed':
        this.#snapshots?.report({ type: message.type, error: revive(message.thrown) });
    }
  }

  // --- starting

  start(): Promise<StartOutcome> {
    const isFirst = this.epoch === 0;
    const epoch = ++this.epoch;
    this.status = STARTING;
    const { promise, resolve } = Promise.withResolvers<StartOutcome>();
    this.settle = resolve;
    const initMs = this.spec.initMs ?? DEFAULT_INIT_MS;
    this.deadline(initMs, () => {
      this.#startEnded(epoch, { error: actorError('actor_start_timeout', { id: this.id, initMs }) });
    });
    void this.#bringUp(epoch, isFirst);
    return promise;
  }

  async #bringUp(epoch: number, isFirst: boolean): Promise<void> {
    await this.#ending;
    if (epoch !== this.epoch) return;
    const run = this.#recruit(isFirst);
    this.#run = run;
    this.#startEnded(epoch, await this.#begin(run));
  }

  #startEnded(epoch: number, outcome: StartOutcome): void {
    if (epoch !== this.epoch) return;
    const { settle } = this;
    this.settle = undefined;
    this.inTime();
    if (outcome) {
      this.runtime.crash(this.path, outcome.error);
      this.#endRun({ reason: 'crash', error: outcome.error });
      this.close({ reason: 'crash', error: outcome.error });
    } else {
      this.status = RUNNING;
      this.#watch(this.#run as Run);
      if (this.leaving) this.#leave(this.leaving);
      else this.scheduleIfReady();
      this.runtime.standby.fillSoon(this.spec.placement);
    }
    settle?.(outcome);
  }

  #recruit(isFirst: boolean): Run {
    const { runtime, path, spec, mailbox } = this;
    const remote = runtime.standby.take(path, spec.placement, isFirst);
    const delivery = new Delivery(runtime, path, remote, mailbox, this.#window);
    const run: Run = { remote, delivery, watchdog: undefined, exit: undefined };
    remote.listener = {
      onMessage: (message) => this.#onMessage(run, message),
      onGone: (how, error) => this.#onGone(run, how, error),
    };
    return run;
  }

  /** Never rejects. */
  async #begin({ remote }: Run): Promise<StartOutcome> {
    const failed = await remote.ready;
    if (failed) return failed;
    const { initData, placement, shutdownMs } = this.spec;
    try {
      await this.#snapshots?.writer.settled();
      const begin: Begin = {
        type: 'begin',
        path: this.path,
        data: typeof initData === 'function' ? (initData as () => unknown)() : initData,
        snapshot: await this.#snapshots?.get(),
        snapshots: this.#snapshots !== undefined,
        hangMs: placement.hangMs,
        shutdownMs,
      };
      return await remote.begin(begin);
    } catch (error) {
      return { error };
    }
  }

  #watch(run: Run): void {
    const { hangMs } = this.spec.placement;
    if (hangMs === undefined) return;
    run.watchdog = new Watchdog(
      this.runtime.clock,
      hangMs,
      () => run.remote.progress(),
      () => {
        this.runtime.hangs++;
        this.#break(run, actorError('actor_hung', { id: this.id, hangMs }));
      },
    );
  }

  // --- ending

  /** It crashed and lives on for its `onStop`. */
  #onCrashed(run: Run, error: unknown): void {
    run.exit = { reason: 'crash', error };
    run.delivery.close('ask_crashed', error);
    this.runtime.crash(this.path, error);
    if (run !== this.#run || this.status !== RUNNING) return;
    this.status = STOPPING;
    this.killIn(this.spec.shutdownMs);
  }

  #onEnded(run: Run, said: Exit): void {
    // A failing `onStop` makes it a crash.
    const exit = said.reason === 'crash' && said.error !== undefined ? said : (run.exit ?? said);
    run.exit = exit;
    this.#account(run, 'ask_stopped', exit.error);
    const gone = run.remote.end();
    // A process may hold a port or a file until the end.
    if (run.remote.kind === 'process') this.#ending = Promise.all([this.#ending, gone]);
    if (run === this.#run) void this.#finish(this.epoch, exit);
  }

  /** Its last snapshot has its place before anybody hears of its end. */
  async #finish(epoch: number, exit: Exit): Promise<void> {
    this.status = STOPPING;
    if (this.#snapshots) {
      this.killIn(this.spec.shutdownMs);
      await this.#snapshots.writer.settled();
      if (epoch !== this.epoch) return;
    }
    this.#run = undefined;
    this.#abandon();
    this.gone(exit);
  }

  /** It ended without a word. */
  #onGone(run: Run, how: string, error: unknown): void {
    // Whoever waits for its start hears of it.
    if (run === this.#coming || (run === this.#run && this.status === STARTING)) return;
    const asked = run.exit;
    const inOrder = asked && (asked.reason === 'crash' || asked.reason === 'killed' || how === 'exit code 0');
    const exit: Exit = inOrder ? asked : { reason: 'crash', error };
    this.#account(run, exit.reason === 'crash' ? 'ask_crashed' : 'ask_stopped', exit.error);
    if (run !== this.#run) return;
    if (exit !== asked) this.runtime.crash(this.path, error);
    this.#run = undefined;
    this.#abandon();
    this.gone(exit);
  }

  /** Ends a run that cannot be asked. */
  #break(run: Run, error: unknown): void {
    if (run !== this.#run) return;
    this.runtime.crash(this.path, error);
    this.#endRun({ reason: 'crash', error });
    this.gone({ reason: 'crash', error });
  }

  /** For fault plans: what a signal from outside does to it. */
  crash(): void {
    void this.#run?.remote.end();
  }

  signal(exit: Exit): void {
    if (this.status === RUNNING) this.#leave(exit);
    else if (this.status === STARTING) this.leaving ??= exit;
  }

  #leave(exit: Exit): void {
    const run = this.#run as Run;
    this.status = STOPPING;
    run.exit = exit;
    this.killIn(this.spec.shutdownMs);
    run.remote.stop(exit.reason);
  }

  kill(): void {
    if (!this.alive) return;
    const wasStarting = this.status === STARTING;
    const { settle } = this;
    this.settle = undefined;
    this.#endRun({ reason: 'killed' });
    if (wasStarting) {
      this.close({ reason: 'killed' });
      settle?.({ error: actorError('actor_start_failed', { id: this.id }) });
    } else this.gone({ reason: 'killed' });
  }

  /** Ends what runs over there; what it was given is accounted for once it is gone, because only then it stands still. */
  #endRun(exit: Exit): void {
    const run = this.#run;
    this.#run = undefined;
    this.#abandon();
    if (!run) return;
    run.watchdog?.cancel();
    run.exit = exit;
    const code = exit.reason === 'crash' ? 'ask_crashed' : 'ask_stopped';
    const gone = run.remote.end().then(() => this.#account(run, code, exit.error));
    this.#ending = Promise.all([this.#ending, gone]);
  }

  #abandon(): void {
    const coming = this.#coming;
    this.#coming = undefined;
    this.#holding = false;
    if (coming) this.#ending = Promise.all([this.#ending, coming.remote.end()]);
  }

  #account(run: Run, code: ActorErrorCode, cause: unknown): void {
    run.watchdog?.cancel();
    run.delivery.close(code, cause);
    run.delivery.fail(code, cause);
    // Buried in the meantime: nobody will read what came back.
    if (this.status === DEAD) this.clear();
  }

  // --- rolling

  /** See `SupervisorRef.rollChild`. */
  async roll(): Promise<void> {
    const old = this.#run;
    if (this.status !== RUNNING || !old || this.#coming) throw actorError('actor_start_failed', { id: this.id });
    const next = this.#recruit(false);
    this.#coming = next;
    const outcome = await this.#within(this.spec.initMs ?? DEFAULT_INIT_MS, this.#begin(next));
    const stands = (): boolean => this.#coming === next && this.#run === old && this.status === RUNNING;
    if (outcome || !stands()) {
      if (this.#coming === next) this.#abandon();
      throw outcome?.error ?? actorError('actor_start_failed', { id: this.id });
    }
    const { shutdownMs = DEFAULT_SHUTDOWN_MS } = this.spec;
    const patienceMs = shutdownMs === 'kill' ? 0 : shutdownMs;
    this.#holding = true;
    await this.#within(patienceMs, old.delivery.idle());
    if (!stands()) throw actorError('actor_start_failed', { id: this.id });
    await this.#replace(old, next, patienceMs);
  }

  async #replace(old: Run, next: Run, patienceMs: number): Promise<void> {
    this.#coming = undefined;
    this.#run = next;
    this.#watch(next);
    this.runtime.rolls++;
    this.runtime.standby.fillSoon(this.spec.placement);
    old.watchdog?.cancel();
    old.exit = { reason: 'shutdown' };
    // What it could not finish in time comes back before anything that is newer goes out.
    if (old.delivery.size > 0) await old.remote.end();
    else old.remote.stop('shutdown');
    if (this.#run === next) {
      this.#holding = false;
      this.scheduleIfReady();
    }
    await this.#within(patienceMs, old.remote.gone);
    await old.remote.end();
  }

  /** What the promise gives, or after `ms` an error in its place. */
  #within(ms: number, promise: Promise<StartOutcome | void>): Promise<StartOutcome | void> {
    if (ms === Number.POSITIVE_INFINITY) return promise;
    return new Promise((resolve) => {
      const timer = this.runtime.clock.after(ms, () => {
        resolve({ error: actorError('actor_start_timeout', { id: this.id, initMs: ms }) });
      });
      void promise.then(resolve).then(() => timer.cancel());
    });
  }

  override tree(): TreeNode {
    const run = this.#run;
    return {
      ...super.tree(),
      mailbox: this.mailbox.size + (run?.delivery.size ?? 0),
      placement: 'thread' in this.spec.placement ? 'thread' : 'process',
      ...(run?.remote.pid !== undefined && { pid: run.remote.pid }),
    };
  }
}
