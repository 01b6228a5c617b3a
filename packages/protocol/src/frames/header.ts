/**
 * What all binary frames of `WS /ws/graph` have in common. Little-endian; every frame begins with the same 16 bytes:
 *
 * | offset | bytes | meaning                                                          |
 * | ------ | ----- | ---------------------------------------------------------------- |
 * | 0      | 4     | magic "VXF2"                                                     |
 * | 4      | 1     | frame type, see {@link FRAME_TYPE}                               |
 * | 5      | 1     | flags; 1 in a position frame: the layout has settled; else zero  |
 * | 6      | 2     | reserved, zero                                                   |
 * | 8      | 4     | sequence number                                                  |
 * | 12     | 4     | graph revision the frame belongs to                              |
 *
 * Sequence numbers of blocks and positions count the ticks of the layout that were encoded; those of topology and
 * highlight count among themselves.
 */

const MAGIC = 0x32465856;
export const HEADER_BYTES = 16;

export const FRAME_TYPE = { topology: 1, blocks: 2, positions: 3, highlight: 4 } as const;

/** Thrown for bytes that are no frame of this version, are cut short, or do not fit the frames before them. */
export class FrameFormatError extends Error {
  override readonly name = 'FrameFormatError';
}

/** What every frame says of itself. */
export interface FrameHead {
  readonly sequence: number;
  readonly revision: number;
}

/** Writes the header into the beginning of a buffer. */
export function writeHeader(bytes: ArrayBufferLike, type: number, head: FrameHead, at = 0, flags = 0): DataView {
  const view = new DataView(bytes, at);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, type | (flags << 8), true);
  view.setUint32(8, head.sequence, true);
  view.setUint32(12, head.revision, true);
  return view;
}

/** @throws FrameFormatError when the bytes do not begin with a header of this version */
export function readHeader(view: DataView): FrameHead & { readonly type: number } {
  if (view.byteLength < HEADER_BYTES + 4) throw new FrameFormatError('too short for a frame header');
  if (view.getUint32(0, true) !== MAGIC) throw new FrameFormatError('wrong magic number');
  return { type: view.getUint8(4), sequence: view.getUint32(8, true), revision: view.getUint32(12, true) };
}

/** @throws FrameFormatError when the buffer has another length */
export function requireLength(bytes: ArrayBuffer, length: number): void {
  if (bytes.byteLength !== length) throw new FrameFormatError(`${bytes.byteLength} bytes instead of ${length}`);
}
