/** What the server's process and the process with the device tell each other. Arrays are copied. */
import type { KernelGraph, KernelReport, KernelStep } from '../kernel.ts';
import type { DawnOptions } from './dawn.ts';

/** What the parent asks for, by name. */
export interface Calls {
  load: { readonly graph: KernelGraph };
  run: { readonly steps: readonly KernelStep[] };
  forces: { readonly step: KernelStep };
  read: undefined;
  place: { readonly nodes: Uint32Array; readonly places: Float32Array };
}

export type CallName = keyof Calls;

/** What comes back. */
export interface Results {
  load: undefined;
  run: KernelReport;
  forces: Float32Array;
  read: Float32Array;
  place: undefined;
}

/** What a child needs before it can serve. */
export interface OpenOptions extends DawnOptions {
  /** Bytes of device memory that a graph may take. */
  readonly memoryLimit: number;
}

/** To the child. `open` comes first and once. */
export type ToChild =
  | { readonly kind: 'open'; readonly options: OpenOptions }
  | { readonly kind: 'call'; readonly id: number; readonly name: CallName; readonly argument: Calls[CallName] }
  | { readonly kind: 'ping' };

/** An error that crosses the border. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** From the child. */
export type FromChild =
  | { readonly kind: 'opened'; readonly adapter: string; readonly bufferLimit: number }
  | { readonly kind: 'unopened'; readonly failure: Failure }
  | { readonly kind: 'done'; readonly id: number; readonly result: Results[CallName]; readonly bytes: number }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure; readonly bytes: number }
  | { readonly kind: 'lost'; readonly failure: Failure }
  | { readonly kind: 'pong' };
