/**
 * The WebGPU kernel in a process of its own. Native graphics code can crash or hang, and must not take the server along:
 * here a crash, a hang and a lost device all look the same, a {@link KernelLostError}, and nothing is left behind.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock, type Timer } from '@vortexflow/primitives';
import {
  type KernelGraph,
  KernelLostError,
  type KernelReport,
  type KernelStep,
  type LosableKernel,
} from '../kernel.ts';
import { checkPlan, planBuffers } from './buffers.ts';
import type { CallName, Calls, Failure, FromChild, OpenOptions, Results, ToChild } from './child-messages.ts';
import { NoAdapterError } from './dawn.ts';
import { isEnding } from './exit-watch.ts';

const PING_INTERVAL = 1000;
/** A device may compute long, but the child's event loop is free then: silence means that the child hangs. */
const SILENCE_LIMIT = 15_000;
/** While an answer is awaited the child is looked at this often, ms. */
const LOOK_INTERVAL = 10;
/** Of what the child wrote to stderr, the end that goes into the error when it dies. */
const LAST_WORDS = 500;

export interface ChildKernelOptions extends OpenOptions {
  /** Environment of the child on top of this process's, e.g. VK_DRIVER_FILES. */
  readonly env?: Readonly<Record<string, string>>;
  /** The system's by default. */
  readonly clock?: Clock;
  /** A child that says nothing for so long counts as lost, ms. */
  readonly silenceLimit?: number;
  /** Program of the child; for tests. */
  readonly program?: URL;
}

/**
 * Starts a child process and opens a device in it.
 *
 * @throws NoAdapterError (rejects) when the machine has no device that is wanted
 * @throws KernelLostError (rejects) when the child dies or falls silent before it has one
 */
export async function createChildKernel(options: ChildKernelOptions): Promise<LosableKernel> {
  const child = new Child(options);
  try {
    const { adapter, bufferLimit } = await child.opened;
    return new ChildKernel(child, adapter, { memory: options.memoryLimit, buffer: bufferLimit });
  } catch (error) {
    await child.end();
    throw error;
  }
}

class ChildKernel implements LosableKernel {
  readonly backend = 'webgpu';
  readonly adapter: string;
  readonly lost: Promise<Error>;
  readonly #child: Child;
  readonly #limits: { readonly memory: number; readonly buffer: number };

  constructor(child: Child, adapter: string, limits: { readonly memory: number; readonly buffer: number }) {
    this.adapter = adapter;
    this.lost = child.lost;
    this.#child = child;
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#child.bytes;
  }

  async load(graph: KernelGraph): Promise<void> {
    checkPlan(planBuffers(graph), this.#limits);
    await this.#child.call('load', { graph });
  }

  async run(steps: readonly KernelStep[]): Promise<KernelReport> {
    return this.#child.call('run', { steps });
  }

  async forces(step: KernelStep): Promise<Float32Array> {
    return this.#child.call('forces', { step });
  }

  async read(): Promise<Float32Array> {
    return this.#child.call('read', undefined);
  }

  async place(nodes: Uint32Array, places: Float32Array): Promise<void> {
    await this.#child.call('place', { nodes, places });
  }

  async dispose(): Promise<void> {
    await this.#child.end();
  }
}

type Opened = Extract<FromChild, { kind: 'opened' }>;
type Settle = Pick<PromiseWithResolvers<Results[CallName]>, 'resolve' | 'reject'>;

/** The process and the calls that it still owes an answer. */
class Child {
  /** Bytes of device memory that it held at its last answer. */
  bytes = 0;
  readonly opened: Promise<Opened>;
  readonly lost: Promise<Error>;
  readonly #process: ChildProcess;
  readonly #clock: Clock;
  readonly #silenceLimit: number;
  readonly #opening = Promise.withResolvers<Opened>();
  readonly #losing = Promise.withResolvers<Error>();
  readonly #pending = new Map<number, Settle>();
  #nextId = 0;
  #loss: Error | undefined;
  #unanswered = 0;
  #heartbeat: Timer;
  #look: Timer | undefined;
  #lastWords = '';

