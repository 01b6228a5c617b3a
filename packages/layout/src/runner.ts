/** Drives one engine: ticks until it settles, pauses to keep to its share of a core, streams. Knows no threads. */
import type { Clock, Timer } from '@vortexflow/primitives';
import type { LayoutEngine, TickReport } from './engine.ts';
import type { HardwareMonitor } from './hardware/monitor.ts';
import type { Command, LayoutProgress, PinCommand, Report, WorkerSettings } from './messages.ts';
import { PositionStream } from './position-stream.ts';

/** Ticks whose median is reported. */
const TICKS_REMEMBERED = 31;
/** Share of the duty cycle that remains while nobody watches. */
const UNWATCHED_SHARE = 0.5;
/** A layout that moves is kept this often, ms: what is lost at most when the thread dies. */
const CHECKPOINT_MS = 2000;

/** What a runner needs. */
export interface RunnerOptions extends Omit<WorkerSettings, 'seed' | 'backend' | 'memoryLimit'> {
  readonly engine: LayoutEngine;
  /** Heat of the machine, and the share of the work that it allows for. */
  readonly hardware?: Pick<HardwareMonitor, 'state' | 'readings' | 'throttleFactor'>;
  readonly clock: Clock;
  /** Takes a report; its buffers are the receiver's. */
  readonly send: (report: Report) => void;
  /** Called once, when the engine has thrown; the runner does nothing after that. */
  readonly fail: (error: unknown) => void;
}

