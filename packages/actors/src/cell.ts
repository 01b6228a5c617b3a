import { Ask } from './ask.ts';
import { ActorContext } from './context.ts';
import type { ActorRef, ActorSpec, AnyActorSpec, AskOptions, Down, Exit, TellResult, TreeNode } from './contract.ts';
import { actorError } from './errors.ts';
import { Ring } from './ring.ts';
import type { Runnable } from './run-queue.ts';
import type { Runtime } from './runtime.ts';
import { type Linked, Ties } from './ties.ts';
import { DEFAULT_SHUTDOWN_MS, type Owner, type StartOutcome, type Unit } from './unit.ts';

type Spec = ActorSpec<unknown, unknown, unknown>;

const NEW = 0;
const STARTING = 1;
const RUNNING = 2;
const STOPPING = 3;
/** Ended; may be started again, so the mailbox takes messages. */
const DOWN = 4;
/** Ended, and nothing says that it will be started again. */
const DEAD = 5;
const STATES = ['waiting', 'starting', 'running', 'stopping', 'stopped', 'stopped'] as const;

const DEFAULT_CAPACITY = 1_024;

const nothing = (): void => undefined;

/** Reads `then` of anything; may throw when what is read bites. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

/**
 * One actor: mailbox, state, and the run it is in. An actor may run many times; `epoch` changes whenever a run starts or
 * ends, so that what belongs to an earlier run (a late promise, a kept context) finds nobody.
 */
export class ActorCell implements ActorRef<unknown, unknown>, Unit, Runnable, Linked {
  // Plain fields: made by the million, read for each message.
  readonly spec: Spec;
  readonly runtime: Runtime;
  private readonly owner: Owner;
  private readonly mailbox = new Ring<unknown>();
  // A copy: specifications have all shapes, and this is read for each message.
  private readonly capacity: number;
  private status = NEW;
  private state: unknown = undefined;
  private context: ActorContext | undefined = undefined;
  /** True from before a message is handled until after, over all awaits. */
  private busy = false;
  private scheduled = false;
  epoch = 0;
  restarts = 0;
  /** The question in hand. */
  current: Ask | undefined = undefined;
  /** Set when it is to end as soon as the message in hand is done. */
  private leaving: Exit | undefined = undefined;
  private lazyTies: Ties | undefined = undefined;
  private settle: ((outcome: StartOutcome) => void) | undefined = undefined;
  private cancelDeadline: () => void = nothing;

  constructor(runtime: Runtime, owner: Owner, spec: AnyActorSpec) {
    this.runtime = runtime;
    this.owner = owner;
    // The types are its owner's affair: messages come only through references that know them.
    this.spec = spec as Spec;
    this.capacity = spec.mailbox?.capacity ?? DEFAULT_CAPACITY;
  }

  isOf(spec: object): boolean {
    return this.spec === spec;
  }

  get id(): string {
    return this.spec.id;
  }

  get path(): string {
    return `${this.owner.path}/${this.spec.id}`;
  }

  get alive(): boolean {
    return this.status === STARTING || this.status === RUNNING || this.status === STOPPING;
  }

  get ties(): Ties {
    return (this.lazyTies ??= new Ties());
  }

  tell(message: unknown): TellResult {
    return this.put(message);
  }

  ask(message: unknown, options: AskOptions): Promise<unknown> {
    if (!(options.timeoutMs > 0)) {
      const refused = actorError('actor_spec_invalid', { id: this.id, problem: 'timeoutMs must be above zero' });
      const promise = Promise.reject<unknown>(refused);
      promise.catch(nothing);
      return promise;
    }
    const ask = new Ask(this.runtime, this.path, message, options);
    if (ask.settled) return ask.promise; // aborted before it began
    const result = this.put(ask);
    if (result !== 'queued') ask.fail(result === 'dead' ? 'ask_stopped' : 'ask_refused');
    return ask.promise;
  }

