/**
 * A tick of the layout, encoded once, and the position frames made of it: each viewer's frame is a list of blocks and
 * their bytes as they are, so that a thousand viewers with a thousand interests cost copying and no encoding.
 *
 * Behind the header of a position frame: epoch (4), number of blocks (4), when the tick was encoded (8, a float: ms since
 * the Unix epoch by the server's clock), then for each block its number (2) and 2 bits of kind and 14 of length in words
 * of 2 bytes, then the blocks themselves in the same order.
 */
import { FRAME_TYPE, FrameFormatError, type FrameHead, HEADER_BYTES, writeHeader } from './header.ts';

const SETTLED_FLAG = 1;
const ENTRIES_AT = HEADER_BYTES + 16;
const ENTRY_BYTES = 4;
const LENGTH_BITS = 14;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** Forms in which a tick may hold a block. `delta`: follows the tick before. `key`: stands alone, exact. `rough`: stands alone, coarse. */
export const SECTION = { delta: 0, key: 1, rough: 2 } as const;
const SECTION_KINDS = 3;

/** All that was encoded of one tick. Plain data, to be sent between threads. */
export interface EncodedTick extends FrameHead {
  /** Sequence number of the blocks frame that it counts on. Deltas follow the tick of the sequence number before. */
  readonly epoch: number;
  /** ms since the Unix epoch. */
  readonly time: number;
  /** True when the layout has come to rest: places are exact, and no tick follows until something changes. */
  readonly settled: boolean;
  readonly words: Uint16Array<ArrayBuffer>;
  /** Section s is `words[starts[s] .. starts[s + 1])`, empty when it was not encoded; s is kind * blocks + block. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** Lowest x, y, z and highest x, y, z of each block, layout units; null when they are as before, or nearly. */
  readonly bounds: Float32Array<ArrayBuffer> | null;
}

/** How many blocks a tick has. */
export const blocksOf = ({ starts }: EncodedTick): number => (starts.length - 1) / SECTION_KINDS;

/** Words of a section; 0 when it was not encoded. */
export const sectionWords = ({ starts }: EncodedTick, section: number): number =>
  starts[section + 1]! - starts[section]!;

/** All sections of a kind that were encoded. */
export function sectionsOf(tick: EncodedTick, kind: (typeof SECTION)[keyof typeof SECTION]): number[] {
  const blocks = blocksOf(tick);
  const sections = Array.from({ length: blocks }, (_, block) => kind * blocks + block);
  return sections.filter((section) => sectionWords(tick, section) > 0);
}

/** Bytes of the position frame of these sections. */
export function frameBytes(tick: EncodedTick, sections: readonly number[]): number {
  let words = 0;
  for (const section of sections) words += sectionWords(tick, section);
  return ENTRIES_AT + sections.length * ENTRY_BYTES + words * 2;
}

/**
 * Makes a position frame. No encoding: it copies.
 *
 * @param into a buffer to fill from its beginning when it has room, so that frames need no new memory
 */
export function assembleFrame(tick: EncodedTick, sections: readonly number[], into?: Uint8Array): Uint8Array {
  const length = frameBytes(tick, sections);
  const bytes = into && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
  const flags = tick.settled ? SETTLED_FLAG : 0;
  const view = writeHeader(bytes.buffer, FRAME_TYPE.positions, tick, bytes.byteOffset, flags);
  view.setUint32(16, tick.epoch, true);
  view.setUint32(20, sections.length, true);
  view.setFloat64(24, tick.time, true);
  const blocks = blocksOf(tick);
  sections.forEach((section, i) => {
    const kind = Math.floor(section / blocks);
    view.setUint16(ENTRIES_AT + i * ENTRY_BYTES, section - kind * blocks, true);
    view.setUint16(ENTRIES_AT + i * ENTRY_BYTES + 2, (kind << LENGTH_BITS) | sectionWords(tick, section), true);
  });
  copySections(tick, sections, bytes.subarray(ENTRIES_AT + sections.length * ENTRY_BYTES));
  return bytes;
}

/** Sections that follow on each other are copied at once: near blocks often do, and all of them when all are wanted. */
function copySections({ words, starts }: EncodedTick, sections: readonly number[], into: Uint8Array): void {
  let at = 0;
  for (let i = 0; i < sections.length;) {
    const first = i;
    while (++i < sections.length && sections[i] === sections[i - 1]! + 1);
    const from = starts[sections[first]!]!;
    const size = starts[sections[i - 1]! + 1]! - from;
    into.set(new Uint8Array(words.buffer, words.byteOffset + from * 2, size * 2), at);
    at += size * 2;
  }
}

/** What a position frame says of itself, and where its blocks begin. */
export interface PositionHead {
  readonly epoch: number;
  readonly time: number;
  readonly settled: boolean;
  readonly entries: number;
}

/** @throws FrameFormatError when the bytes behind the header are too short for what they claim */
export function readPositionHead(view: DataView): PositionHead {
  if (view.byteLength < ENTRIES_AT) throw new FrameFormatError('too short for a position frame');
  const entries = view.getUint32(20, true);
  if (entries > (view.byteLength - ENTRIES_AT) / ENTRY_BYTES)
    throw new FrameFormatError(`${view.byteLength} bytes cannot hold ${entries} blocks`);
  const settled = (view.getUint8(5) & SETTLED_FLAG) !== 0;
  return { epoch: view.getUint32(16, true), time: view.getFloat64(24, true), settled, entries };
}

/** Word of the frame at which the first block begins. */
export const bodyWord = (entries: number): number => (ENTRIES_AT + entries * ENTRY_BYTES) / 2;

/** The entry of a block: its number, kind and length in words. */
export function readEntry(view: DataView, entry: number): { block: number; kind: number; words: number } {
  const at = ENTRIES_AT + entry * ENTRY_BYTES;
  const packed = view.getUint16(at + 2, true);
  return { block: view.getUint16(at, true), kind: packed >>> LENGTH_BITS, words: packed & LENGTH_MASK };
}
