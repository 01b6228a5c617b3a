/** What a new worker thread must be given to go on where the last one stopped: the grown graph and its last picture. */
import { decodeFrame } from '@vortexflow/protocol';
import type { LayoutChange, LayoutGraph } from './engine.ts';
import { LayoutState } from './layout-state.ts';
import type { Command } from './messages.ts';

/** 8 bytes an edge and 6 a node, beside the caller's arrays. */
export class LatestGraph {
  #graph: LayoutGraph | undefined;
  #changes: LayoutChange[] = [];
  #nodes = 0;
  #revision = 0;
  #generation = 0;
  #frame: ArrayBuffer | undefined;

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
    this.#frame = undefined;
    return ++this.#generation;
  }

  change(change: LayoutChange, revision: number): void {
    this.#graph ??= { nodes: 0, edges: new Uint32Array() };
    this.#changes.push(change);
    this.#nodes += change.nodes;
    this.#revision = revision;
  }

  /** Keeps a copy of an encoded frame, unless it is of a graph before this one. */
  keepFrame(bytes: ArrayBuffer, generation: number): void {
    if (generation === this.#generation) this.#frame = bytes.slice(0);
  }

  /** The command that loads it all; undefined before the first graph. */
  command(): Command | undefined {
    if (!this.#graph) return undefined;
    const frame = this.#frame && decodeFrame(this.#frame);
    const picture = frame?.type === 'positions' ? frame : undefined;
    const known = picture?.positions ?? this.#graph.start;
    const graph = this.#changed(known);
    const unsettled = picture !== undefined && !picture.settled;
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
