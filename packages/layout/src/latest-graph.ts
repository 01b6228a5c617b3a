/** What a new worker thread must be given to go on where the last one stopped: the grown graph and its last checkpoint. */
import type { LayoutGraph, LayoutGrowth } from './engine.ts';
import type { Checkpoint, Command } from './messages.ts';

/** 8 bytes an edge and 12 a node, beside the caller's arrays. */
export class LatestGraph {
  #graph: LayoutGraph | undefined;
  #growths: Uint32Array[] = [];
  #nodes = 0;
  #revision = 0;
  #generation = 0;
  #checkpoint: Checkpoint | undefined;

  /** Number of nodes, growths included. */
  get nodes(): number {
    return this.#nodes;
  }

  /** Takes a graph instead of the one before; returns the number of this load. */
  load(graph: LayoutGraph, revision: number): number {
    this.#graph = graph;
    this.#growths = [];
    this.#nodes = graph.nodes;
    this.#revision = revision;
    this.#checkpoint = undefined;
    return ++this.#generation;
  }

  grow(growth: LayoutGrowth, revision: number): void {
    this.#graph ??= { nodes: 0, edges: new Uint32Array() };
    this.#growths.push(growth.edges);
    this.#nodes += growth.nodes;
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
    const graph = { nodes: this.#nodes, edges: this.#joinedEdges(), ...(known && { start: this.#padded(known) }) };
    const unsettled = this.#checkpoint?.settled === false;
    return { type: 'load', graph, revision: this.#revision, unsettled, generation: this.#generation };
  }

  #joinedEdges(): Uint32Array {
    const parts = [this.#graph?.edges ?? new Uint32Array(), ...this.#growths];
    const edges = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      edges.set(part, at);
      at += part.length;
    }
    return edges;
  }

  #padded(known: Float32Array): Float32Array {
    const start = new Float32Array(this.#nodes * 3).fill(NaN);
    start.set(known);
    return start;
  }
}
