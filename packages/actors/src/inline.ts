import { Ask } from './ask.ts';
import { Cell, RUNNING, STARTING, STOPPING } from './cell.ts';
import { ActorContext } from './context.ts';
import type { ActorSpec, AnyActorSpec, Exit } from './contract.ts';
import { actorError } from './errors.ts';
import type { Runtime } from './runtime.ts';
import { withSnapshots } from './snapshots.ts';
import { isThenable } from './thenable.ts';
import type { Owner, StartOutcome } from './unit.ts';

type Spec = ActorSpec<unknown, unknown, unknown>;

/** What specifications were before something was put around them. */
const ORIGINS = new WeakMap<object, object>();

/** The specification with its faults and snapshots around it; itself, as a rule. */
function decorated(runtime: Runtime, owner: Owner, spec: Spec): Spec {
  if (spec.snapshot === undefined && runtime.faults === undefined) return spec;
  const path = `${owner.path}/${spec.id}`;
  const faulty = runtime.faults?.crashing(spec, path) ?? spec;
  const port = spec.snapshot && runtime.snapshotPort(path);
  const made = spec.snapshot && port ? withSnapshots(faulty, spec.snapshot, port) : faulty;
  ORIGINS.set(made, spec);
  return made;
}

/** An actor on this thread: its state, its handler, one message at a time. */
export class InlineCell extends Cell<Spec> {
  private state: unknown = undefined;
  private context: ActorContext | undefined = undefined;
  /** The question in hand. */
  current: Ask | undefined = undefined;

  constructor(runtime: Runtime, owner: Owner, spec: AnyActorSpec) {
    // The types are its owner's affair: messages come only through references that know them.
    super(runtime, owner, decorated(runtime, owner, spec as Spec));
  }

  override isOf(spec: object): boolean {
    return this.spec === spec || ORIGINS.get(this.spec) === spec;
  }

  run(budget: number): number {
    this.scheduled = false;
    let handled = 0;
    while (handled < budget && this.mailbox.size > 0 && !this.busy && this.status === RUNNING) {
      handled++;
      this.handle(this.mailbox.shift());
    }
    this.scheduleIfReady();
    return handled;
  }

  private handle(item: unknown): void {
    const epoch = this.epoch;
    let message = item;
    if (item instanceof Ask) {
      this.current = item;
      message = item.message;
    }
    this.busy = true;
    try {
      const result = this.spec.handle(this.state, message, this.context as ActorContext);
      if (result !== undefined) {
        if (isThenable(result)) {
          this.handleLater(epoch, result);
          return;
        }
        if (epoch === this.epoch) this.state = result;
      }
    } catch (error) {
      this.handleFailed(epoch, error);
      return;
    }
    this.handleDone(epoch);
  }

  private handleLater(epoch: number, result: PromiseLike<unknown>): void {
    Promise.resolve(result).then(
      (state) => this.handleEnded(epoch, state),
      (error: unknown) => this.handleFailed(epoch, error),
    );
  }

  private handleEnded(epoch: number, state: unknown): void {
    if (epoch !== this.epoch) return;
    if (state !== undefined) this.state = state;
    this.handleDone(epoch);
    this.scheduleIfReady();
  }

  private handleDone(epoch: number): void {
    // Killed while it handled: the message has been counted then.
    if (epoch !== this.epoch) return;
    this.busy = false;
    this.runtime.handled++;
    if (this.current !== undefined) this.dropCurrent('ask_unanswered');
    if (this.leaving !== undefined) this.leave(this.leaving);
  }

  private handleFailed(epoch: number, error: unknown): void {
    if (epoch !== this.epoch) return;
    this.busy = false;
    this.runtime.crashed++;
    this.runtime.crash(this.path, error);
    this.leave({ reason: 'crash', error });
  }

  private dropCurrent(code: 'ask_unanswered' | 'ask_crashed' | 'ask_stopped', cause?: unknown): void {
    const ask = this.current;
    this.current = undefined;
    ask?.fail(code, cause);
  }

  start(): StartOutcome | Promise<StartOutcome> {
    this.epoch++;
    this.status = STARTING;
    this.context = new ActorContext(this);
    const epoch = this.epoch;
    try {
      const state = this.spec.init(this.context);
      if (!isThenable(state)) return this.started(epoch, state);
      const { promise, resolve } = Promise.withResolvers<StartOutcome>();
      Promise.resolve(state).then(
        (value) => resolve(this.started(epoch, value)),
        (error: unknown) => resolve(this.startFailed(epoch, error)),
      );
      this.settle = resolve;
      const { initMs } = this.spec;
      if (initMs !== undefined) this.deadline(initMs, () => this.startExpired(epoch, initMs, resolve));
      return promise;
    } catch (error) {
      return this.startFailed(epoch, error);
    }
  }

  private started(epoch: number, state: unknown): StartOutcome {
    if (epoch !== this.epoch) return { error: undefined };
    this.settle = undefined;
    this.inTime();
    this.state = state;
    this.status = RUNNING;
    if (this.leaving !== undefined) this.leave(this.leaving);
    this.scheduleIfReady();
    return undefined;
  }

  private startExpired(epoch: number, initMs: number, settle: (outcome: StartOutcome) => void): void {
    settle(this.startFailed(epoch, actorError('actor_start_timeout', { id: this.id, initMs })));
  }

  private startFailed(epoch: number, error: unknown): StartOutcome {
    if (epoch !== this.epoch) return { error };
    this.settle = undefined;
    this.runtime.crash(this.path, error);
    this.endRun('ask_crashed', error);
    this.close({ reason: 'crash', error });
    return { error };
  }

  /** Asks it to end: now if it is idle, else after the message in hand. */
  signal(exit: Exit): void {
    if (this.status === RUNNING && !this.busy) this.leave(exit);
    else if (this.status === RUNNING || this.status === STARTING) this.leaving ??= exit;
  }

  /** Ends the run: what is in hand fails, `onStop` has its say within the deadline. */
  private leave(exit: Exit): void {
    this.status = STOPPING;
    this.endRun(exit.reason === 'crash' ? 'ask_crashed' : 'ask_stopped', exit.error);
    const epoch = this.epoch;
    const gone = (last: Exit): void => {
      if (epoch === this.epoch) this.gone(last);
    };
    try {
      const stopped = this.spec.onStop?.(this.state, exit.reason, exit.error);
      if (!isThenable(stopped)) {
        gone(exit);
        return;
      }
      this.killIn(this.spec.shutdownMs);
      Promise.resolve(stopped).then(
        () => gone(exit),
        (error: unknown) => gone({ reason: 'crash', error }),
      );
    } catch (error) {
      gone({ reason: 'crash', error });
    }
  }

  private endRun(code: 'ask_crashed' | 'ask_stopped', cause: unknown): void {
    this.epoch++;
    this.leaving = undefined;
    this.dropCurrent(code, cause);
    this.lazyTies?.endRun((ask) => ask.fail(code, cause));
  }

  kill(): void {
    if (!this.alive) return;
    const wasStarting = this.status === STARTING;
    if (this.busy) this.runtime.crashed++;
    const settle = this.settle;
    this.settle = undefined;
    this.endRun('ask_stopped', undefined);
    if (wasStarting) {
      this.close({ reason: 'killed' });
      settle?.({ error: actorError('actor_start_failed', { id: this.id }) });
    } else this.gone({ reason: 'killed' });
  }

  protected override close(exit: Exit): void {
    this.state = undefined;
    this.context = undefined;
    super.close(exit);
  }
}
