/** What a new worker thread must be given to go on where the last one stopped: the grown graph and its last checkpoint. */
import type { LayoutChange, LayoutGraph } from './engine.ts';
import { LayoutState } from './layout-state.ts';
import type { Checkpoint, Command } from './messages.ts';

/** 8 bytes an edge and 12 a node, beside the caller's arrays. */
export class LatestGraph {
  #graph: LayoutGraph | undefined;
  #changes: LayoutChange[] = [];
  #nodes = 0;
  #revision = 0;
  #generation = 0;
  #checkpoint: Checkpoint | undefined;

  /** Number of nodes, changes included. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Takes a graph instead of the one before; returns the number of this load. */
  load(graph: LayoutGraph, revision: number): number {
    this.#graph = graph;
    this.#changes = [];
    this.#nodes = graph.nodes;
    this.#revision = revision;
    this.#checkpoint = undefined;
    return ++this.#generation;
  }

  change(change: LayoutChange, revision: number): void {
    this.#graph ??= { nodes: 0, edges: new Uint32Array() };
    this.#changes.push(change);
    this.#nodes += change.nodes;
    this.#revision = revision;
  }

  /** Keeps a checkpoint, unless it is of a graph before this one. */
  keep(checkpoint: Checkpoint, generation: number): void {
    if (generation === this.#generation) this.#checkpoint = checkpoint;
  }

  /** The command that loads it all; undefined before the first graph. */
  command(): Command | undefined {
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
