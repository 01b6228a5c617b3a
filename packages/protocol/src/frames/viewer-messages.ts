/**
 * What a viewer says on `WS /ws/graph`. Binary, little-endian, 4 bytes a number:
 *
 * - acknowledgement: 1, frames received on this connection so far
 * - everything, please (as at the beginning): 2
 * - interest: 3, most nodes, centre x, y, z and radius of a sphere (floats; a negative radius is no sphere), number of
 *   nodes, their indices
 */
import { FrameFormatError } from './header.ts';

const KIND = { acknowledgement: 1, everything: 2, interest: 3 } as const;
const NODES_AT = 28;
/** Most nodes that an interest may name, or ask for. */
export const MAX_INTEREST = 10_000;
/** A viewer acknowledges when it has received so many frames since the last time; sooner does no harm. */
export const ACKNOWLEDGE_EVERY = 4;
/** Longest message of a viewer, bytes. */
export const MAX_VIEWER_MESSAGE = NODES_AT + MAX_INTEREST * 4;

/** Which part of the graph a viewer wants to see as it moves; the rest it sees now and then, and all when it settles. */
export interface Interest {
  /** Where it looks, layout units; radius >= 0. */
  readonly sphere?: { readonly center: readonly [number, number, number]; readonly radius: number };
  /** Node indices, at most {@link MAX_INTEREST}. */
  readonly nodes?: Uint32Array;
  /** Most nodes to be sent at full rate, 1 .. {@link MAX_INTEREST}; rounded up to whole blocks. */
  readonly maxNodes: number;
}

export type ViewerMessage =
  | { readonly type: 'acknowledgement'; readonly frames: number }
  /** `null`: everything. */
  | { readonly type: 'interest'; readonly interest: Interest | null };

/** Encodes the number of frames received so far. A viewer that never tells is sent eight frames and no more. */
export function encodeAcknowledgement(frames: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.of(KIND.acknowledgement, frames).buffer);
}

/** Encodes an interest; `null` asks for everything. */
export function encodeInterest(interest: Interest | null): Uint8Array<ArrayBuffer> {
  if (!interest) return new Uint8Array(Uint32Array.of(KIND.everything).buffer);
  const { sphere, nodes = new Uint32Array(), maxNodes } = interest;
  const bytes = new ArrayBuffer(NODES_AT + nodes.length * 4);
  new Uint32Array(bytes, 0, 2).set([KIND.interest, maxNodes]);
  new Float32Array(bytes, 8, 4).set(sphere ? [...sphere.center, sphere.radius] : [0, 0, 0, -1]);
  new Uint32Array(bytes, 24).set([nodes.length, ...nodes]);
  return new Uint8Array(bytes);
}

/** @throws FrameFormatError when the bytes are none of these messages, exactly */
export function decodeViewerMessage(bytes: Uint8Array): ViewerMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw new FrameFormatError('too short for a message');
  const kind = view.getUint32(0, true);
  if (kind === KIND.acknowledgement && bytes.length === 8)
    return { type: 'acknowledgement', frames: view.getUint32(4, true) };
  if (kind === KIND.everything && bytes.length === 4) return { type: 'interest', interest: null };
  if (kind === KIND.interest && bytes.length >= NODES_AT) return { type: 'interest', interest: readInterest(view) };
  throw new FrameFormatError(`${bytes.length} bytes are no message of kind ${kind}`);
}

function readInterest(view: DataView): Interest {
  const maxNodes = view.getUint32(4, true);
  if (maxNodes < 1 || maxNodes > MAX_INTEREST) throw new FrameFormatError(`an interest in ${maxNodes} nodes`);
  const [x, y, z, radius] = [8, 12, 16, 20].map((at) => view.getFloat32(at, true)) as [number, number, number, number];
  if (![x, y, z, radius].every(Number.isFinite)) throw new FrameFormatError('a sphere that is not finite');
  const count = view.getUint32(24, true);
  if (count > MAX_INTEREST || view.byteLength !== NODES_AT + count * 4)
    throw new FrameFormatError(`${view.byteLength} bytes cannot hold ${count} nodes`);
  const nodes = new Uint32Array(count);
  for (let i = 0; i < count; i++) nodes[i] = view.getUint32(NODES_AT + i * 4, true);
  return { maxNodes, nodes, ...(radius >= 0 && { sphere: { center: [x, y, z] as const, radius } }) };
}
