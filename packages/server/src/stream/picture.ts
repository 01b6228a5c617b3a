/** What all viewers shall see. Each piece is replaced as it changes; a viewer who lacks the newest is sent that one. */
import { assembleFrame, blockCount, decodeBlocksFrame, type EncodedTick } from '@vortexflow/protocol';

/** Which nodes make a block. */
export interface Blocks {
  readonly bytes: ArrayBuffer;
  readonly epoch: number;
  readonly count: number;
  readonly blockNodes: number;
  /** Block of each node. Length n. */
  readonly blockOf: Uint16Array;
}

/** The path of the newest answer. */
export interface Highlight {
  readonly bytes: ArrayBuffer;
  readonly nodes: Uint32Array;
}

export class Picture {
  topology: ArrayBuffer | null = null;
  highlight: Highlight | null = null;
  #blocks: Blocks | null = null;
  #tick: EncodedTick | null = null;
  #bounds = new Float32Array(0);
  #shared = new Map<string, Uint8Array>();

  get blocks(): Blocks | null {
    return this.#blocks;
  }

  /** The newest tick; null when it counts on other blocks than the newest. */
  get tick(): EncodedTick | null {
    return this.#tick?.epoch === this.#blocks?.epoch ? this.#tick : null;
  }

  /** Lowest x, y, z and highest x, y, z of each block, layout units. */
  get bounds(): Float32Array {
    return this.#bounds;
  }

  /** @throws FrameFormatError when the bytes are no blocks frame */
  showBlocks(bytes: ArrayBuffer): void {
    const frame = decodeBlocksFrame(bytes);
    const { order, blockNodes, sequence: epoch } = frame;
    const blockOf = new Uint16Array(order.length);
    order.forEach((node, place) => (blockOf[node] = place / blockNodes));
    this.#blocks = { bytes, epoch, count: blockCount(frame), blockNodes, blockOf };
  }

  showTick(tick: EncodedTick): void {
    this.#tick = tick;
    if (tick.bounds) this.#bounds = tick.bounds;
    this.#shared.clear();
  }

  /** The frame of these blocks. That of all deltas, or all keys, is made once for all viewers. */
  frameOf(tick: EncodedTick, sections: readonly number[], buffer: Uint8Array | undefined): Uint8Array {
    const count = this.#blocks?.count ?? 0;
    const keys = sections.reduce((sum, section) => sum + (section >= count ? 1 : 0), 0);
    if (sections.length !== count || (keys > 0 && keys < count)) return assembleFrame(tick, sections, buffer);
    const name = `${tick.sequence} ${keys}`;
    const frame = this.#shared.get(name) ?? assembleFrame(tick, sections);
    this.#shared.set(name, frame);
    return frame;
  }
}
