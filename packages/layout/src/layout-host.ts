/** The contract of a layout that runs beside everything else: what it is given, and what may be asked of it. */
import type { EncodedTick } from '@vortexflow/protocol';
import type { LayoutChange, LayoutGraph, LayoutParameters } from './engine.ts';
import type { Place } from './latest-graph.ts';
import type { LayoutBackend, LayoutHostState, LayoutNotice } from './messages.ts';

/** What a host needs. */
export interface LayoutHostOptions {
  /** Same seed, graph and changes: same layout. */
  readonly seed: number;
  /** Share of one core that the layout may use while it moves, 0 < share <= 1; half of it while nobody watches. Default 0.5. */
  readonly dutyCycle?: number;
  /** Least time between two ticks that are streamed while the layout moves, ms. Default 200. */
  readonly frameIntervalMs?: number;
  /** Takes the frame that says which nodes make a block, for viewers to get before all ticks that follow. */
  readonly onBlocks: (frame: ArrayBuffer) => void;
  /** Takes an encoded tick, of which `assembleFrame` of the protocol makes frames. Its buffers are the receiver's. */
  readonly onTick: (tick: EncodedTick) => void;
  /** Called when the state changes, and every `frameIntervalMs` or so while the layout moves. */
  readonly onState: (state: LayoutHostState) => void;
  /** Where to compute. Default `auto`. */
  readonly backend?: LayoutBackend;
  /** Most bytes that the layout may take, on either side. Default 2 GiB. */
  readonly memoryLimit?: number;
  /** Told when another backend takes over, and when the machine gets hot. */
  readonly onNotice?: (notice: LayoutNotice) => void;
  /** The worker thread has died. It is started again, at most 3 times in 60 s. */
  readonly onFailure: (error: Error) => void;
}

/** A layout that runs beside everything else. */
export interface LayoutHost {
  /**
   * Lays out a graph instead of the one it had. Ticks carry `revision`. Parameters stay, pins go.
   * @throws RangeError when the graph is malformed
   */
  load(graph: LayoutGraph, revision: number): void;
  /**
   * Adds and removes nodes and edges. Removed nodes lose their pins.
   * @throws RangeError when the change is malformed
   */
  change(change: LayoutChange, revision: number): void;
  /**
   * Changes parameters, from the next tick on; a settled layout wakes.
   * @throws RangeError when one is unknown or outside its range; nothing is changed then
   */
  setParameters(change: Partial<LayoutParameters>): void;
  /**
   * Puts nodes somewhere and holds them there until they are unpinned or removed, or another graph is loaded; a settled
   * layout wakes. While the layout has two dimensions, z is 0 whatever was given.
   * @param places x, y, z of each in layout units, within 10,000 of the origin along each axis, length 3k
   * @throws RangeError when a node does not exist or a place is not within reach; nothing is pinned then
   */
  pin(nodes: Uint32Array, places: Float32Array): void;
  /**
   * Lets nodes go; those that are not held stay as they are.
   * @throws RangeError when a node does not exist
   */
  unpin(nodes: Uint32Array): void;
  /** Where nodes are held, by node. A view: it changes with every call. */
  pins(): ReadonlyMap<number, Place>;
  /**
   * A finishing pass, see `LayoutEngine.majorise`; ticks and frames wait for it. Resolves when it is done. Rejects when the
   * host has stopped or given up, or the thread dies on the way: a pass that kills it must not be made again and again.
   * @throws RangeError (rejects) when the iterations are not a whole number from 1 on
   */
  majorise(iterations: number): Promise<void>;
  /** While there is a viewer, ticks come as the layout moves. One more comes when it settles, viewers or none. */
  setViewers(count: number): void;
  /**
   * Asks for exact keys of these blocks in the next tick, for viewers who cannot follow its deltas. A settled layout
   * streams a tick for that.
   */
  requestKeys(blocks: readonly number[]): void;
  /**
   * The latest tick has been passed on. Until this is called no other one comes, but for one when the layout settles or a
   * graph is loaded: a busy receiver gets fewer ticks, each with deltas that follow on the one before, and none to skip.
   */
  ready(): void;
  state(): LayoutHostState;
  /** A copy of the present positions, x, y, z interleaved, length 3n. Rejects when the host has stopped or given up. */
  positions(): Promise<Float32Array>;
  /** Ends the thread. No callback is called after that. Stopping twice is harmless. */
  stop(): Promise<void>;
}
