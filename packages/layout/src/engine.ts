/**
 * The contract of a layout engine. Backends are sibling files; all pass the conformance suite in `conformance.ts`.
 * Positions are in layout units (an edge on its own is about 1 long, edges between clusters are longer), around the
 * origin; time is in ticks.
 */

/** The graph an engine lays out. Undirected: each edge once, in either direction; self-loops are left out. */
export interface LayoutGraph {
  /** Number of nodes, n >= 0. Nodes are 0 .. n-1. */
  readonly nodes: number;
  /** Pairs of node indices, length 2m. */
  readonly edges: Uint32Array;
  /** How strongly each edge pulls, finite and > 0, length m; all 1 when absent. */
  readonly weights?: Float32Array;
  /** Group of each node, for the cluster force, length n. */
  readonly groups?: Uint8Array;
  /** Radius that no other node should enter, for the collision force, >= 0, layout units, length n. */
  readonly radii?: Float32Array;
  /** Nodes that only hold their number: nothing sees them, and no edge leads to them. */
  readonly removed?: Uint32Array;
  /**
   * Where nodes start: x, y, z interleaved, length 3n; NaN where the engine shall choose. Complete: the layout begins almost
   * at rest. Some NaN: those start at the mean of their placed neighbours. Absent, or all at one spot: it chooses all.
   */
  readonly start?: Float32Array;
}

/**
 * A change of the graph. New nodes are appended behind the old ones and start at their neighbours. Removed nodes keep
 * their index and their last position, but nothing sees them any more; their edges go with them. First things are
 * removed, then added.
 */
export interface LayoutChange {
  /** How many nodes are added. */
  readonly nodes: number;
  /** Edges that are added: pairs of node indices, old or new, length 2k. */
  readonly edges: Uint32Array;
  /** Length k; all 1 when absent. */
  readonly weights?: Float32Array;
  /** Groups of the added nodes; 0 when absent. */
  readonly groups?: Uint8Array;
  /** Radii of the added nodes; 0 when absent. */
  readonly radii?: Float32Array;
  readonly removedNodes?: Uint32Array;
  /** Pairs of node indices in either order; of parallel edges one goes for each mention. */
  readonly removedEdges?: Uint32Array;
}

/** All can be changed while the engine runs. */
export interface LayoutParameters {
  /** Strength of the mutual repulsion, between 0 and 1000. Greater spreads the layout. */
  readonly repulsion: number;
  /** Stiffness of an edge, between 0 and 1000. */
  readonly spring: number;
  /** Pull to the centre, >= 0: keeps unconnected parts in sight. At most 1. */
  readonly gravity: number;
  /** Pull of nodes to the mean of their group, 0 .. 1; without effect on a graph without groups. */
  readonly cluster: number;
  /** Strength with which nodes inside each other's radius part, 0 .. 1; without effect on a graph without radii. */
  readonly collision: number;
  readonly dimensions: 2 | 3;
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
  /** Name for people of what computes at present, e.g. `cpu-wasm`. */
  readonly backend: string;
  /**
   * Takes a graph and places its nodes. Replaces the graph it had.
   *
   * @param onPicture takes a first rough picture long before all is placed: x, y, z of every node. Not called when the
   *   graph brings its positions along, or is placed in no time
   * @throws RangeError (rejects) when an edge names no node or an array has the wrong length or values
   * @throws MemoryLimitError (rejects) when the graph is too large for the memory it may take
   */
  load(graph: LayoutGraph, onPicture?: (positions: Float32Array) => void): Promise<void>;
  /**
   * Adds and removes nodes and edges without restarting: all others stay where they are, the layout warms up a little.
   * @throws RangeError (rejects) when the change is malformed or removes what is not there; the engine keeps what it had
   */
  change(change: LayoutChange): Promise<void>;
  /**
   * Puts nodes somewhere and keeps them there until they are unpinned or removed, or another graph is loaded; in two
   * dimensions at z = 0.
   * @param places x, y, z of each, length 3k
   * @throws RangeError (rejects) when a node does not exist or a place is not finite
   */
  pin(nodes: Uint32Array, places: Float32Array): Promise<void>;
  /** Lets nodes go. @throws RangeError (rejects) when a node does not exist */
  unpin(nodes: Uint32Array): Promise<void>;
  /**
   * Changes parameters; the layout warms up a little.
   * @throws RangeError when a parameter is unknown or outside its range; nothing is changed then
   */
  setParameters(change: Partial<LayoutParameters>): void;
  /** Moves all nodes once; nothing once settled. */
  tick(): Promise<TickReport>;
  /**
   * A finishing pass: lowers the stress (distances in space follow distances in the graph) at some cost in the small.
   * Removed and pinned nodes stay. Takes about as long as 10 ticks for each iteration; the temperature stays as it is.
   */
  majorise(iterations: number): Promise<void>;
  /** Positions, x, y, z interleaved, length 3n, finite. A view that the next call may overwrite. */
  positions(): Promise<Float32Array>;
  dispose(): Promise<void>;
}