  constructor({ env, clock = systemClock, silenceLimit = SILENCE_LIMIT, program, ...options }: ChildKernelOptions) {
    this.opened = this.#opening.promise;
    this.lost = this.#losing.promise;
    this.#clock = clock;
    this.#silenceLimit = silenceLimit;
    this.#process = fork(fileURLToPath(program ?? new URL('dawn-child.ts', import.meta.url)), {
      serialization: 'advanced',
      env: { ...process.env, ...env },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.on('message', (message: FromChild) => this.#receive(message));
    this.#process.on('error', (error) => this.#lose(`the process with the device failed: ${error.message}`));
    this.#process.on('close', (code, signal) => this.#lose(`the process with the device ended: ${signal ?? code}`));
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString()).slice(-LAST_WORDS);
    });
    this.#heartbeat = clock.after(PING_INTERVAL, this.#beat);
    this.#send({ kind: 'open', options });
  }

  async call<N extends CallName>(name: N, argument: Calls[N]): Promise<Results[N]> {
    if (this.#loss) throw this.#loss;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Results[CallName]>();
    this.#pending.set(id, { resolve, reject });
    this.#send({ kind: 'call', id, name, argument });
    this.#look ??= this.#clock.after(LOOK_INTERVAL, this.#lookAfter);
    return (await promise) as Results[N];
  }

  /** Ends the process; resolves when it is gone. Whatever is pending is rejected. */
  async end(): Promise<void> {
    this.#close(new KernelLostError('the kernel was disposed'));
    if (this.#isRunning) this.#process.kill('SIGKILL');
    if (this.#isRunning) await once(this.#process, 'exit');
  }

  get #isRunning(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  #send(message: ToChild): void {
    // A message that cannot be sent means that the process is gone, which its own event tells.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  readonly #beat = (): void => {
    // Counted, not timed: when this process itself was asleep, the child still gets all its chances to answer.
    if (++this.#unanswered * PING_INTERVAL > this.#silenceLimit) {
      this.#lose(`the process with the device was silent for ${this.#silenceLimit} ms`);
      return;
    }
    this.#send({ kind: 'ping' });
    this.#heartbeat = this.#clock.after(PING_INTERVAL, this.#beat);
  };

  /** A process that crashes is heard of late, while viewers wait for its answer. */
  readonly #lookAfter = (): void => {
    this.#look = undefined;
    if (this.#pending.size === 0) return;
    if (this.#process.pid !== undefined && isEnding(this.#process.pid)) {
      // What it said last may still be on its way.
      setImmediate(() => this.#lose('the process with the device ended'));
    } else this.#look = this.#clock.after(LOOK_INTERVAL, this.#lookAfter);
  };

  #receive(message: FromChild): void {
    this.#unanswered = 0;
    switch (message.kind) {
      case 'opened':
        this.#opening.resolve(message);
        break;
      case 'unopened':
        this.#opening.reject(errorOf(message.failure));
        break;
      case 'lost':
        this.#lose(message.failure.message);
        break;
      case 'done':
      case 'failed':
        this.#settle(message);
    }
  }

  #settle(message: Extract<FromChild, { kind: 'done' | 'failed' }>): void {
    this.bytes = message.bytes;
    const call = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'done') call?.resolve(message.result);
    else call?.reject(errorOf(message.failure));
  }

  /** What is left of the process is ended by {@link end}: taking its memory down would keep a core from what comes now. */
  #lose(message: string): void {
    if (this.#loss) return;
    const lastWords = this.#lastWords.trim();
    const error = new KernelLostError(lastWords ? `${message}; it said: ${lastWords}` : message);
    this.#close(error);
    this.#losing.resolve(error);
  }

  #close(error: Error): void {
    this.#loss ??= error;
    this.#heartbeat.cancel();
    this.#look?.cancel();
    this.bytes = 0;
    this.#opening.reject(this.#loss);
    for (const { reject } of this.#pending.values()) reject(this.#loss);
    this.#pending.clear();
  }
}

function errorOf({ name, message }: Failure): Error {
  if (name === 'KernelLostError') return new KernelLostError(message);
  if (name === 'NoAdapterError') return new NoAdapterError(message);
  if (name === 'RangeError') return new RangeError(message);
  return new Error(message);
}
