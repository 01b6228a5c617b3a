/** Runs a layout engine on a worker thread, streams its ticks, and starts the thread again when it dies. */
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '@vortexflow/primitives';
import type { LayoutChange, LayoutGraph, LayoutParameters } from './engine.ts';
import { LatestGraph, type Place } from './latest-graph.ts';
import type { LayoutHost, LayoutHostOptions } from './layout-host.ts';
import type { Command, LayoutHostState, LayoutProgress, Report, WorkerSettings } from './messages.ts';
import { Replies } from './replies.ts';
import { requireNodes, requireWithinReach, validateChange, validateGraph, validatePlaces } from './validate.ts';

const STARTING: LayoutProgress = {
  backend: 'starting',
  state: 'loading',
  ticks: 0,
  majorisations: 0,
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

/** The host behind {@link startLayoutHost}; exported for its test, which has to kill the thread. */
export class WorkerLayoutHost implements LayoutHost {
  readonly #options: LayoutHostOptions;
  readonly #clock: Clock;
  readonly #latest = new LatestGraph();
  readonly #positions = new Replies<Float32Array>();
  readonly #majorised = new Replies<void>();
  readonly #restarts: number[] = [];
  #worker: Worker | undefined;
  #stopped = false;
  #viewers = 0;
  #nextSequence = 0;
  #progress: LayoutProgress = STARTING;

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

  setParameters(change: Partial<LayoutParameters>): void {
    const { dimensions } = this.#latest.parameters;
    this.#latest.setParameters(change);
    this.#post({ type: 'parameters', change });
    // Flattening has taken their depth from the nodes that are held.
    const pin = this.#latest.parameters.dimensions === dimensions ? undefined : this.#latest.pinCommand();
    if (pin) this.#post(pin);
    this.#wake();
  }

  pin(nodes: Uint32Array, places: Float32Array): void {
    validatePlaces(nodes, places, this.#latest.nodes);
    requireWithinReach(places);
    if (nodes.length === 0) return;
    this.#latest.pin(nodes, places);
    this.#post({ type: 'pin', nodes, places });
    this.#wake();
  }

  unpin(nodes: Uint32Array): void {
    requireNodes(nodes, this.#latest.nodes);
    const held = this.#latest.unpin(nodes);
    if (held.length === 0) return;
    this.#post({ type: 'unpin', nodes: held });
    this.#wake();
  }

  pins(): ReadonlyMap<number, Place> {
    return this.#latest.pins;
  }

  async majorise(iterations: number): Promise<void> {
    if (!Number.isSafeInteger(iterations) || iterations < 1) {
      throw new RangeError(`iterations is ${iterations}, not a whole number from 1 on`);
    }
    if (!this.#worker) throw new Error('the layout is not running');
    await this.#majorised.ask((id) => this.#post({ type: 'majorise', id, iterations }));
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
    return { ...this.#progress, parameters: this.#latest.parameters, pins: this.#latest.pins.size };
  }

  positions(): Promise<Float32Array> {
    if (!this.#worker) return Promise.reject(new Error('the layout is not running'));
    return this.#positions.ask((id) => this.#post({ type: 'positions', id }));
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#stopped = true;
    this.#worker = undefined;
    this.#positions.rejectAll('the layout has been stopped');
    this.#majorised.rejectAll('the layout has been stopped');
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
        return this.#positions.take(report.id, report.positions);
      case 'majorised':
        this.#majorised.take(report.id, undefined);
    }
  }

  #setState(progress: LayoutProgress): void {
    this.#progress = progress;
    this.#options.onState(this.state());
  }

  /** Whoever asks next must not be told that it is at rest, only because the thread has not said otherwise yet. */
  #wake(): void {
    const { state } = this.#progress;
    this.#setState({ ...this.#progress, state: state === 'settled' ? 'moving' : state });
  }

  #recover(error: Error): void {
    this.#worker = undefined;
    this.#majorised.rejectAll('the layout thread has died on the way');
    this.#setState({ ...this.#progress, state: 'failed' });
    this.#options.onFailure(error);
    // A callback may have stopped the host, or loaded another graph.
    if (this.#stopped || this.#worker) return;
    if (this.#mayRestart()) this.#restart();
    else this.#positions.rejectAll('the layout thread keeps failing');
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
    for (const command of this.#latest.commands()) this.#post(command);
    for (const id of this.#positions.open) this.#post({ type: 'positions', id });
  }
}
