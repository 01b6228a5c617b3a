/** Runs a layout engine on a worker thread, streams its ticks, and starts the thread again when it dies. */
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '@vortexflow/primitives';
import type { EncodedTick } from '@vortexflow/protocol';
import type { LayoutChange, LayoutGraph } from './engine.ts';
import { LatestGraph } from './latest-graph.ts';
import type { Command, LayoutBackend, LayoutHostState, LayoutNotice, Report, WorkerSettings } from './messages.ts';
import { validateChange, validateGraph } from './validate.ts';

/** What a host needs. */
export interface LayoutHostOptions {
  /** Same seed, graph and changes: same layout. */
  readonly seed: number;
  /** Share of one core that the layout may use while it moves, 0 < share <= 1; half of it while nobody watches. Default 0.5. */
  readonly dutyCycle?: number;
  /** Least time between two ticks that are streamed while the layout moves, ms. Default 200. */
  readonly frameIntervalMs?: number;
  /** Takes the frame that says which nodes make a block, for viewers to get before all ticks that follow. */
  readonly onBlocks: (frame: ArrayBuffer) => void;
  /** Takes an encoded tick, of which `assembleFrame` of the protocol makes frames. Its buffers are the receiver's. */
  readonly onTick: (tick: EncodedTick) => void;
  /** Called when the state changes, and every `frameIntervalMs` or so while the layout moves. */
  readonly onState: (state: LayoutHostState) => void;
  /** Where to compute. Default `auto`. */
  readonly backend?: LayoutBackend;
  /** Most bytes that the layout may take, on either side. Default 2 GiB. */
  readonly memoryLimit?: number;
  /** Told when another backend takes over, and when the machine gets hot. */
  readonly onNotice?: (notice: LayoutNotice) => void;
  /** The worker thread has died. It is started again, at most 3 times in 60 s. */
  readonly onFailure: (error: Error) => void;
}

/** A layout that runs beside everything else. */
export interface LayoutHost {
  /**
   * Lays out a graph instead of the one it had. Ticks carry `revision`.
   * @throws RangeError when the graph is malformed
   */
  load(graph: LayoutGraph, revision: number): void;
  /**
   * Adds and removes nodes and edges.
   * @throws RangeError when the change is malformed
   */
  change(change: LayoutChange, revision: number): void;
  /** While there is a viewer, ticks come as the layout moves. One more comes when it settles, viewers or none. */
  setViewers(count: number): void;
  /**
   * Asks for exact keys of these blocks in the next tick, for viewers who cannot follow its deltas. A settled layout
   * streams a tick for that.
   */
  requestKeys(blocks: readonly number[]): void;
  /**
   * The latest tick has been passed on. Until this is called no other one comes, but for one when the layout settles or a
   * graph is loaded: a busy receiver gets fewer ticks, each with deltas that follow on the one before, and none to skip.
   */
  ready(): void;
  state(): LayoutHostState;
  /** A copy of the present positions, x, y, z interleaved, length 3n. Rejects when the host has stopped or given up. */
  positions(): Promise<Float32Array>;
  /** Ends the thread. No callback is called after that. Stopping twice is harmless. */
  stop(): Promise<void>;
}

const STARTING: LayoutHostState = {
  backend: 'starting',
  state: 'loading',
  ticks: 0,
  tickMs: null,
  hardware: 'unknown',
  sensors: [],
};
const MEMORY_LIMIT = 2 ** 31;
const RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;

/**
 * Starts the worker thread.
 * @throws RangeError when an option is outside its range
 */
export function startLayoutHost(options: LayoutHostOptions): LayoutHost {
  return new WorkerLayoutHost(options, systemClock);
}

