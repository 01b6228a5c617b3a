/** What the host and its worker thread say to each other. */
import type { EncodedTick } from '@vortexflow/protocol';
import type { LayoutChange, LayoutGraph, LayoutParameters } from './engine.ts';
import type { HardwareState } from './hardware/monitor.ts';
import type { SensorReading } from './hardware/sensors.ts';

/** Where the layout is computed: on the processor; on a graphics card where there is one; or wherever WebGPU runs at all. */
export type LayoutBackend = 'cpu' | 'auto' | 'gpu';

/** Settings of a worker; fixed for its life. */
export interface WorkerSettings {
  readonly backend: LayoutBackend;
  /** Most bytes that the layout may take, on the processor's side and on the card's. */
  readonly memoryLimit: number;
  readonly seed: number;
  readonly dutyCycle: number;
  readonly frameIntervalMs: number;
  /** Sequence number of its first encoded tick: one after the last of the worker before it. */
  readonly firstSequence: number;
}

/** Nodes that are put somewhere and held there. */
export interface PinCommand {
  readonly type: 'pin';
  readonly nodes: Uint32Array;
  /** x, y, z of each. */
  readonly places: Float32Array;
}

/** Host to worker. */
export type Command =
  | {
      readonly type: 'load';
      readonly graph: LayoutGraph;
      readonly revision: number;
      /** True when the start is a layout that had not come to rest. */
      readonly unsettled: boolean;
      /** Counts the loads, so that a checkpoint of the graph before is not taken for one of this graph. */
      readonly generation: number;
    }
  | { readonly type: 'change'; readonly change: LayoutChange; readonly revision: number }
  | { readonly type: 'parameters'; readonly change: Partial<LayoutParameters> }
  | PinCommand
  | { readonly type: 'unpin'; readonly nodes: Uint32Array }
  | { readonly type: 'majorise'; readonly id: number; readonly iterations: number }
  | { readonly type: 'viewers'; readonly count: number }
  | { readonly type: 'keys'; readonly blocks: readonly number[] }
  /** The tick before has been passed on: there may be another one. */
  | { readonly type: 'ready' }
  | { readonly type: 'positions'; readonly id: number };

/** How the engine on the worker thread is doing. */
export interface LayoutProgress {
  /** Name of the engine, e.g. `cpu-ts`. */
  readonly backend: string;
  readonly state: 'loading' | 'moving' | 'settled' | 'failed';
  /** Ticks since the graph was loaded. */
  readonly ticks: number;
  /** Finishing passes since the graph was loaded: each moves nodes without a tick. */
  readonly majorisations: number;
  /** Median duration of the latest ticks, ms; null before the first. */
  readonly tickMs: number | null;
  /** What the machine says of its heat. */
  readonly hardware: HardwareState;
  readonly sensors: readonly SensorReading[];
}

/** How a layout host is doing. */
export interface LayoutHostState extends LayoutProgress {
  /** As they were set last; the engine follows between two ticks. */
  readonly parameters: LayoutParameters;
  /** Number of nodes that are held. */
  readonly pins: number;
}

/** Something that whoever runs the machine should know. */
export interface LayoutNotice {
  readonly level: 'info' | 'warn';
  readonly text: string;
}

/** What a new worker continues from when this one dies. */
export interface Checkpoint {
  /** x, y, z interleaved, length 3n. */
  readonly positions: Float32Array<ArrayBuffer>;
  readonly settled: boolean;
}

/** Worker to host. */
export type Report =
  | { readonly type: 'state'; readonly state: LayoutProgress }
  | { readonly type: 'majorised'; readonly id: number }
  | { readonly type: 'notice'; readonly notice: LayoutNotice }
  | { readonly type: 'blocks'; readonly bytes: ArrayBuffer }
  | { readonly type: 'tick'; readonly tick: EncodedTick }
  | ({ readonly type: 'checkpoint'; readonly generation: number } & Checkpoint)
  | { readonly type: 'positions'; readonly id: number; readonly positions: Float32Array<ArrayBuffer> };
