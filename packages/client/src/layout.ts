/** The layout: its state and parameters, pinned nodes, the finishing pass. */
import type {
  LayoutParameterChange,
  LayoutPinResponse,
  LayoutPlace,
  LayoutResponse,
  LayoutUnpinResponse,
  MajoriseResponse,
} from '@vortexflow/protocol';
import { type CallOptions, resultOf, type Send } from './http.ts';

/** How the graph is laid out. All but `state` needs the owner key; none of it outlives the server. */
export interface LayoutCalls {
  /** State, parameters with their ranges, and pinned nodes. */
  state(options?: CallOptions): Promise<LayoutResponse>;
  /** Changes parameters while the layout runs. */
  change(parameters: LayoutParameterChange, options?: CallOptions): Promise<LayoutResponse>;
  /** Puts a node somewhere, in layout units, and holds it there. */
  pin(id: string, place: LayoutPlace, options?: CallOptions): Promise<LayoutPinResponse>;
  /** Lets a pinned node go. */
  unpin(id: string, options?: CallOptions): Promise<LayoutUnpinResponse>;
  /** Lets all pinned nodes go. */
  unpinAll(options?: CallOptions): Promise<LayoutUnpinResponse>;
  /** A finishing pass of 1 to 50 iterations; resolves when it is done, after seconds on a large graph. */
  majorise(iterations: number, options?: CallOptions): Promise<MajoriseResponse>;
}

export function layoutCalls(send: Send): LayoutCalls {
  const root = '/api/v1/layout';
  const pinOf = (id: string): string => `${root}/pins/${encodeURIComponent(id)}`;
  type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  const call = async <T>(method: Method, path: string, options?: CallOptions, body?: unknown) =>
    resultOf<T>(await send(path, { ...options, method, body }), options?.signal);
  return {
    state: (options) => call('GET', root, options),
    change: (parameters, options) => call('PATCH', root, options, parameters),
    pin: (id, place, options) => call('PUT', pinOf(id), options, place),
    unpin: (id, options) => call('DELETE', pinOf(id), options),
    unpinAll: (options) => call('DELETE', `${root}/pins`, options),
    majorise: (iterations, options) => call('POST', `${root}/majorise`, options, { iterations }),
  };
}