interface Waiting {
  readonly resolve: (positions: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

/** The host behind {@link startLayoutHost}; exported for its test, which has to kill the thread. */
export class WorkerLayoutHost implements LayoutHost {
  readonly #options: LayoutHostOptions;
  readonly #clock: Clock;
  readonly #latest = new LatestGraph();
  readonly #waiting = new Map<number, Waiting>();
  readonly #restarts: number[] = [];
  #worker: Worker | undefined;
  #stopped = false;
  #viewers = 0;
  #nextSequence = 0;
  #nextRequest = 0;
  #state: LayoutHostState = STARTING;

  constructor(options: LayoutHostOptions, clock: Clock) {
    const { dutyCycle = 0.5, frameIntervalMs = 200 } = options;
    if (!(dutyCycle > 0 && dutyCycle <= 1)) throw new RangeError(`dutyCycle is ${dutyCycle}, not above 0 and up to 1`);
    if (!(frameIntervalMs >= 0)) throw new RangeError(`frameIntervalMs is ${frameIntervalMs}, not 0 or more`);
    this.#options = { ...options, dutyCycle, frameIntervalMs };
    this.#clock = clock;
    this.#worker = this.#spawn();
  }

  load(graph: LayoutGraph, revision: number): void {
    validateGraph(graph);
    const generation = this.#latest.load(graph, revision);
    // Given up on the graph before; this one may fare better.
    if (!this.#worker && !this.#stopped && this.#mayRestart()) this.#restart();
    else this.#post({ type: 'load', graph, revision, unsettled: false, generation });
  }

  change(change: LayoutChange, revision: number): void {
    validateChange(change, this.#latest.nodes);
    this.#latest.change(change, revision);
    this.#post({ type: 'change', change, revision });
  }

  setViewers(count: number): void {
    this.#viewers = count;
    this.#post({ type: 'viewers', count });
  }

  requestKeys(blocks: readonly number[]): void {
    this.#post({ type: 'keys', blocks });
  }

  ready(): void {
    this.#post({ type: 'ready' });
  }

  state(): LayoutHostState {
    return this.#state;
  }

  positions(): Promise<Float32Array> {
    if (!this.#worker) return Promise.reject(new Error('the layout is not running'));
    const id = this.#nextRequest++;
    const reply = new Promise<Float32Array>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#post({ type: 'positions', id });
    return reply;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#stopped = true;
    this.#worker = undefined;
    this.#rejectWaiting('the layout has been stopped');
    await worker?.terminate();
  }

  /** Kills the thread as a crash would; for tests. */
  async killThread(): Promise<void> {
    await this.#worker?.terminate();
  }

  #post(command: Command): void {
    this.#worker?.postMessage(command);
  }

  #spawn(): Worker {
    const {
      seed,
      dutyCycle = 0.5,
      frameIntervalMs = 200,
      backend = 'auto',
      memoryLimit = MEMORY_LIMIT,
    } = this.#options;
    const settings: WorkerSettings = {
      seed,
      backend,
      memoryLimit,
      dutyCycle,
      frameIntervalMs,
      firstSequence: this.#nextSequence,
    };
    const worker = new Worker(new URL('./host.worker.ts', import.meta.url), { workerData: settings });
    let cause: Error | undefined;
    worker.on('message', (report: Report) => {
      if (worker === this.#worker) this.#receive(report);
    });
    worker.on('error', (error: Error) => {
      cause = error;
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#recover(cause ?? new Error(`the layout thread ended with code ${code}`));
    });
    return worker;
  }

  #receive(report: Report): void {
    switch (report.type) {
      case 'blocks':
        return this.#options.onBlocks(report.bytes);
      case 'tick':
        this.#nextSequence = report.tick.sequence + 1;
        return this.#options.onTick(report.tick);
      case 'checkpoint':
        return this.#latest.keep(report, report.generation);
      case 'notice':
        return this.#options.onNotice?.(report.notice);
      case 'state':
        return this.#setState(report.state);
      case 'positions':
        this.#waiting.get(report.id)?.resolve(report.positions);
        this.#waiting.delete(report.id);
    }
  }

  #setState(state: LayoutHostState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #recover(error: Error): void {
    this.#worker = undefined;
    this.#setState({ ...this.#state, state: 'failed' });
    this.#options.onFailure(error);
    // A callback may have stopped the host, or loaded another graph.
    if (this.#stopped || this.#worker) return;
    if (this.#mayRestart()) this.#restart();
    else this.#rejectWaiting('the layout thread keeps failing');
  }

  #mayRestart(): boolean {
    const now = this.#clock.elapsed();
    while (this.#restarts.length > 0 && now - this.#restarts[0]! >= RESTART_WINDOW_MS) this.#restarts.shift();
    return this.#restarts.length < RESTARTS;
  }

  #restart(): void {
    this.#restarts.push(this.#clock.elapsed());
    this.#worker = this.#spawn();
    this.#setState(STARTING);
    this.#post({ type: 'viewers', count: this.#viewers });
    const load = this.#latest.command();
    if (load) this.#post(load);
    for (const id of this.#waiting.keys()) this.#post({ type: 'positions', id });
  }

  #rejectWaiting(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
