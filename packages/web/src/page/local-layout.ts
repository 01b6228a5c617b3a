/** A layout that runs in the page: from the wish for it to its end. At most one tick is under way, and none at rest. */
import type { LayoutEngine, LayoutGraph } from '@vortexflow/layout';
import type { WebGpuLayout } from '@vortexflow/layout/internal';
import { Durations } from '../math/timings.ts';

/** Whether the layout runs here. */
export type LocalState =
  /** `problem` tells why it ended, empty when it was wished so. */
  | { readonly phase: 'off'; readonly problem: string }
  | { readonly phase: 'opening' }
  /** `tickMs` is the median of the latest ticks, as long as they took to be done and known here. */
  | { readonly phase: 'on'; readonly backend: string; readonly settled: boolean; readonly tickMs: number };

/** Nodes and edges. Where the nodes are, the run knows. */
export type LocalGraph = Required<Pick<LayoutGraph, 'nodes' | 'edges' | 'removed'>>;

/** What a run is given. */
export interface LocalLayoutOptions {
  readonly open: () => Promise<WebGpuLayout>;
  /** Resolves at the next frame of the display. */
  readonly frame: () => Promise<void>;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Takes positions, x, y, z interleaved; they do not change afterwards. */
  readonly show: (positions: Float32Array) => void;
  readonly state: (state: LocalState) => void;
}

/** Between two pictures of a moving layout, ms: each has to be brought back from the GPU, for names and for pointing. */
const SHOW_MS = 80;
const REMEMBERED_TICKS = 60;

export class LocalLayout {
  readonly #options: LocalLayoutOptions;
  readonly #ticks = new Durations(REMEMBERED_TICKS);
  /** To be taken before the next tick. */
  #graph: LocalGraph | null = null;
  /** As the picture has them. */
  #positions: Float32Array = new Float32Array();
  #loaded = false;
  #settled = false;
  #held = false;
  #stopped = false;
  #shownAt = -Infinity;
  #wake: () => void = () => {};

  constructor(options: LocalLayoutOptions) {
    this.#options = options;
  }

  /** Runs until it is stopped or fails, and never rejects. @param positions where nodes are, x, y, z interleaved */
  async run(graph: LocalGraph, positions: Float32Array): Promise<void> {
    this.#graph = graph;
    this.#positions = positions;
    this.#options.state({ phase: 'opening' });
    let engine: LayoutEngine | undefined;
    try {
      const opened = await this.#options.open();
      ({ engine } = opened);
      void opened.lost.then(({ message }) => this.stop(message));
      while (await this.#due()) await this.#advance(engine);
    } catch (error) {
      this.stop(error instanceof Error ? error.message : String(error));
    } finally {
      await engine?.dispose();
    }
  }

  /** Takes another graph; nodes that were there before stay where they are. */
  setGraph(graph: LocalGraph): void {
    this.#graph = graph;
    this.#wake();
  }

  /** Stands still until it is let go again. */
  hold(held: boolean): void {
    this.#held = held;
    this.#wake();
  }

  /** Ends it, at once for everybody outside. Twice is harmless. @param problem why, when nobody wished it */
  stop(problem = ''): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    this.#options.state({ phase: 'off', problem });
  }

  /** Waits for the next frame in which there is something to do. @returns false when there never will be */
  async #due(): Promise<boolean> {
    while (!this.#stopped && this.#idle)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (!this.#stopped) await this.#options.frame();
    return !this.#stopped;
  }

  get #idle(): boolean {
    return this.#held || (this.#settled && !this.#graph);
  }

  async #advance(engine: LayoutEngine): Promise<void> {
    if (this.#graph) await this.#load(engine, this.#graph);
    const before = this.#options.now();
    const { settled } = await engine.tick();
    const now = this.#options.now();
    this.#ticks.add(now - before);
    this.#settled = settled;
    if (settled || now - this.#shownAt >= SHOW_MS) await this.#show(engine, now);
  }

  async #load(engine: LayoutEngine, graph: LocalGraph): Promise<void> {
    this.#graph = null;
    const known = this.#loaded ? await engine.positions() : this.#positions;
    const start = new Float32Array(3 * graph.nodes).fill(NaN);
    start.set(known.subarray(0, start.length));
    await engine.load({ ...graph, start });
    // What comes from the server is at rest as a rule: without a stir nothing would be seen of the change.
    if (!this.#loaded) engine.setParameters({});
    this.#loaded = true;
  }

  async #show(engine: LayoutEngine, now: number): Promise<void> {
    const positions = (await engine.positions()).slice();
    if (this.#stopped) return;
    this.#shownAt = now;
    this.#options.show(positions);
    const tickMs = Math.round(this.#ticks.quantile(0.5) * 10) / 10;
    this.#options.state({ phase: 'on', backend: engine.backend, settled: this.#settled, tickMs });
  }
}
