/**
 * A layout engine over any kernel: owns the graph, the temperature and the order of events. Kernels only move nodes.
 */
import type { Random } from '@vortexflow/primitives';
import type { LayoutChange, LayoutEngine, LayoutGraph, LayoutParameters, TickReport } from './engine.ts';
import { addJitter } from './jitter.ts';
import { type Kernel, type KernelStep, NODE_FLAG, type StartKernel } from './kernel.ts';
import { gather, LayoutState, type LiveGraph, scatter } from './layout-state.ts';
import { momentsOf } from './moments.ts';
import { changedParameters, DEFAULT_PARAMETERS } from './parameters.ts';
import { placeAll, placeMissing, separateCoincident } from './place.ts';
import { majoriseStress } from './stress-majorisation.ts';
import { requireNodes, validateChange, validateGraph, validatePlaces } from './validate.ts';

/** Below this temperature the layout is at rest: 75 ticks from 1 at the default cooling. */
const REST = 0.01;
/** At rest as well when nodes move less than this on the mean in a tick, layout units: nobody would see it. */
const REST_MOVEMENT = 0.001;
/** All start positions were given: a saved layout, which needs a few ticks of touching up at most. */
const TEMPERATURE_SAVED = 0.015;
/** Some nodes are new among placed ones: a single document stirs its surroundings only, a large share more. */
const TEMPERATURE_PARTIAL = { least: 0.06, most: 0.25 };
const TEMPERATURE_CHANGED = 0.3;
/** Greatest distance that a node moves in a tick at temperature 1, layout units. */
const GREATEST_MOVE = 5;
/** A layout that was flat gets this much depth, layout units. */
const FIRST_DEPTH = 1;

/**
 * Distance at which the near and the far term of the repulsion are equal, for n nodes in all: about a tenth of the radius
 * that they come to fill. On small graphs a shorter range warps grids and trees.
 */
export const rangeFor = (nodes: number): number => Math.max(8, Math.cbrt(nodes) / 5);

/** Needs of the engine. */
export interface ForceLayoutOptions {
  /** Seeded: the same seed gives the same positions. */
  readonly random: Random;
  /** Moves the nodes. */
  readonly kernel: Kernel;
  /** Places the nodes of a new graph; `kernel` itself when it can. */
  readonly starter: StartKernel;
  /** Where they differ from the defaults. */
  readonly parameters?: Partial<LayoutParameters>;
}

/**
 * Creates an engine without a graph. The kernels become its own.
 * @throws RangeError when a parameter is outside its range
 */
export function createForceLayout(options: ForceLayoutOptions): LayoutEngine {
  return new ForceLayout(options);
}

type Middle = readonly [number, number, number];

const EMPTY: LayoutGraph = { nodes: 0, edges: new Uint32Array() };

class ForceLayout implements LayoutEngine {
  readonly #random: Random;
  readonly #kernel: Kernel;
  readonly #starter: StartKernel;
  #parameters: LayoutParameters;
  #state = LayoutState.of(EMPTY, new Float32Array());
  /** Node behind each number of the kernel. */
  #nodeOf: Uint32Array = new Uint32Array();
  /** Flags of the kernel's nodes. */
  #flags: Uint8Array = new Uint8Array();
  /** Middle of the nodes when the kernel got them: forces between nodes leave it free to drift. */
  #middle: Middle = [0, 0, 0];
  /** True while the kernel has moved since the positions were read. */
  #moved = false;
  /** True when the number of dimensions has changed and the positions have not followed yet. */
  #pendingDepth = false;
  #tick = 0;
  #temperature = 0;

  constructor({ random, kernel, starter, parameters }: ForceLayoutOptions) {
    this.#random = random;
    this.#kernel = kernel;
    this.#starter = starter;
    this.#parameters = changedParameters(DEFAULT_PARAMETERS, parameters ?? {});
  }

  get backend(): string {
    return this.#kernel.backend;
  }

