/** What comes over the line, measured: bytes, gaps, and how late frames are. */

/** What came over the line so far. */
export interface Traffic {
  /** Bytes of all frames. */
  readonly bytes: number;
  /** Frames received. */
  readonly frames: number;
  /** Ticks of the layout that the server skipped for this viewer: gaps in their sequence numbers. */
  readonly dropped: number;
  /**
   * How much later the newest position frame came than the quickest one of this connection, ms. The clocks of server and
   * viewer need not agree, so how long the quickest one took is not known.
   */
  readonly behindMs: number;
}

export class Meter {
  #traffic: Traffic = { bytes: 0, frames: 0, dropped: 0, behindMs: 0 };
  #last = -1;
  #quickest = Infinity;

  get traffic(): Traffic {
    return this.#traffic;
  }

  /** A new connection: sequence numbers and clocks may be others. */
  reconnected(): void {
    this.#last = -1;
    this.#quickest = Infinity;
  }

  received(bytes: number): void {
    const { traffic } = this;
    this.#traffic = { ...traffic, bytes: traffic.bytes + bytes, frames: traffic.frames + 1 };
  }

  /** @param sent when the server made the frame, @param now both ms since the Unix epoch, by the clocks of their own */
  positions(sequence: number, sent: number, now: number): void {
    const missed = this.#last < 0 ? 0 : Math.max(0, sequence - this.#last - 1);
    this.#last = sequence;
    const took = now - sent;
    this.#quickest = Math.min(this.#quickest, took);
    this.#traffic = {
      ...this.#traffic,
      dropped: this.#traffic.dropped + missed,
      behindMs: Math.round(took - this.#quickest),
    };
  }
}

/** How fast a total grows, over a short while. */
export class Rate {
  readonly #window: number;
  readonly #seen: { readonly at: number; readonly total: number }[] = [];

  /** @param window ms that the rate is taken over */
  constructor(window: number) {
    this.#window = window;
  }

  /** @returns growth a second. @param now monotonic ms, @param total never less than before */
  measure(now: number, total: number): number {
    this.#seen.push({ at: now, total });
    while (this.#seen.length > 2 && now - this.#seen[1]!.at >= this.#window) this.#seen.shift();
    const oldest = this.#seen[0]!;
    return now > oldest.at ? ((total - oldest.total) * 1000) / (now - oldest.at) : 0;
  }
}
