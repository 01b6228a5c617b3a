/** The binary frames of `/ws/graph`: connects, decodes, counts, and connects again when the line breaks. */
import { decodeFrame, type Frame } from '@vortexflow/protocol';
import { backoff } from '../math/backoff.ts';

/** How the line is. `waiting`: it broke, and the next try is due in a while. */
export type LineState = 'connecting' | 'open' | 'waiting';

/** What came over the line, counted. */
export interface Traffic {
  /** Bytes of all frames. */
  readonly bytes: number;
  /** Frames received. */
  readonly frames: number;
  /** Position frames the server skipped for this viewer: gaps in their sequence numbers. */
  readonly dropped: number;
}

interface StreamHandlers {
  readonly frame: (frame: Frame) => void;
  readonly state: (state: LineState) => void;
}

export class GraphStream {
  readonly #url: string;
  readonly #handlers: StreamHandlers;
  #socket: WebSocket | null = null;
  #timer = 0;
  #attempt = 0;
  #last = -1;
  #traffic: Traffic = { bytes: 0, frames: 0, dropped: 0 };

  /** @param url ws: or wss: address */
  constructor(url: string, handlers: StreamHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  get traffic(): Traffic {
    return this.#traffic;
  }

  connect(): void {
    this.#handlers.state('connecting');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.#attempt = 0;
      this.#last = -1;
      this.#handlers.state('open');
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (event.data instanceof ArrayBuffer) this.#receive(event.data);
    });
    socket.addEventListener('close', () => this.#again(socket));
  }

  #receive(bytes: ArrayBuffer): void {
    const frame = decodeFrame(bytes);
    const gap = frame.type === 'positions' ? this.#gap(frame.sequence) : 0;
    const { bytes: before, frames, dropped } = this.#traffic;
    this.#traffic = { bytes: before + bytes.byteLength, frames: frames + 1, dropped: dropped + gap };
    this.#handlers.frame(frame);
  }

  /** Only positions are ever skipped, and they are numbered among themselves. @returns how many before this one */
  #gap(sequence: number): number {
    const missed = this.#last < 0 ? 0 : Math.max(0, sequence - this.#last - 1);
    this.#last = sequence;
    return missed;
  }

  #again(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#handlers.state('waiting');
    this.#timer = window.setTimeout(() => this.connect(), backoff(this.#attempt++, Math.random()));
  }

  close(): void {
    window.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
