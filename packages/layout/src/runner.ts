/** Drives one engine: ticks until it settles, pauses to keep to its share of a core, encodes frames. Knows no threads. */
import type { Clock, Timer } from '@vortexflow/primitives';
import { encodePositions } from '@vortexflow/protocol';
import type { LayoutEngine, TickReport } from './engine.ts';
import type { Command, LayoutHostState, Report, WorkerSettings } from './messages.ts';

/** Ticks whose median is reported. */
const TICKS_REMEMBERED = 31;
/** Share of the duty cycle that remains while nobody watches. */
const UNWATCHED_SHARE = 0.5;

/** What a runner needs. */
export interface RunnerOptions extends Omit<WorkerSettings, 'seed'> {
  readonly engine: LayoutEngine;
  readonly clock: Clock;
  /** Takes a report; the buffer of a frame or of positions is the receiver's. */
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
  #state: LayoutHostState['state'] = 'loading';
  #loaded = false;
  #frameWanted = false;
  #viewers = 0;
  #revision = 0;
  #generation = 0;
  #sequence: number;
  #ticks = 0;
  #resumeAt = -Infinity;
  #ticked = false;
  #reportedAt = -Infinity;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#sequence = options.firstSequence;
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
        this.#generation = command.generation;
        this.#report();
        await engine.load(command.graph, (picture) => this.#showPicture(picture, command.revision));
        // An empty change warms the layout up and changes nothing else.
        if (command.unsettled) engine.setParameters({});
        return await this.#graphChanged(command.revision);
      case 'change':
        await engine.change(command.change);
        return await this.#graphChanged(command.revision);
      case 'viewers':
        this.#viewers = command.count;
        return;
      case 'frame':
        if (this.#loaded) return await this.#sendFrame();
        this.#frameWanted = true;
        return;
      case 'positions':
        this.#options.send({ type: 'positions', id: command.id, positions: (await engine.positions()).slice() });
    }
  }

  /** The first rough picture of a graph that is still being placed. */
  #showPicture(positions: Float32Array, revision: number): void {
    if (this.#viewers === 0) return;
    this.#revision = revision;
    this.#encode(positions, false);
  }

  async #graphChanged(revision: number): Promise<void> {
    this.#revision = revision;
    this.#loaded = true;
    this.#state = 'moving';
    this.#report();
    if (this.#viewers > 0 || this.#frameWanted) await this.#sendFrame();
    this.#frameWanted = false;
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
      await this.#sendFrame();
      this.#report();
    } else if (now - this.#reportedAt >= frameIntervalMs) {
      if (this.#viewers > 0) await this.#sendFrame();
      this.#report();
    }
  }

  #count(report: TickReport, duration: number): void {
    // A tick of a settled layout does nothing; its duration would blur the median.
    if (report.tick > this.#ticks) this.#durations.push(duration);
    if (this.#durations.length > TICKS_REMEMBERED) this.#durations.shift();
    this.#ticks = report.tick;
    const duty = this.#options.dutyCycle * (this.#viewers > 0 ? 1 : UNWATCHED_SHARE);
    this.#resumeAt = this.#options.clock.elapsed() + duration * (1 / duty - 1);
  }

  async #sendFrame(): Promise<void> {
    this.#encode(await this.#options.engine.positions(), this.#state === 'settled');
  }

  #encode(positions: Float32Array, settled: boolean): void {
    const sequence = this.#sequence++;
    const bytes = encodePositions({ sequence, revision: this.#revision, positions, settled });
    this.#options.send({ type: 'frame', bytes, sequence, generation: this.#generation });
  }

  #report(): void {
    this.#reportedAt = this.#options.clock.elapsed();
    const { backend } = this.#options.engine;
    const state = { backend, state: this.#state, ticks: this.#ticks, tickMs: median(this.#durations) };
    this.#options.send({ type: 'state', state });
  }
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