  get #flat(): boolean {
    return this.#parameters.dimensions === 2;
  }

  async load(graph: LayoutGraph, onPicture?: (positions: Float32Array) => void): Promise<void> {
    validateGraph(graph);
    await this.#sync();
    try {
      await this.#replace(graph, onPicture);
    } catch (failure) {
      // The kernel may have been used for placing the new graph.
      await this.#adopt(this.#state, this.#state.live());
      throw failure;
    }
  }

  async #replace(graph: LayoutGraph, onPicture?: (positions: Float32Array) => void): Promise<void> {
    const start = usableStart(graph);
    const state = LayoutState.of(graph, start ?? new Float32Array(graph.nodes * 3));
    const live = state.live();
    let temperature = graph.nodes > 0 ? 1 : 0;
    if (start) temperature = this.#resume(state, live);
    else if (graph.nodes > 0) state.positions = await this.#begin(graph.nodes, live, onPicture);
    await this.#adopt(state, live);
    this.#pendingDepth = false;
    this.#tick = 0;
    this.#temperature = temperature;
  }

  async #begin(
    nodes: number,
    { nodes: live, rows, flags }: LiveGraph,
    onPicture?: (positions: Float32Array) => void,
  ): Promise<Float32Array> {
    // Removed nodes have no place of their own, but a number.
    const withRemoved = (placed: Float32Array): Float32Array => {
      if (live.length === nodes) return placed;
      const all = new Float32Array(nodes * 3);
      scatter(all, live, placed);
      return all;
    };
    const options = { kernel: this.#starter, random: this.#random, step: this.#step(0, rows.nodes, false) };
    const show = onPicture && { onPicture: (placed: Float32Array) => onPicture(withRemoved(placed)) };
    return withRemoved(await placeAll(rows, flags, { ...options, ...show }));
  }

  /** Starts new nodes at their neighbours. */
  #placeMissing({ positions }: LayoutState, { nodes, rows, flags }: LiveGraph): void {
    const placed = gather(positions, nodes);
    placeMissing(rows, flags, placed, { random: this.#random, step: { flat: this.#flat } });
    scatter(positions, nodes, placed);
  }

  #resume(state: LayoutState, live: LiveGraph): number {
    const { positions } = state;
    const complete = !positions.some(Number.isNaN);
    if (!complete) this.#placeMissing(state, live);
    if (this.#flat) flatten(positions);
    separateCoincident(positions, this.#random, this.#flat);
    return complete ? TEMPERATURE_SAVED : TEMPERATURE_PARTIAL.most;
  }

  /** Gives a state to the kernel. What was there before stays when it is refused. */
  async #adopt(state: LayoutState, live: LiveGraph): Promise<void> {
    const { graph, nodeOf } = state.forKernel(live);
    if (graph.nodes > 0) await this.#kernel.load(graph);
    this.#state = state;
    this.#nodeOf = nodeOf;
    this.#flags = graph.flags;
    this.#middle = graph.nodes > 0 ? momentsOf(graph.positions, graph.flags).mean : [0, 0, 0];
    this.#moved = false;
  }

  async change(change: LayoutChange): Promise<void> {
    validateChange(change, this.#state.nodes);
    await this.#sync();
    const state = this.#state.changed(change);
    const removed = (change.removedNodes?.length ?? 0) + (change.removedEdges?.length ?? 0);
    if (change.nodes + change.edges.length + removed === 0) return;
    const live = state.live();
    this.#placeMissing(state, live);
    await this.#adopt(state, live);
    const { least, most } = TEMPERATURE_PARTIAL;
    this.#warmUp(Math.min(most, least + change.nodes / state.nodes));
  }

  async pin(nodes: Uint32Array, places: Float32Array): Promise<void> {
    validatePlaces(nodes, places, this.#state.nodes);
    await this.#sync();
    scatter(this.#state.positions, nodes, places);
    if (this.#flat) flatten(this.#state.positions);
    this.#state.setPinned(nodes, true);
    await this.#adopt(this.#state, this.#state.live());
    this.#warmUp(TEMPERATURE_PARTIAL.least);
  }

  async unpin(nodes: Uint32Array): Promise<void> {
    requireNodes(nodes, this.#state.nodes);
    await this.#sync();
    this.#state.setPinned(nodes, false);
    await this.#adopt(this.#state, this.#state.live());
    this.#warmUp(TEMPERATURE_PARTIAL.least);
  }

  setParameters(change: Partial<LayoutParameters>): void {
    const parameters = changedParameters(this.#parameters, change);
    this.#pendingDepth ||= parameters.dimensions !== this.#parameters.dimensions;
    this.#parameters = parameters;
    if (this.#nodeOf.length > 0) this.#warmUp(TEMPERATURE_CHANGED);
  }

  async #changeDepth(): Promise<void> {
    this.#pendingDepth = false;
    await this.#sync();
    const { nodes, positions } = this.#state;
    if (this.#flat) flatten(positions);
    else {
      for (let node = 0; node < nodes; node++) {
        if (!this.#state.isPinned(node)) addJitter(positions, node * 3, FIRST_DEPTH, this.#random, false);
      }
    }
    await this.#adopt(this.#state, this.#state.live());
  }

  #warmUp(temperature: number): void {
    this.#temperature = Math.max(this.#temperature, temperature);
  }

  async tick(): Promise<TickReport> {
    let movement = 0;
    if (this.#temperature >= REST && this.#nodeOf.length > 0) {
      if (this.#pendingDepth) await this.#changeDepth();
      const step = this.#step(this.#temperature * GREATEST_MOVE, this.#nodeOf.length, this.#state.anyPinned);
      ({ movement } = await this.#kernel.run([step]));
      this.#moved = true;
      this.#temperature *= 1 - this.#parameters.cooling;
      this.#tick++;
      if (movement < REST_MOVEMENT) this.#temperature = 0;
    }
    if (this.#temperature < REST || this.#nodeOf.length === 0) this.#temperature = 0;
    return { tick: this.#tick, temperature: this.#temperature, settled: this.#temperature === 0, movement };
  }

  #step(limit: number, nodes: number, anchored: boolean): KernelStep {
    const { theta, repulsion, spring, gravity, cluster, collision } = this.#parameters;
    const range = rangeFor(nodes);
    return { theta, repulsion, range, spring, gravity, cluster, collision, limit, anchored, flat: this.#flat };
  }

  async majorise(iterations: number): Promise<void> {
    await this.#sync();
    const { nodes, rows, flags } = this.#state.live();
    if (nodes.length === 0) return;
    const placed = gather(this.#state.positions, nodes);
    const fixed = (node: number): boolean => (flags[node]! & NODE_FLAG.pinned) !== 0;
    majoriseStress(rows, placed, { iterations, random: this.#random, fixed });
    scatter(this.#state.positions, nodes, placed);
    await this.#adopt(this.#state, this.#state.live());
  }

  async positions(): Promise<Float32Array> {
    await this.#sync();
    return this.#state.positions;
  }

  /** Reads the kernel's positions; their middle is put back where it was, unless pinned nodes hold everything. */
  async #sync(): Promise<void> {
    if (!this.#moved) return;
    this.#moved = false;
    const placed = await this.#kernel.read();
    const { mean } = momentsOf(placed, this.#flags);
    const drift = this.#state.anyPinned ? [0, 0, 0] : mean.map((value, axis) => value - this.#middle[axis]!);
    const { positions } = this.#state;
    const [x, y, z] = drift as unknown as Middle;
    for (let number = 0, q = 0; number < this.#nodeOf.length; number++, q += 3) {
      const p = this.#nodeOf[number]! * 3;
      positions[p] = placed[q]! - x;
      positions[p + 1] = placed[q + 1]! - y;
      positions[p + 2] = placed[q + 2]! - z;
    }
  }

  async dispose(): Promise<void> {
    this.#state = LayoutState.of(EMPTY, new Float32Array());
    this.#nodeOf = new Uint32Array();
    this.#temperature = 0;
    await this.#kernel.dispose();
    await this.#starter.dispose();
  }
}

/** A copy of the start when it places at least two nodes apart, or all of them; else the engine places all. */
function usableStart({ nodes, start, removed }: LayoutGraph): Float32Array | undefined {
  if (!start) return undefined;
  const copy = start.slice();
  // Where removed nodes were matters to nobody; they must not make a complete start look partial.
  for (const node of removed ?? []) if (Number.isNaN(copy[node * 3]!)) copy.fill(0, node * 3, node * 3 + 3);
  let first = -1;
  let apart = nodes === 1;
  for (let p = 0; p < copy.length; p += 3) {
    const known = !Number.isNaN(copy[p]! + copy[p + 1]! + copy[p + 2]!);
    if (!known) copy.fill(NaN, p, p + 3);
    else if (first < 0) first = p;
    else apart ||= copy[p] !== copy[first] || copy[p + 1] !== copy[first + 1] || copy[p + 2] !== copy[first + 2];
  }
  return first >= 0 && apart ? copy : undefined;
}

function flatten(positions: Float32Array): void {
  for (let p = 2; p < positions.length; p += 3) positions[p] = 0;
}
