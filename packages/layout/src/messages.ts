/** What the host and its worker thread say to each other. */
import type { LayoutChange, LayoutGraph } from './engine.ts';

/** Settings of a worker; fixed for its life. */
export interface WorkerSettings {
  readonly seed: number;
  readonly dutyCycle: number;
  readonly frameIntervalMs: number;
  /** Sequence number of its first frame: one after the last frame of the worker before it. */
  readonly firstSequence: number;
}

/** Host to worker. */
export type Command =
  | {
      readonly type: 'load';
      readonly graph: LayoutGraph;
      readonly revision: number;
      /** True when the start is a layout that had not come to rest. */
      readonly unsettled: boolean;
      /** Counts the loads, so that a frame of the graph before is not taken for one of this graph. */
      readonly generation: number;
    }
  | { readonly type: 'change'; readonly change: LayoutChange; readonly revision: number }
  | { readonly type: 'viewers'; readonly count: number }
  | { readonly type: 'frame' }
  | { readonly type: 'positions'; readonly id: number };

/** How a layout host is doing. */
export interface LayoutHostState {
  /** Name of the engine, e.g. `cpu-ts`. */
  readonly backend: string;
  readonly state: 'loading' | 'moving' | 'settled' | 'failed';
  /** Ticks since the graph was loaded. */
  readonly ticks: number;
  /** Median duration of the latest ticks, ms; null before the first. */
  readonly tickMs: number | null;
}

/** Worker to host. */
export type Report =
  | { readonly type: 'state'; readonly state: LayoutHostState }
  | { readonly type: 'frame'; readonly bytes: ArrayBuffer; readonly sequence: number; readonly generation: number }
  | { readonly type: 'positions'; readonly id: number; readonly positions: Float32Array };
