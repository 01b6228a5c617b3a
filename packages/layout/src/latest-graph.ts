/**
 * What a new worker thread must be given to go on where the last one stopped: the grown graph, its last checkpoint, its
 * pins and the parameters.
 */
import type { LayoutChange, LayoutGraph, LayoutParameters } from './engine.ts';
import { LayoutState } from './layout-state.ts';
import type { Checkpoint, Command, PinCommand } from './messages.ts';
import { changedParameters, DEFAULT_PARAMETERS } from './parameters.ts';

/** x, y, z in layout units. */
export type Place = readonly [number, number, number];

/** 8 bytes an edge and 12 a node, beside the caller's arrays. */
export class LatestGraph {
  #graph: LayoutGraph | undefined;
  #changes: LayoutChange[] = [];
  #nodes = 0;
  #revision = 0;
  #generation = 0;
  #checkpoint: Checkpoint | undefined;
  #parameters = DEFAULT_PARAMETERS;
  readonly #pins = new Map<number, Place>();
  #removed = new Set<number>();

  /** Number of nodes, changes included. */
  get nodes(): number {
    return this.#nodes;
  }

  get parameters(): LayoutParameters {
    return this.#parameters;
  }

  /** Where nodes are held. */
  get pins(): ReadonlyMap<number, Place> {
    return this.#pins;
  }

  /** Takes a graph instead of the one before; returns the number of this load. Parameters stay, pins go. */
  load(graph: LayoutGraph, revision: number): number {
    this.#graph = graph;
    this.#changes = [];
    this.#nodes = graph.nodes;
    this.#revision = revision;
    this.#checkpoint = undefined;
    this.#pins.clear();
    this.#removed = new Set(graph.removed);
    return ++this.#generation;
  }

  /** Removed nodes lose their pins. */
  change(change: LayoutChange, revision: number): void {
    this.#graph ??= { nodes: 0, edges: new Uint32Array() };
    this.#changes.push(change);
    this.#nodes += change.nodes;
    this.#revision = revision;
    for (const node of change.removedNodes ?? []) {
      this.#removed.add(node);
      this.#pins.delete(node);
    }
  }

  /** @throws RangeError when a parameter is unknown or outside its range; nothing is changed then */
  setParameters(change: Partial<LayoutParameters>): void {
    this.#parameters = changedParameters(this.#parameters, change);
    this.#stir();
  }

  /**
   * @param places x, y, z of each, finite
   * @throws RangeError when a node has been removed; nothing is pinned then
   */
  pin(nodes: Uint32Array, places: Float32Array): void {
    const lost = nodes.find((node) => this.#removed.has(node));
    if (lost !== undefined) throw new RangeError(`node ${lost} has been removed`);
    for (const [k, node] of nodes.entries()) {
      this.#pins.set(node, [places[k * 3]!, places[k * 3 + 1]!, places[k * 3 + 2]!]);
    }
    this.#stir();
  }

  /** Lets nodes go; returns those of them that were held. */
  unpin(nodes: Uint32Array): Uint32Array {
    const held = nodes.filter((node) => this.#pins.delete(node));
    if (held.length > 0) this.#stir();
    return held;
  }

  /** What was kept of a layout at rest is no longer at rest. */
  #stir(): void {
    if (this.#checkpoint) this.#checkpoint = { ...this.#checkpoint, settled: false };
  }

  /** Keeps a checkpoint, unless it is of a graph before this one. */
  keep(checkpoint: Checkpoint, generation: number): void {
    if (generation === this.#generation) this.#checkpoint = checkpoint;
  }

  /** The commands that bring it all back, in order. */
  commands(): readonly Command[] {
    const set = (parameters: LayoutParameters): Command => ({ type: 'parameters', change: parameters });
    const load = this.#loadCommand();
    if (!load) return [set(this.#parameters)];
    const pin = this.pinCommand();
    const pins = pin ? [pin] : [];
    const flat = this.#parameters.dimensions === 3 && isFlat(load.graph.start);
    if (!flat) return [set(this.#parameters), load, ...pins];
    // It was about to become three-dimensional. Forces within a plane never leave it: the engine must see the change.
    return [set({ ...this.#parameters, dimensions: 2 }), load, set(this.#parameters), ...pins];
  }

  /** The command that holds all nodes that are held; undefined when none is. */
  pinCommand(): PinCommand | undefined {
    if (this.#pins.size === 0) return undefined;
    const places = Float32Array.from([...this.#pins.values()].flat());
    return { type: 'pin', nodes: Uint32Array.from(this.#pins.keys()), places };
  }

  #loadCommand(): Extract<Command, { type: 'load' }> | undefined {
    if (!this.#graph) return undefined;
    const known = this.#checkpoint?.positions ?? this.#graph.start;
    const graph = this.#changed(known);
    const unsettled = this.#checkpoint?.settled === false;
    return { type: 'load', graph, revision: this.#revision, unsettled, generation: this.#generation };
  }

  /** The graph after all changes; applied only now, as few threads ever die. */
  #changed(known: Float32Array | undefined): LayoutGraph {
    const graph = this.#graph as LayoutGraph;
    let state = LayoutState.of(graph, new Float32Array(graph.nodes * 3).fill(NaN));
    for (const change of this.#changes) state = state.changed(change);
    if (known) state.positions.set(known.subarray(0, state.positions.length));
    return state.toGraph();
  }
}

/** True when there are nodes that have a place, and all of them are at z = 0. */
function isFlat(start: Float32Array = new Float32Array()): boolean {
  const depths = start.filter((value, p) => p % 3 === 2 && !Number.isNaN(value));
  return depths.length > 0 && depths.every((depth) => depth === 0);
}
