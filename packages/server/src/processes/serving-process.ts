/** A serving process as the root process sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@vortexflow/primitives';
import { type BreakerPolicy, type BreakerState, CircuitBreaker, DEFAULT_POLICY } from '@vortexflow/resilience';
import { Pool } from 'undici';
import type { AuthCall, AuthOutcome } from '../access/remote-auth.ts';
import type { Settings } from '../config/settings.ts';
import type { StartReport } from '../runtime/start-report.ts';
import { childEnvironment } from './child-environment.ts';
import {
  type ConfigurationAnswer,
  type ConfigurationQuestion,
  type FromServing,
  type ServingSetup,
  SETUP_VARIABLE,
  type Told,
  type ToServing,
} from './messages.ts';

export interface ServingOptions {
  readonly number: number;
  readonly kind: 'leader' | 'follower';
  /** Folder of the local sockets. */
  readonly sockets: string;
  /** Distinguishes the runs of one number. */
  readonly run: number;
  readonly isSuccessor: boolean;
  readonly clock: Clock;
  /** Those that it starts with. */
  readonly settings: Settings;
  /** It asks for, or wants to change, the configuration. */
  readonly onConfigure: (question: ConfigurationQuestion) => Promise<ConfigurationAnswer>;
  readonly onStage: (stage: string) => void;
  readonly onStale: () => void;
  /** Does what it asks of the records of users, keys and sessions. */
  readonly onAuth: (call: AuthCall) => Promise<AuthOutcome>;
  /** Something about it has changed: it is ready, or has ended. */
  readonly onChange: () => void;
  /** It fails most of what it is asked, or does so no more. */
  readonly onBreaker: (to: BreakerState) => void;
}

type State = 'starting' | 'prepared' | 'ready' | 'stopping' | 'ended';

/** Silent for so long, it gets no further requests, ms. */
const SUSPECT_MS = 500;
/** Longest answer to what the root process asks, ms. */
const ASK_MS = 1_000;
/** Longest for taking new settings, ms. Who takes longer gets no requests either. */
const SETTINGS_MS = 1_000;
/** One that fails at once is the one with the least to do: without this it would get all requests. */
const BREAKER: BreakerPolicy = { ...DEFAULT_POLICY.breaker, consecutiveFailures: 10, openMs: 1_000, maxOpenMs: 10_000 };
/** Flags that `bin/vortexflow.mjs` says why. */
const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60'];
const MODULE = fileURLToPath(new URL('./serving.child.ts', import.meta.url));

export class ServingProcess {
  readonly number: number;
  readonly kind: 'leader' | 'follower';
  /** Its connections, kept between requests. */
  readonly pool: Pool;
  /** Resolves when it answers requests. @throws Error when it ends before that, with what it said */
  readonly ready: Promise<StartReport | null>;
  /** Resolves when it waits for the data folder, or is beyond. @throws as {@link ready} */
  readonly prepared: Promise<void>;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
  /** Requests under way; each is told when the process falls silent. */
  readonly attempts = new Set<() => void>();
  /** Whether it can be relied on, by what became of its requests. */
  readonly breaker: CircuitBreaker;
  /** Local socket for requests. */
  readonly requests: string;
  /** It must not get requests that the leader can take: it knows something else. */
  isStale = false;
  /** The same while it is not known whether it does. */
  isBehind = false;
  #state: State = 'starting';
  readonly #options: ServingOptions;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, (value: Told[keyof Told] | null) => void>();
  readonly #isReady = Promise.withResolvers<StartReport | null>();
  readonly #isPrepared = Promise.withResolvers<void>();
  readonly #applied = new Map<number, () => void>();
  #heard: number;
  #next = 0;
  #failure: string | null = null;

