/** From frames to the graph and its positions, as a viewer keeps them. Pure; runs in a browser's worker and in Node. */
import { BitReader } from './bits.ts';
import { type BlockState, createBlockState, readDelta, readKey } from './block-codec.ts';
import { blockCount, type BlocksFrame, decodeBlocks } from './blocks.ts';
import { decodePath, decodeTopology, type HighlightFrame, type TopologyFrame } from './graph-frames.ts';
import { FRAME_TYPE, FrameFormatError, type FrameHead, readHeader } from './header.ts';
import { bodyWord, readEntry, readPositionHead, SECTION } from './tick.ts';

/** Where nodes are, as far as frames have told. */
export interface PositionFrame extends FrameHead {
  readonly type: 'positions';
  /**
   * x, y, z of each node, interleaved, in layout units. Length 3n. The decoder's own array: the next frame changes it.
   * Nodes of blocks of which nothing has come yet are where the blocks before had them, else at 0.
   */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Numbers of the blocks that this frame has brought. */
  readonly changed: Uint16Array;
  /** When the server encoded it, ms since the Unix epoch by its clock. */
  readonly time: number;
  /** True when the layout has come to rest: what follows only completes the picture. */
  readonly settled: boolean;
}

export type Frame = TopologyFrame | BlocksFrame | PositionFrame | HighlightFrame;

/** In place of the sequence number of a block that no delta can follow. */
const NO_BASE = -1;

/** Decodes the frames of one connection, in the order in which they came. */
export class FrameDecoder {
  #blocks: BlocksFrame | null = null;
  #count = 0;
  #state: BlockState = createBlockState(0);
  /** Sequence number at which each block is exact, or {@link NO_BASE}. */
  #exactAt = new Float64Array(0);
  #positions = new Float32Array(0);

  /**
   * Decodes one frame. 16 bytes a node of memory beside the positions.
   * @throws FrameFormatError when the bytes are no frame of this version, are cut short, or do not follow on the frames
   *   before; positions can then be decoded again after the next blocks frame
   */
  decode(bytes: ArrayBuffer): Frame {
    const view = new DataView(bytes);
    const { type, sequence, revision } = readHeader(view);
    const head = { sequence, revision };
    switch (type) {
      case FRAME_TYPE.topology:
        return { type: 'topology', ...head, ...decodeTopology(bytes, view) };
      case FRAME_TYPE.highlight:
        return { type: 'highlight', ...head, path: decodePath(bytes, view) };
      case FRAME_TYPE.blocks:
        return this.#begin({ type: 'blocks', ...head, ...decodeBlocks(bytes, view) });
      case FRAME_TYPE.positions:
        return { type: 'positions', ...head, ...this.#decodePositions(bytes, view, sequence) };
      default:
        throw new FrameFormatError(`unknown frame type ${type}`);
    }
  }

  /** Old nodes stay where they are until their blocks come. */
  #begin(blocks: BlocksFrame): BlocksFrame {
    const length = blocks.order.length * 3;
    const positions = new Float32Array(length);
    positions.set(this.#positions.subarray(0, length));
    this.#positions = positions;
    this.#blocks = blocks;
    this.#count = blockCount(blocks);
    this.#state = createBlockState(blocks.order.length);
    this.#exactAt = new Float64Array(this.#count).fill(NO_BASE);
    return blocks;
  }

  #decodePositions(bytes: ArrayBuffer, view: DataView, sequence: number) {
    const blocks = this.#blocks;
    const { epoch, time, settled, entries } = readPositionHead(view);
    if (blocks?.sequence !== epoch) throw new FrameFormatError(`positions of epoch ${epoch} without its blocks`);
    // Half of a frame that turns out to be broken may have been taken in: nothing can follow on that.
    this.#blocks = null;
    if (bytes.byteLength % 2 !== 0) throw new FrameFormatError('an odd number of bytes');
    const words = new Uint16Array(bytes);
    const changed = new Uint16Array(entries);
    let at = bodyWord(entries);
    for (let entry = 0; entry < entries; entry++) {
      const { block, kind, words: length } = readEntry(view, entry);
      if (block >= this.#count) throw new FrameFormatError(`block ${block} of ${this.#count}`);
      if (at + length > words.length) throw new FrameFormatError(`block ${block} is cut short`);
      this.#decodeBlock(new BitReader(words, at, at + length), block, kind, sequence, blocks);
      changed[entry] = block;
      at += length;
    }
    if (at !== words.length) throw new FrameFormatError(`${words.length - at} words behind the last block`);
    this.#blocks = blocks;
    return { positions: this.#positions, changed, time, settled };
  }

  #decodeBlock(reader: BitReader, block: number, kind: number, sequence: number, blocks: BlocksFrame): void {
    const from = block * blocks.blockNodes * 3;
    const to = Math.min(this.#positions.length, from + blocks.blockNodes * 3);
    let exact = true;
    if (kind === SECTION.delta) {
      if (this.#exactAt[block] !== (sequence - 1) >>> 0)
        throw new FrameFormatError(`block ${block} changes by a frame that has not come`);
      readDelta(reader, this.#state, from, to);
    } else if (kind === SECTION.key || kind === SECTION.rough) exact = readKey(reader, this.#state, from, to);
    else throw new FrameFormatError(`block ${block} is of unknown kind ${kind}`);
    reader.end();
    this.#exactAt[block] = exact ? sequence : NO_BASE;
    this.#place(blocks, from, to);
  }

  /** Steps to layout units, block order to node order. */
  #place({ order, origin, step }: BlocksFrame, from: number, to: number): void {
    const { places } = this.#state;
    const positions = this.#positions;
    const [x, y, z] = origin;
    for (let i = from; i < to; i += 3) {
      const p = order[i / 3]! * 3;
      positions[p] = x + places[i]! * step;
      positions[p + 1] = y + places[i + 1]! * step;
      positions[p + 2] = z + places[i + 2]! * step;
    }
  }
}
