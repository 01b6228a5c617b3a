/**
 * A supervisor after Erlang/OTP's `supervisor.erl`: one event at a time, children started in order and stopped in reverse,
 * a start that fails during a restart is a further failure.
 */
import type { Timer } from '@vortexflow/primitives';
import { Cell } from './cell.ts';
import type {
  ActorRef,
  AnyActorSpec,
  ChildSpec,
  Down,
  Exit,
  SupervisorRef,
  SupervisorSpec,
  TreeNode,
} from './contract.ts';
import { actorError } from './errors.ts';
import { RestartIntensity } from './intensity.ts';
import { makeCell } from './make-cell.ts';
import { PlacedCell } from './placed.ts';
import { guarded, type Runtime } from './runtime.ts';
import { type Child, childOf, type Owner, type StartOutcome, type Unit } from './unit.ts';
import { checkSpec, isSupervisorSpec } from './validate.ts';

type Status = 'waiting' | 'starting' | 'running' | 'stopping' | 'stopped';

const DEFAULT_INTENSITY = 1;
const DEFAULT_PERIOD_MS = 5_000;

export class Supervisor implements Unit, Owner, SupervisorRef {
  readonly spec: SupervisorSpec;
  restarts = 0;
  readonly #runtime: Runtime;
  readonly #owner: Owner;
  readonly #fixed: readonly Child[];
  /** In the order of their starts. */
  #children: Child[];
  readonly #intensity: RestartIntensity;
  #status: Status = 'waiting';
  /** Changes at each start and kill: whoever finds another one after an await has nothing more to do. */
  #life = 0;
  #queue: (() => void | Promise<void>)[] = [];
  #working = false;
  #watchers: ((down: Down) => void)[] = [];
  #deadline: Timer | undefined;

  constructor(runtime: Runtime, owner: Owner, spec: SupervisorSpec) {
    this.#runtime = runtime;
    this.#owner = owner;
    this.spec = spec;
    this.#fixed = spec.children.map((child) => this.#child(child));
    this.#children = [...this.#fixed];
    this.#intensity = new RestartIntensity(spec.intensity ?? DEFAULT_INTENSITY, spec.periodMs ?? DEFAULT_PERIOD_MS);
  }

