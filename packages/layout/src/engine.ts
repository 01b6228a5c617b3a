/**
 * The contract of a layout engine. Backends are sibling files; all pass the conformance suite in `conformance.ts`.
 * Positions are in layout units (an edge on its own is about 1 long, edges between clusters are longer), around the
 * origin; time is in ticks.
 */

/** The graph an engine lays out. Undirected: each edge once, in either direction; no self-loops. */
export interface LayoutGraph {
  /** Number of nodes, n >= 0. Nodes are 0 .. n-1. */
  readonly nodes: number;
  /** Pairs of node indices, length 2m. */
  readonly edges: Uint32Array;
  /**
   * Where nodes start: x, y, z interleaved, length 3n; NaN where the engine shall choose. Complete: the layout begins almost
   * at rest. Some NaN: those start at the mean of their placed neighbours. Absent, or all at one spot: it chooses all.
   */
  readonly start?: Float32Array;
}

/** New nodes are appended behind the old ones, so old indices stay. New nodes start at their neighbours. */
export interface LayoutGrowth {
  /** How many nodes are added. */
  readonly nodes: number;
  /** Pairs of node indices, old or new, length 2k. */
  readonly edges: Uint32Array;
}

/** All can be changed while the engine runs. */
export interface LayoutParameters {
  /** Strength of the mutual repulsion, > 0. Greater spreads the layout. */
  readonly repulsion: number;
  /** Stiffness of an edge, > 0. */
  readonly spring: number;
  /** Pull to the centre, >= 0: keeps unconnected parts in sight. At most 1. */
  readonly gravity: number;
  /** Accuracy of the far field: larger is faster and coarser, 0.3 .. 1.5. */
  readonly theta: number;
  /** Share of the temperature lost in a tick, 0 < cooling < 1. */
  readonly cooling: number;
}

/** What one tick did. */
export interface TickReport {
  /** Ticks since the graph was loaded. */
  readonly tick: number;
  /** Temperature, 1 at the start or after a change, falling to 0. */
  readonly temperature: number;
  /** True when the layout is at rest; further ticks cost nothing until the graph or the parameters change. */
  readonly settled: boolean;
  /** Mean distance a node moved in this tick, layout units. */
  readonly movement: number;
}

/** One engine lays out one graph at a time. Deterministic: same seed, graph and calls give the same positions. */
export interface LayoutEngine {
  /** Name for people, e.g. `cpu-ts`. */
  readonly backend: string;
  /**
   * Takes a graph and places its nodes. Replaces the graph it had.
   * @throws RangeError (rejects) when an edge names no node, the length of `edges` is odd, or `start` has the wrong length
   */
  load(graph: LayoutGraph): Promise<void>;
  /**
   * Adds nodes and edges without restarting: old nodes stay where they are, the layout warms up a little.
   * @throws RangeError (rejects) when an edge names no node; the engine keeps what it had
   */
  grow(growth: LayoutGrowth): Promise<void>;
  /**
   * Changes parameters; the layout warms up a little.
   * @throws RangeError when a parameter is outside its range; nothing is changed then
   */
  setParameters(change: Partial<LayoutParameters>): void;
  /** Moves all nodes once; nothing once settled. */
  tick(): Promise<TickReport>;
  /** Positions, x, y, z interleaved, length 3n, finite. A view that the next call may overwrite. */
  positions(): Float32Array;
  dispose(): Promise<void>;
}
