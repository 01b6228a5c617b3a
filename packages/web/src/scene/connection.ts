/** One viewer's connection: decodes, acknowledges, counts, and connects again when the line breaks. */
import {
  ACKNOWLEDGE_EVERY,
  encodeAcknowledgement,
  encodeInterest,
  type Frame,
  FrameDecoder,
  MAX_INTEREST,
} from '@vortexflow/protocol';
import { backoff } from '../math/backoff.ts';
import type { Sphere } from '../math/camera.ts';
import { Meter, type Traffic } from '../math/meter.ts';

/** How the line is. `waiting`: it broke, and the next try is due in a while. */
export type LineState = 'connecting' | 'open' | 'waiting';

/** An open, or opening, line. */
export interface Line {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** What a line tells. `closed` comes once, and last. */
export interface LineEvents {
  readonly opened: () => void;
  readonly received: (bytes: ArrayBuffer) => void;
  readonly closed: () => void;
}

/** The world around a connection. */
export interface Surroundings {
  readonly open: (events: LineEvents) => Line;
  readonly after: (ms: number, run: () => void) => void;
  /** 0 .. 1. */
  readonly random: () => number;
  /** ms since the Unix epoch. */
  readonly now: () => number;
  readonly frame: (frame: Frame, traffic: Traffic) => void;
  readonly state: (state: LineState) => void;
}

export class Connection {
  readonly #around: Surroundings;
  readonly #meter = new Meter();
  /** Kept when the line breaks: what has not come again yet stays where it was. */
  readonly #decoder = new FrameDecoder();
  #line: Line | null = null;
  #open = false;
  #attempt = 0;
  #received = 0;
  #interest: Sphere | null = null;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  connect(): void {
    this.#around.state('connecting');
    const line = this.#around.open({
      opened: () => this.#opened(),
      received: (bytes) => this.#receive(bytes),
      closed: () => this.#again(line),
    });
    this.#line = line;
  }

  /** Asks for a part of the graph at full rate; null for all of it. */
  look(interest: Sphere | null): void {
    this.#interest = interest;
    if (this.#open) this.#tellInterest();
  }

  #opened(): void {
    this.#open = true;
    this.#received = 0;
    this.#meter.reconnected();
    if (this.#interest) this.#tellInterest();
    this.#around.state('open');
  }

  #tellInterest(): void {
    this.#line?.send(encodeInterest(this.#interest && { sphere: this.#interest, maxNodes: MAX_INTEREST }));
  }

  #receive(bytes: ArrayBuffer): void {
    this.#meter.received(bytes.byteLength);
    let frame: Frame;
    try {
      frame = this.#decoder.decode(bytes);
    } catch {
      // Nothing that follows can be trusted: begin again.
      this.#line?.close();
      return;
    }
    // Not when the line opens: one that opens and then brings nothing good is tried less and less often too.
    this.#attempt = 0;
    if (++this.#received % ACKNOWLEDGE_EVERY === 0) this.#line?.send(encodeAcknowledgement(this.#received));
    if (frame.type === 'positions') this.#meter.positions(frame.sequence, frame.time, this.#around.now());
    this.#around.frame(frame, this.#meter.traffic);
  }

  #again(line: Line): void {
    if (line !== this.#line) return;
    this.#line = null;
    this.#open = false;
    this.#around.state('waiting');
    this.#around.after(backoff(this.#attempt++, this.#around.random()), () => this.connect());
  }
}
