/** Helper threads on the kernel's shared memory, and how many of them are worth waking. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '@vortexflow/primitives';
import { A_ACTIVE, A_DONE, A_GENERATION, A_NEXT_TASK, A_PHASE, A_QUIT, A_TASKS } from '../../assembly/fields.ts';
import type { KernelExports } from './module.ts';
import { ThreadTuner } from './thread-tuner.ts';

/** What a helper thread is given. */
export interface HelperData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** From 1; the leading thread is 0. */
  readonly worker: number;
}

const GENERATIONS = 0x7fff;
/** Looks at the counter this often before going to sleep: some microseconds. */
const SPINS = 400;
/** So many waits of so many ms for one task, which is far less than that of work, and its helper counts as dead. */
const PATIENCE = 20;
const PATIENCE_MS = 1000;

/** Runs phases on the calling thread and its helpers. */
export class ThreadPool {
  readonly threads: number;
  readonly #kernel: KernelExports;
  readonly #helpers: Worker[] = [];
  readonly #tuner: ThreadTuner;
  readonly #words: Int32Array;
  #generation = 0;

  /** @param threads the calling one included, 1 or more */
  constructor(
    threads: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    kernel: KernelExports,
    clock: Clock,
  ) {
    this.threads = threads;
    this.#kernel = kernel;
    // The header never moves, so this view stays good when the memory grows.
    this.#words = new Int32Array(memory.buffer);
    this.#tuner = new ThreadTuner(threads, clock);
    for (let worker = 1; worker < threads; worker++) {
      const workerData: HelperData = { module, memory, worker };
      const helper = new Worker(new URL('./pool.worker.ts', import.meta.url), { workerData });
      // A helper only ever helps: without it the leading thread does all the tasks.
      helper.on('error', () => helper.removeAllListeners());
      helper.unref();
      this.#helpers.push(helper);
    }
  }

  /** Threads that take part at present. */
  get active(): number {
    return this.#tuner.active;
  }

  /** Does all tasks of a phase. Returns when the last one is done. */
  run(phase: number, tasks: number): void {
    if (tasks === 0) return;
    const words = this.#words;
    this.#generation = (this.#generation % GENERATIONS) + 1;
    // First, so that a ticket of the phase before is worth nothing from here on; the new tickets last.
    Atomics.store(words, A_GENERATION, this.#generation);
    Atomics.store(words, A_PHASE, phase);
    Atomics.store(words, A_TASKS, tasks);
    Atomics.store(words, A_ACTIVE, this.#tuner.active);
    Atomics.store(words, A_DONE, 0);
    Atomics.store(words, A_NEXT_TASK, this.#generation << 16);
    if (this.#tuner.active > 1) Atomics.notify(words, A_GENERATION);
    this.#tuner.begin();
    this.#kernel.work(0);
    this.#tuner.waiting();
    this.#awaitOthers(tasks);
    this.#tuner.end();
  }

  #awaitOthers(tasks: number): void {
    const words = this.#words;
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(words, A_DONE) === tasks) return;
    for (let silent = 0; ;) {
      const done = Atomics.load(words, A_DONE);
      if (done === tasks) return;
      // This thread hears no events while it waits: a helper that has died is noticed by its silence.
      if (Atomics.wait(words, A_DONE, done, PATIENCE_MS) !== 'timed-out') silent = 0;
      else if (++silent === PATIENCE) throw new Error('a helper thread of the layout does not finish its task');
    }
  }

  async dispose(): Promise<void> {
    Atomics.store(this.#words, A_QUIT, 1);
    Atomics.add(this.#words, A_GENERATION, 1);
    Atomics.notify(this.#words, A_GENERATION);
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
    this.#helpers.length = 0;
  }
}