/** Commands run in order, one at a time, between ticks. While there is nothing to do no timer runs. */
export class LayoutRunner {
  readonly #options: RunnerOptions;
  readonly #commands: Command[] = [];
  readonly #durations: number[] = [];
  #running = false;
  #wake: (() => void) | undefined;
  #state: LayoutProgress['state'] = 'loading';
  #viewers = 0;
  #revision = 0;
  #generation = 0;
  readonly #stream: PositionStream;
  #ticks = 0;
  #majorisations = 0;
  #resumeAt = -Infinity;
  #ticked = false;
  #reportedAt = -Infinity;
  #keptAt = -Infinity;
  /** A tick is on its way: while who passes it on is busy, the layout moves on without encoding. */
  #passing = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#stream = new PositionStream(options.firstSequence);
  }

  /** Takes a command; it is carried out soon, after those before it. */
  handle(command: Command): void {
    this.#commands.push(command);
    this.#wake?.();
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (await this.#advance());
      this.#running = false;
    } catch (error) {
      // Stays `running`: an engine that has thrown is not asked again.
      this.#options.fail(error);
    }
  }

  /** Does the next thing. False when there is none. */
  async #advance(): Promise<boolean> {
    const command = this.#commands.shift();
    const wait = this.#resumeAt - this.#options.clock.elapsed();
    if (command) await this.#execute(command);
    else if (this.#state !== 'moving') return false;
    else if (this.#ticked || wait > 0) await this.#pause(Math.max(0, wait));
    else await this.#tick();
    return true;
  }

  /** Ends early when a command comes. Even 0 ms let the thread take in messages: ticks alone would never do so. */
  async #pause(ms: number): Promise<void> {
    this.#ticked = false;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = this.#options.clock.after(ms, resolve);
    });
    this.#wake = undefined;
    timer?.cancel();
  }

  async #execute(command: Command): Promise<void> {
    const { engine } = this.#options;
    switch (command.type) {
      case 'load':
        this.#state = 'loading';
        this.#ticks = 0;
        this.#majorisations = 0;
        this.#generation = command.generation;
        this.#report();
        await engine.load(command.graph, (picture) => this.#showPicture(picture, command.revision));
        this.#stream.restart();
        // An empty change warms the layout up and changes nothing else.
        if (command.unsettled) engine.setParameters({});
        return await this.#graphChanged(command.revision);
      case 'change':
        await engine.change(command.change);
        return await this.#graphChanged(command.revision);
      case 'parameters':
        engine.setParameters(command.change);
        return await this.#stir();
      case 'pin':
        return await this.#pin(command);
      case 'unpin':
        await engine.unpin(command.nodes);
        return await this.#stir();
      case 'majorise':
        return await this.#majorise(command.iterations, command.id);
      case 'viewers':
        this.#viewers = command.count;
        return;
      case 'keys':
        this.#stream.wish(command.blocks);
        // No tick would come by itself.
        if (this.#state === 'settled') await this.#sendTick();
        return;
      case 'ready':
        this.#passing = false;
        return;
      case 'positions':
        this.#options.send({ type: 'positions', id: command.id, positions: (await engine.positions()).slice() });
    }
  }

  /** The first rough picture of a graph that is still being placed. */
  #showPicture(positions: Float32Array, revision: number): void {
    // Nobody may be there to see it yet: who comes while the rest is placed, and nothing else is sent, gets this one.
    this.#revision = revision;
    this.#stream.restart();
    this.#send(positions, false);
  }

  async #graphChanged(revision: number): Promise<void> {
    this.#revision = revision;
    this.#state = 'moving';
    this.#report();
    if (this.#viewers > 0) await this.#sendTick();
  }

  /** A node that is dragged is pinned more often than the engine can follow: all pins that wait become one. */
  async #pin(first: PinCommand): Promise<void> {
    const all = [first];
    while (this.#commands[0]?.type === 'pin') all.push(this.#commands.shift() as PinCommand);
    const nodes = Uint32Array.from(all.flatMap((one) => [...one.nodes]));
    const places = Float32Array.from(all.flatMap((one) => [...one.places]));
    await this.#options.engine.pin(nodes, places);
    this.#stream.include(places);
    await this.#stir();
  }

  async #majorise(iterations: number, id: number): Promise<void> {
    await this.#options.engine.majorise(iterations);
    this.#majorisations++;
    // All nodes have jumped: what was near to what has changed.
    this.#stream.restart();
    await this.#stir();
    this.#options.send({ type: 'majorised', id });
  }

  /**
   * Nodes have been put elsewhere, or forces have changed: a layout at rest wakes, and is streamed again until it settles,
   * be it with the next tick.
   */
  async #stir(): Promise<void> {
    if (this.#state !== 'settled') return;
    this.#state = 'moving';
    this.#report();
    if (this.#viewers > 0 && !this.#passing) await this.#sendTick();
  }

  async #tick(): Promise<void> {
    const { engine, clock, frameIntervalMs } = this.#options;
    const begin = clock.elapsed();
    const report = await engine.tick();
    const now = clock.elapsed();
    this.#count(report, now - begin);
    this.#ticked = true;
    if (report.settled) {
      this.#state = 'settled';
      await this.#sendTick();
      await this.#keep();
      this.#report();
    } else if (now - this.#reportedAt >= frameIntervalMs) {
      if (this.#viewers > 0 && !this.#passing) await this.#sendTick();
      if (now - this.#keptAt >= CHECKPOINT_MS) await this.#keep();
      this.#report();
    }
  }

  #count(report: TickReport, duration: number): void {
    // A tick of a settled layout does nothing; its duration would blur the median.
    if (report.tick > this.#ticks) this.#durations.push(duration);
    if (this.#durations.length > TICKS_REMEMBERED) this.#durations.shift();
    this.#ticks = report.tick;
    const { dutyCycle, hardware } = this.#options;
    const duty = dutyCycle * (this.#viewers > 0 ? 1 : UNWATCHED_SHARE) * (hardware?.throttleFactor() ?? 1);
    this.#resumeAt = this.#options.clock.elapsed() + duration * (1 / duty - 1);
  }

  async #sendTick(): Promise<void> {
    this.#send(await this.#options.engine.positions(), this.#state === 'settled');
  }

  #send(positions: Float32Array, settled: boolean): void {
    const { clock, send } = this.#options;
    const { blocks, tick } = this.#stream.encode(positions, { revision: this.#revision, settled, now: clock.now() });
    if (blocks) send({ type: 'blocks', bytes: blocks });
    this.#passing = true;
    send({ type: 'tick', tick });
  }

  async #keep(): Promise<void> {
    this.#keptAt = this.#options.clock.elapsed();
    const positions = (await this.#options.engine.positions()).slice();
    const settled = this.#state === 'settled';
    this.#options.send({ type: 'checkpoint', positions, settled, generation: this.#generation });
  }

  #report(): void {
    this.#reportedAt = this.#options.clock.elapsed();
    const { engine, hardware } = this.#options;
    const state: LayoutProgress = {
      backend: engine.backend,
      state: this.#state,
      ticks: this.#ticks,
      majorisations: this.#majorisations,
      tickMs: median(this.#durations),
      hardware: hardware?.state() ?? 'unknown',
      sensors: hardware?.readings() ?? [],
    };
    this.#options.send({ type: 'state', state });
  }
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