  constructor(options: ServingOptions) {
    this.#options = options;
    const { number, kind, sockets, run, clock, isSuccessor } = options;
    this.number = number;
    this.kind = kind;
    this.breaker = new CircuitBreaker(BREAKER, clock, options.onBreaker);
    const setup: ServingSetup = {
      number,
      kind,
      requests: socketAt(sockets, `${number}-${run}`),
      replication: socketAt(sockets, 'leader'),
      isSuccessor,
    };
    this.requests = setup.requests;
    this.pool = new Pool('http://serving', {
      socketPath: this.requests,
      connections: null,
      pipelining: 1,
      // Every request has a deadline of its own; who made it decides when to give up.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#heard = clock.elapsed();
    const env = { ...childEnvironment(process.env), [SETUP_VARIABLE]: JSON.stringify(setup) };
    this.#child = fork(MODULE, [], { env, execArgv: FLAGS, serialization: 'advanced' });
    this.#tell({ type: 'settings', number: ++this.#next, settings: options.settings });
    this.#child.on('message', (message: FromServing) => this.#hear(message));
    this.#child.on('error', (failure) => (this.#failure ??= failure.message));
    this.ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => resolve(this.#end(signal ?? `status ${code}`))),
    );
    this.ready = this.#isReady.promise;
    this.prepared = this.#isPrepared.promise;
    // Not everybody waits for both.
    this.ready.catch(() => undefined);
    this.prepared.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get state(): State {
    return this.#state;
  }

  /** It has not been heard of for a while: frozen, or busy beyond measure. */
  get isSuspect(): boolean {
    return this.#options.clock.elapsed() - this.#heard >= SUSPECT_MS;
  }

  /** ms since it was heard of. */
  get silence(): number {
    return this.#options.clock.elapsed() - this.#heard;
  }

  /** It answers what it is asked, as far as one can know. */
  get isWell(): boolean {
    return this.#state === 'ready' && !this.isSuspect;
  }

  /** To a leader: the data folder is free. */
  free(): void {
    this.#tell({ type: 'free' });
  }

  /** Gives it new settings. @returns false when it does not say in time that they hold */
  async configure(settings: Settings): Promise<boolean> {
    if (this.#state === 'ended') return true;
    const number = ++this.#next;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#options.clock.after(SETTINGS_MS, () => resolve(false));
    this.#applied.set(number, () => resolve(true));
    this.#tell({ type: 'settings', number, settings });
    const isApplied = await promise;
    timer.cancel();
    this.#applied.delete(number);
    return isApplied;
  }

  /** What it says of itself; null when it says nothing in time. */
  async ask<What extends keyof Told>(what: What): Promise<Told[What] | null> {
    if (this.#state === 'ended') return null;
    const id = ++this.#next;
    const { promise, resolve } = Promise.withResolvers<Told[keyof Told] | null>();
    const timer = this.#options.clock.after(ASK_MS, () => resolve(null));
    this.#asked.set(id, resolve);
    this.#tell({ type: 'ask', id, what });
    const value = await promise;
    timer.cancel();
    this.#asked.delete(id);
    return value as Told[What] | null;
  }

  /** Lets it finish what it has begun, at most for the given time, then ends it. */
  async stop(deadlineMs: number): Promise<void> {
    if (this.#state !== 'ended') this.#state = 'stopping';
    this.#tell({ type: 'stop' });
    const timer = this.#options.clock.after(deadlineMs, () => this.kill());
    await this.ended;
    timer.cancel();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #tell(message: ToServing): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: FromServing): void {
    this.#heard = this.#options.clock.elapsed();
    if (message.type === 'stage') this.#options.onStage(message.stage);
    else if (message.type === 'prepared') this.#become('prepared');
    else if (message.type === 'ready') this.#becomeReady(message.report);
    else if (message.type === 'failed') this.#failure = message.message;
    else if (message.type === 'stale') this.#becomeStale();
    else if (message.type === 'level') this.isBehind = !message.isLevel;
    else if (message.type === 'auth') void this.#answerAuth(message.id, message.call);
    else if (message.type === 'told') this.#asked.get(message.id)?.(message.value);
    else if (message.type === 'applied') this.#applied.get(message.number)?.();
    else if (message.type === 'configure') void this.#options.onConfigure(message).then((answer) => this.#tell(answer));
  }

  async #answerAuth(id: number, call: AuthCall): Promise<void> {
    this.#tell({ type: 'auth', id, outcome: await this.#options.onAuth(call) });
  }

  #become(state: State): void {
    if (this.#state === 'ended' || this.#state === 'stopping') return;
    this.#state = state;
    this.#isPrepared.resolve();
    this.#options.onChange();
  }

  #becomeReady(report: StartReport | null): void {
    this.#become('ready');
    this.#isReady.resolve(report);
  }

  #becomeStale(): void {
    this.isStale = true;
    this.#options.onStale();
  }

  #end(how: string): string {
    const reason = this.#failure ?? `ended with ${how}`;
    this.#state = 'ended';
    const failure = new Error(reason);
    this.#isPrepared.reject(failure);
    this.#isReady.reject(failure);
    for (const resolve of this.#asked.values()) resolve(null);
    // It goes by no settings any more.
    for (const resolve of this.#applied.values()) resolve();
    void this.pool.destroy().catch(() => undefined);
    if (process.platform !== 'win32') rmSync(this.requests, { force: true });
    this.#options.onChange();
    return reason;
  }
}

/** Windows has pipes in a name space of its own in place of files. */
function socketAt(folder: string, name: string): string {
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\${folder.replace(/\W/g, '-')}-${name}`
    : join(folder, `${name}.sock`);
}