  #child(spec: ChildSpec): Child {
    const supervisor = isSupervisorSpec(spec) ? new Supervisor(this.#runtime, this, spec) : undefined;
    return childOf(supervisor ?? makeCell(this.#runtime, this, spec as AnyActorSpec));
  }

  get id(): string {
    return this.spec.id;
  }

  get path(): string {
    return `${this.#owner.path}/${this.spec.id}`;
  }

  get alive(): boolean {
    return this.#status === 'starting' || this.#status === 'running' || this.#status === 'stopping';
  }

  // --- starting and ending

  async start(): Promise<StartOutcome> {
    const life = ++this.#life;
    this.#status = 'starting';
    this.#intensity.reset();
    // Children that were added later belong to the life that is over.
    for (const child of this.#children) if (!this.#fixed.includes(child)) child.unit.bury();
    this.#children = [...this.#fixed];
    for (const child of this.#children) {
      const outcome = await this.#startUnit(child);
      if (life !== this.#life) return { error: actorError('actor_start_failed', { id: this.id }) };
      if (!outcome) continue;
      await this.#terminate(this.#children);
      const error = actorError('actor_start_failed', { id: child.unit.spec.id }, outcome.error);
      if (life === this.#life) this.#close({ reason: 'crash', error });
      return { error };
    }
    this.#status = 'running';
    void this.#work();
    return undefined;
  }

  shutdown(): Promise<void> {
    if (!this.alive) return Promise.resolve();
    const { shutdownMs } = this.spec;
    if (shutdownMs === 'kill') {
      this.kill();
      return Promise.resolve();
    }
    const ended = new Promise<void>((resolve) => this.watch(() => resolve()));
    if (shutdownMs !== undefined && shutdownMs !== Number.POSITIVE_INFINITY) {
      this.#deadline ??= this.#runtime.clock.after(shutdownMs, () => this.kill());
    }
    this.#post(() => this.#end({ reason: 'shutdown' }));
    return ended;
  }

  kill(): void {
    if (!this.alive) return;
    const told = this.#status !== 'starting';
    this.#life++;
    this.#status = 'stopping';
    for (const child of this.#children.toReversed()) {
      this.#forgetPending(child);
      child.unit.kill();
    }
    this.#close({ reason: 'killed' });
    if (told) this.#owner.exited(this, { reason: 'killed' });
  }

  bury(): void {
    for (const { unit } of [...this.#fixed, ...this.#children]) unit.bury();
  }

  async #end(exit: Exit): Promise<void> {
    if (this.#status !== 'running') return;
    const life = this.#life;
    this.#status = 'stopping';
    await this.#terminate(this.#children);
    if (life !== this.#life) return;
    this.#close(exit);
    this.#owner.exited(this, exit);
  }

  #close(exit: Exit): void {
    this.#status = 'stopped';
    this.#life++;
    this.#deadline?.cancel();
    this.#deadline = undefined;
    const queue = this.#queue;
    this.#queue = [];
    // Whoever waits for something here finds it stopped and says so.
    for (const event of queue) void event();
    const watchers = this.#watchers;
    this.#watchers = [];
    const down: Down = { id: this.id, ...exit };
    for (const watcher of watchers) guarded(watcher, down);
  }

  watch(listener: (down: Down) => void): () => void {
    if (!this.alive) {
      listener({ id: this.id, reason: 'noproc' });
      return () => undefined;
    }
    const watcher = (down: Down): void => listener(down);
    this.#watchers.push(watcher);
    return () => void (this.#watchers = this.#watchers.filter((other) => other !== watcher));
  }

  // --- one event at a time

  #post(event: () => void | Promise<void>): void {
    this.#queue.push(event);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#working || this.#status !== 'running') return;
    this.#working = true;
    for (let event = this.#queue.shift(); event; event = this.#queue.shift()) {
      await event();
      if (this.#status !== 'running') break;
    }
    this.#working = false;
    // Started again while the last event was still on its way out.
    if (this.#queue.length > 0) void this.#work();
  }

  exited(unit: Unit, exit: Exit): void {
    const child = this.#children.find((other) => other.unit === unit);
    if (!child || child.stopping || this.#status === 'stopping' || this.#status === 'stopped') return;
    child.exit = exit;
    this.#post(() => this.#onExit(child));
  }

  async #onExit(child: Child): Promise<void> {
    const exit = child.exit;
    // Stopped, or started again, with others in the meantime.
    if (exit === undefined || this.#status !== 'running') return;
    child.exit = undefined;
    const { restart = 'permanent' } = child.unit.spec;
    const inOrder = exit.reason === 'normal' || exit.reason === 'shutdown';
    if (restart === 'permanent' || (restart === 'transient' && !inOrder)) await this.#restart(child, exit.error);
    else this.#rest(child);
  }

  /** Not to be restarted: a temporary child is forgotten; others stay, and start again only with their siblings. */
  #rest(child: Child): void {
    if (child.unit.spec.restart === 'temporary') this.#children = this.#children.filter((other) => other !== child);
    child.unit.bury();
  }

  async #restart(child: Child, error: unknown): Promise<void> {
    const life = this.#life;
    const now = this.#runtime.clock.elapsed();
    if (!this.#intensity.allow(now)) {
      await this.#end({ reason: 'shutdown', error });
      return;
    }
    await this.#terminate(this.#affected(child));
    if (life !== this.#life) return;
    const wait = this.#backoff(child, now);
    if (wait === undefined) {
      await this.#startAgain(child);
      return;
    }
    child.restarting = true;
    child.wait = this.#runtime.clock.after(wait, () => {
      child.wait = undefined;
      this.#post(() => (child.restarting && this.#status === 'running' ? this.#startAgain(child) : undefined));
    });
  }

  #affected(child: Child): Child[] {
    if (this.spec.strategy === 'one_for_one') return [child];
    if (this.spec.strategy === 'one_for_all') return [...this.#children];
    return this.#children.slice(this.#children.indexOf(child));
  }

  #backoff(child: Child, now: number): number | undefined {
    const { backoff } = child.unit.spec;
    const random = this.#runtime.random;
    if (!backoff || !random) return undefined;
    if (now - child.startedAt >= backoff.maxMs) child.failures = 0;
    return random() * Math.min(backoff.maxMs, backoff.minMs * 2 ** child.failures++);
  }

  async #startAgain(first: Child): Promise<void> {
    const life = this.#life;
    for (const child of this.#affected(first)) {
      if (child.unit.alive) continue;
      child.unit.restarts++;
      this.#runtime.restarts++;
      const outcome = await this.#startUnit(child);
      if (life !== this.#life) return;
      if (outcome) {
        this.#tryAgain(child, outcome.error);
        return;
      }
    }
  }

  /** A failed restart counts as a failure of its own; other events, timers and I/O have their turn before. */
  #tryAgain(child: Child, error: unknown): void {
    child.restarting = true;
    const life = this.#life;
    setImmediate(() => {
      if (life !== this.#life) return;
      this.#post(() => (child.restarting && this.#status === 'running' ? this.#restart(child, error) : undefined));
    });
  }

  async #startUnit(child: Child): Promise<StartOutcome> {
    this.#forgetPending(child);
    child.startedAt = this.#runtime.clock.elapsed();
    const outcome = child.unit.start();
    return outcome instanceof Promise ? await outcome : outcome;
  }

  #forgetPending(child: Child): void {
    child.exit = undefined;
    child.restarting = false;
    child.wait?.cancel();
    child.wait = undefined;
  }

  /** Stops children in reverse order, each with its deadline; temporary ones are forgotten. */
  async #terminate(children: readonly Child[]): Promise<void> {
    const life = this.#life;
    for (const child of children.toReversed()) {
      this.#forgetPending(child);
      child.stopping = true;
      if (child.unit.alive) await child.unit.shutdown();
      child.stopping = false;
      if (life !== this.#life) return;
      if (child.unit.spec.restart === 'temporary') this.#rest(child);
    }
  }

  // --- the handle

  startChild<M, R>(spec: ChildSpec): Promise<ActorRef<M, R>> {
    const started = this.#ask((resolve, reject) => this.#addChild(spec, resolve, reject));
    return started as Promise<ActorRef<M, R>>;
  }

  async #addChild(spec: ChildSpec, resolve: (unit: Unit) => void, reject: (error: unknown) => void): Promise<void> {
    checkSpec(spec, this.#runtime.random !== undefined);
    if (this.#children.some(({ unit }) => unit.spec.id === spec.id)) {
      throw actorError('actor_spec_invalid', { id: spec.id, problem: 'there is a child of that id already' });
    }
    const life = this.#life;
    const child = this.#child(spec);
    this.#children.push(child);
    const outcome = await this.#startUnit(child);
    if (life === this.#life && !outcome) {
      resolve(child.unit);
      return;
    }
    this.#children = this.#children.filter((other) => other !== child);
    child.unit.bury();
    reject(actorError('actor_start_failed', { id: spec.id }, outcome?.error));
  }

  async stopChild(id: string): Promise<void> {
    await this.#ask(async (resolve) => {
      const child = this.#children.find(({ unit }) => unit.spec.id === id);
      if (!child) throw actorError('actor_unknown', { id });
      await this.#terminate([child]);
      this.#children = this.#children.filter((other) => other !== child);
      child.unit.bury();
      resolve(undefined);
    });
  }

  async rollChild(id: string): Promise<void> {
    const unit = this.#children.find((child) => child.unit.spec.id === id)?.unit;
    if (!unit) throw actorError('actor_unknown', { id });
    if (!(unit instanceof PlacedCell)) throw actorError('actor_not_placed', { id });
    // Beside all events: it may take long, and others may need a restart meanwhile.
    await unit.roll();
  }

  /** Does something as an event of its own, when its turn comes; rejects when the supervisor does not run by then. */
  #ask<T>(act: (resolve: (value: T) => void, reject: (error: unknown) => void) => Promise<void>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    promise.catch(() => undefined); // who does not look must not end the process
    const event = async (): Promise<void> => {
      if (this.#status === 'running') await act(resolve, reject).catch(reject);
      else reject(actorError('actor_start_failed', { id: this.id }));
    };
    if (this.alive) this.#post(event);
    else void event();
    return promise;
  }

  ref<M, R>(spec: ChildSpec): ActorRef<M, R> {
    const found = this.find(spec);
    if (!found) throw actorError('actor_unknown', { id: spec.id });
    return found as unknown as ActorRef<M, R>;
  }

  sub(spec: SupervisorSpec): SupervisorRef {
    const found = this.#findSub(spec);
    if (!found) throw actorError('actor_unknown', { id: spec.id });
    return found;
  }

  #findSub(spec: SupervisorSpec): Supervisor | undefined {
    for (const { unit } of this.#fixed) {
      if (!(unit instanceof Supervisor)) continue;
      const found = unit.spec === spec ? unit : unit.#findSub(spec);
      if (found) return found;
    }
    return undefined;
  }

  /** The actor of a specification, below this supervisor. */
  find(spec: ChildSpec): Cell | undefined {
    for (const { unit } of new Set([...this.#fixed, ...this.#children])) {
      if (unit instanceof Cell && unit.isOf(spec)) return unit;
      const deeper = unit instanceof Supervisor ? unit.find(spec) : undefined;
      if (deeper) return deeper;
    }
    return undefined;
  }

  tree(): TreeNode {
    return {
      id: this.id,
      kind: 'supervisor',
      state: this.#status,
      restarts: this.restarts,
      strategy: this.spec.strategy,
      children: this.#children.map(({ unit }) => unit.tree()),
    };
  }
}
