/**
 * The frame that says which nodes make a block. Blocks are consecutive pieces of one order of all nodes; nodes of a block
 * should be near each other, which the maker of the order sees to. All positions after it are counted in steps of its
 * grid, and name it by its sequence number, their epoch.
 *
 * Behind the header: nodes (4), nodes a block (4), origin of the grid (3 x 4, floats), step (4, float), and the order,
 * each node in as many bits as the greatest needs.
 */
import { BitReader, BitWriter } from './bits.ts';
import { FRAME_TYPE, FrameFormatError, type FrameHead, HEADER_BYTES, readHeader, writeHeader } from './header.ts';

const ORDER_AT = HEADER_BYTES + 24;
const MAX_BLOCK_NODES = 4096;
/** A position frame names a block in 16 bits. */
const MAX_BLOCKS = 65_536;

/** Which nodes make a block, and on what grid they lie. */
export interface BlocksFrame extends FrameHead {
  readonly type: 'blocks';
  /** Nodes a block; the last one may have fewer. 1 .. 4,096. */
  readonly blockNodes: number;
  /** Corner of the grid, layout units. */
  readonly origin: readonly [number, number, number];
  /** Layout units a step, >= 0. */
  readonly step: number;
  /** All nodes, each once: block b is `order[b * blockNodes .. (b + 1) * blockNodes)`. Length n. */
  readonly order: Uint32Array;
}

/** How many blocks there are. */
export const blockCount = ({ order, blockNodes }: Pick<BlocksFrame, 'order' | 'blockNodes'>): number =>
  Math.ceil(order.length / blockNodes);

const indexBits = (nodes: number): number => Math.max(1, 32 - Math.clz32(nodes - 1));

function orderWords(nodes: number): number {
  return nodes === 0 ? 0 : Math.ceil((nodes * indexBits(nodes)) / 16);
}

/** Encodes a blocks frame: 2.1 bytes a node for 100,000 nodes. */
export function encodeBlocks(frame: Omit<BlocksFrame, 'type'>): ArrayBuffer {
  const { order } = frame;
  const bytes = new ArrayBuffer(ORDER_AT + orderWords(order.length) * 2);
  const view = writeHeader(bytes, FRAME_TYPE.blocks, frame);
  view.setUint32(16, order.length, true);
  view.setUint32(20, frame.blockNodes, true);
  frame.origin.forEach((value, axis) => view.setFloat32(24 + axis * 4, value, true));
  view.setFloat32(36, frame.step, true);
  const writer = new BitWriter(new Uint16Array(bytes, ORDER_AT));
  const bits = indexBits(order.length);
  for (const node of order) {
    writer.put(node & 0xffff, Math.min(bits, 16));
    if (bits > 16) writer.put(node >>> 16, bits - 16);
  }
  writer.end();
  return bytes;
}

/**
 * Decodes a blocks frame on its own, for those who make frames of ticks and keep no positions.
 * @throws FrameFormatError when the bytes are no blocks frame
 */
export function decodeBlocksFrame(bytes: ArrayBuffer): BlocksFrame {
  const view = new DataView(bytes);
  const { type, sequence, revision } = readHeader(view);
  if (type !== FRAME_TYPE.blocks) throw new FrameFormatError(`frame type ${type} is no blocks frame`);
  return { type: 'blocks', sequence, revision, ...decodeBlocks(bytes, view) };
}

/** @throws FrameFormatError when the bytes behind the header are no blocks */
export function decodeBlocks(bytes: ArrayBuffer, view: DataView): Omit<BlocksFrame, 'type' | keyof FrameHead> {
  if (bytes.byteLength < ORDER_AT) throw new FrameFormatError('too short for a blocks frame');
  const nodes = view.getUint32(16, true);
  // Before any arithmetic with it: a node takes at least a bit.
  if (nodes > bytes.byteLength * 8) throw new FrameFormatError(`${bytes.byteLength} bytes cannot hold ${nodes} nodes`);
  if (bytes.byteLength !== ORDER_AT + orderWords(nodes) * 2)
    throw new FrameFormatError(`${bytes.byteLength} bytes are not an order of ${nodes} nodes`);
  const blockNodes = view.getUint32(20, true);
  if (blockNodes < 1 || blockNodes > MAX_BLOCK_NODES || nodes / blockNodes > MAX_BLOCKS)
    throw new FrameFormatError(`${nodes} nodes in blocks of ${blockNodes}`);
  const origin = [24, 28, 32].map((at) => view.getFloat32(at, true)) as [number, number, number];
  const step = view.getFloat32(36, true);
  if (![...origin, step].every(Number.isFinite) || step < 0) throw new FrameFormatError('the grid is not finite');
  return { blockNodes, origin, step, order: readOrder(bytes, nodes) };
}

function readOrder(bytes: ArrayBuffer, nodes: number): Uint32Array {
  const words = new Uint16Array(bytes, ORDER_AT);
  const reader = new BitReader(words, 0, words.length);
  const order = new Uint32Array(nodes);
  const seen = new Uint8Array(nodes);
  const bits = indexBits(nodes);
  for (let i = 0; i < nodes; i++) {
    const low = reader.get(Math.min(bits, 16));
    const node = bits > 16 ? low | (reader.get(bits - 16) << 16) : low;
    if (node >= nodes || seen[node]) throw new FrameFormatError('the order does not hold each node once');
    seen[node] = 1;
    order[i] = node;
  }
  return order;
}