  private put(item: unknown): TellResult {
    const { runtime, mailbox } = this;
    runtime.sent++;
    if (this.status === DEAD) {
      runtime.dead++;
      runtime.deadLetter(this.path, 'not_running', payload(item));
      return 'dead';
    }
    if (mailbox.size >= this.capacity && !this.makeRoom(item)) return 'rejected';
    mailbox.push(item);
    if (!this.scheduled && !this.busy && this.status === RUNNING) this.schedule();
    return 'queued';
  }

  /** The mailbox is full: somebody loses. */
  private makeRoom(item: unknown): boolean {
    const { runtime, mailbox, spec } = this;
    const overflow = spec.mailbox?.overflow ?? 'reject';
    if (overflow === 'dropOldest') {
      const oldest = mailbox.shift();
      runtime.dropped++;
      if (oldest instanceof Ask) oldest.fail('ask_refused');
      runtime.deadLetter(this.path, 'dropped_oldest', payload(oldest));
      return true;
    }
    if (overflow === 'reject') runtime.rejected++;
    else runtime.dropped++;
    runtime.deadLetter(this.path, overflow === 'reject' ? 'mailbox_full' : 'dropped_newest', payload(item));
    return false;
  }

  private schedule(): void {
    this.scheduled = true;
    this.runtime.queue.push(this);
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

  private scheduleIfReady(): void {
    if (this.mailbox.size > 0 && !this.scheduled && !this.busy && this.status === RUNNING) this.schedule();
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
      return promise;
    } catch (error) {
      return this.startFailed(epoch, error);
    }
  }

  private started(epoch: number, state: unknown): StartOutcome {
    if (epoch !== this.epoch) return { error: undefined };
    this.settle = undefined;
    this.state = state;
    this.status = RUNNING;
    if (this.leaving !== undefined) this.leave(this.leaving);
    this.scheduleIfReady();
    return undefined;
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

  /** The run has ended for good: everybody hears of it. */
  private gone(exit: Exit): void {
    this.close(exit);
    this.owner.exited(this, exit);
  }

  private close(exit: Exit): void {
    this.epoch++;
    this.status = DOWN;
    this.state = undefined;
    this.context = undefined;
    this.busy = false;
    this.cancelDeadline();
    this.cancelDeadline = nothing;
    const down: Down = { id: this.id, ...exit };
    this.lazyTies?.down(this, down, exit);
  }

  private killIn(ms: number | 'kill' | undefined): void {
    this.cancelDeadline();
    const wait = typeof ms === 'number' ? ms : DEFAULT_SHUTDOWN_MS;
    if (wait === Number.POSITIVE_INFINITY) return;
    const timer = this.runtime.clock.after(wait, () => this.kill());
    this.cancelDeadline = () => timer.cancel();
  }

  shutdown(): Promise<void> {
    if (!this.alive) return Promise.resolve();
    if (this.spec.shutdownMs === 'kill') {
      this.kill();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.watch(() => resolve());
      this.signal({ reason: 'shutdown' });
      if (this.alive) this.killIn(this.spec.shutdownMs);
    });
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

  bury(): void {
    if (this.alive || this.status === DEAD) return;
    this.status = DEAD;
    const { runtime, mailbox } = this;
    while (mailbox.size > 0) {
      const item = mailbox.shift();
      runtime.dead++;
      if (item instanceof Ask) item.fail('ask_stopped');
      runtime.deadLetter(this.path, 'stopped', payload(item));
    }
  }

  watch(listener: (down: Down) => void): () => void {
    if (this.alive) return this.ties.watch(listener);
    listener({ id: this.id, reason: 'noproc' });
    return nothing;
  }

  tree(): TreeNode {
    return {
      id: this.id,
      kind: 'actor',
      state: STATES[this.status] as TreeNode['state'],
      restarts: this.restarts,
      mailbox: this.mailbox.size,
    };
  }
}

function payload(item: unknown): unknown {
  return item instanceof Ask ? item.message : item;
}
