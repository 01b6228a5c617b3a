import { Ask } from './ask.ts';
import type { ActorRef, ActorTerms, AskOptions, Down, Exit, TellResult, TreeNode } from './contract.ts';
import { actorError } from './errors.ts';
import { payload } from './parcel.ts';
import { Ring } from './ring.ts';
import type { Runnable } from './run-queue.ts';
import type { Runtime } from './runtime.ts';
import { type Linked, Ties } from './ties.ts';
import { DEFAULT_SHUTDOWN_MS, type Owner, type StartOutcome, type Unit } from './unit.ts';

const NEW = 0;
export const STARTING = 1;
export const RUNNING = 2;
export const STOPPING = 3;
/** Ended; may be started again, so the mailbox takes messages. */
const DOWN = 4;
/** Ended, and nothing says that it will be started again. */
export const DEAD = 5;
const STATES = ['waiting', 'starting', 'running', 'stopping', 'stopped', 'stopped'] as const;

const DEFAULT_CAPACITY = 1_024;

const nothing = (): void => undefined;

/**
 * What every actor is, wherever it is placed: a mailbox on this side, and a run it is in. An actor may run many times;
 * `epoch` changes whenever a run starts or ends, so that what belongs to an earlier run (a late promise, a kept context)
 * finds nobody.
 */
export abstract class Cell<Spec extends ActorTerms = ActorTerms>
  implements ActorRef<unknown, unknown>, Unit, Runnable, Linked
{
  // Plain fields: made by the million, read for each message.
  readonly spec: Spec;
  readonly runtime: Runtime;
  protected readonly owner: Owner;
  protected readonly mailbox = new Ring<unknown>();
  // A copy: specifications have all shapes, and this is read for each message.
  protected readonly capacity: number;
  protected status = NEW;
  /** True from before a message is handled until after, over all awaits. */
  protected busy = false;
  protected scheduled = false;
  epoch = 0;
  restarts = 0;
  /** Set when it is to end as soon as the message in hand is done. */
  protected leaving: Exit | undefined = undefined;
  protected lazyTies: Ties | undefined = undefined;
  protected settle: ((outcome: StartOutcome) => void) | undefined = undefined;
  private cancelDeadline: () => void = nothing;

  constructor(runtime: Runtime, owner: Owner, spec: Spec) {
    this.runtime = runtime;
    this.owner = owner;
    this.spec = spec;
    this.capacity = spec.mailbox?.capacity ?? DEFAULT_CAPACITY;
  }

  abstract start(): StartOutcome | Promise<StartOutcome>;
  abstract run(budget: number): number;
  /** Asks it to end: now if it is idle, else after the message in hand. */
  abstract signal(exit: Exit): void;
  abstract kill(): void;

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

  /** A fault plan puts itself before this. */
  put(item: unknown): TellResult {
    const { runtime, mailbox } = this;
    runtime.sent++;
    if (this.status === DEAD) return this.refuseDead(item);
    if (mailbox.size >= this.capacity && !this.makeRoom(item)) return 'rejected';
    mailbox.push(item);
    if (!this.scheduled && !this.busy && this.status === RUNNING) this.schedule();
    return 'queued';
  }

  protected refuseDead(item: unknown): TellResult {
    this.runtime.dead++;
    this.runtime.deadLetter(this.path, 'not_running', payload(item));
    return 'dead';
  }

  /** The mailbox is full: somebody loses. */
  protected makeRoom(item: unknown): boolean {
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

  protected schedule(): void {
    this.scheduled = true;
    this.runtime.queue.push(this);
  }

  protected scheduleIfReady(): void {
    if (this.mailbox.size > 0 && !this.scheduled && !this.busy && this.status === RUNNING) this.schedule();
  }

  /** The run has ended for good: everybody hears of it. */
  protected gone(exit: Exit): void {
    this.close(exit);
    this.owner.exited(this, exit);
  }

  protected close(exit: Exit): void {
    this.epoch++;
    this.status = DOWN;
    this.leaving = undefined;
    this.busy = false;
    this.cancelDeadline();
    this.cancelDeadline = nothing;
    const down: Down = { id: this.id, ...exit };
    this.lazyTies?.down(this, down, exit);
  }

  protected killIn(ms: number | 'kill' | undefined): void {
    this.deadline(typeof ms === 'number' ? ms : DEFAULT_SHUTDOWN_MS, () => this.kill());
  }

  /** One deadline at a time, of the start or of the end of a run; the end of the run cancels it. */
  protected deadline(ms: number, run: () => void): void {
    this.cancelDeadline();
    this.cancelDeadline = nothing;
    if (ms === Number.POSITIVE_INFINITY) return;
    const timer = this.runtime.clock.after(ms, run);
    this.cancelDeadline = () => timer.cancel();
  }

  protected inTime(): void {
    this.cancelDeadline();
    this.cancelDeadline = nothing;
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

  bury(): void {
    if (this.alive || this.status === DEAD) return;
    this.status = DEAD;
    this.clear();
  }

  /** Nobody will read the mailbox. */
  protected clear(): void {
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
