/** The live graph, from `/ws/graph`: a worker that receives and decodes, and what it hands to the page. */
import type { Frame } from '@vortexflow/protocol';
import type { Sphere } from '../math/camera.ts';
import type { Traffic } from '../math/meter.ts';
import type { LineState } from './connection.ts';

/** Page to worker. `open` comes first, and once. */
export type StreamOrder =
  | { readonly type: 'open'; readonly origin: string }
  | { readonly type: 'look'; readonly interest: Sphere | null };

/** Worker to page. The arrays of a frame are the page's. */
export type StreamReport =
  | { readonly type: 'frame'; readonly frame: Frame; readonly traffic: Traffic }
  | { readonly type: 'state'; readonly state: LineState };

interface StreamHandlers {
  readonly frame: (frame: Frame) => void;
  readonly state: (state: LineState) => void;
}

export class GraphStream {
  readonly #origin: string;
  readonly #handlers: StreamHandlers;
  #worker: Worker | null = null;
  #traffic: Traffic = { bytes: 0, frames: 0, dropped: 0, behindMs: 0 };

  /** @param origin of the server, http: or https: */
  constructor(origin: string, handlers: StreamHandlers) {
    this.#origin = origin;
    this.#handlers = handlers;
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  connect(): void {
    this.#worker = new Worker(new URL('./stream.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', (event: MessageEvent<StreamReport>) => this.#take(event.data));
    this.#order({ type: 'open', origin: this.#origin });
  }

  /** Asks for the part of the graph within a sphere at full rate; null for all of it. */
  look(interest: Sphere | null): void {
    this.#order({ type: 'look', interest });
  }

  #order(order: StreamOrder): void {
    this.#worker?.postMessage(order);
  }

  #take(report: StreamReport): void {
    if (report.type === 'state') {
      this.#handlers.state(report.state);
      return;
    }
    this.#traffic = report.traffic;
    this.#handlers.frame(report.frame);
  }

  /** Ends the worker, and its connection with it. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
