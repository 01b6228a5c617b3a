/**
 * Binary frames of `WS /ws/graph`. Little-endian; every frame begins with the same 16 bytes:
 *
 * | offset | bytes | meaning                                      |
 * | ------ | ----- | -------------------------------------------- |
 * | 0      | 4     | magic "VXF1"                                 |
 * | 4      | 1     | frame type, see {@link FRAME_TYPE}           |
 * | 5      | 3     | reserved, zero                               |
 * | 8      | 4     | sequence number, grows by one a frame        |
 * | 12     | 4     | graph revision the frame belongs to          |
 *
 * A viewer first gets one topology frame, then one position frame, so a late joiner sees what all others see.
 * Positions are quantised to 16 bits within the frame's bounding cube: the error is at most 1/131,070 of its side.
 */

const MAGIC = 0x31465856;
const HEADER_BYTES = 16;
const STEPS = 65_535;
/** Coordinates beyond this are treated as not finite: the side of their cube would not fit a 32-bit float. */
const MAX_COORDINATE = 1.7e38;

const isUsable = (coordinate: number): boolean => Math.abs(coordinate) <= MAX_COORDINATE;

export const FRAME_TYPE = { topology: 1, positions: 2, highlight: 3 } as const;

/** All nodes and edges: what a viewer needs once. Node i of every other frame is node i here. */
export interface TopologyFrame {
  readonly type: 'topology';
  readonly sequence: number;
  readonly revision: number;
  /** Group of each node, an index into `groupNames`; {@link REMOVED_GROUP} marks a removed node. Length n. */
  readonly groups: Uint8Array;
  /** Size class of each node, 0 (leaf) to 255 (greatest hub). Length n. */
  readonly sizes: Uint8Array;
  /** Pairs of node indices, 2 a edge. Length 2m. */
  readonly edges: Uint32Array;
  readonly groupNames: readonly string[];
}

/** Where every node is. */
export interface PositionFrame {
  readonly type: 'positions';
  readonly sequence: number;
  readonly revision: number;
  /** x, y, z of each node, interleaved, in layout units. Length 3n. */
  readonly positions: Float32Array;
  /** True when the layout has come to rest: no frame follows until something changes. */
  readonly settled: boolean;
}

/** The path of the newest answer. */
export interface HighlightFrame {
  readonly type: 'highlight';
  readonly sequence: number;
  readonly revision: number;
  /** Node indices in walking order. */
  readonly path: Uint32Array;
}

export type Frame = TopologyFrame | PositionFrame | HighlightFrame;

/** Group number of a node that has been removed; such a node is not drawn. */
export const REMOVED_GROUP = 255;

/** Thrown by {@link decodeFrame} for bytes that are no frame of this version, or are cut short. */
export class FrameFormatError extends Error {
  override readonly name = 'FrameFormatError';
}

function header(bytes: ArrayBuffer, type: number, sequence: number, revision: number): DataView {
  const view = new DataView(bytes);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, type);
  view.setUint32(8, sequence, true);
  view.setUint32(12, revision, true);
  return view;
}

const align4 = (length: number): number => (length + 3) & ~3;

/** Encodes a topology frame. 2n + 8m bytes and a little. */
export function encodeTopology(frame: Omit<TopologyFrame, 'type'>): ArrayBuffer {
  const names = new TextEncoder().encode(JSON.stringify(frame.groupNames));
  const nodes = frame.groups.length;
  const edgesAt = HEADER_BYTES + 12 + align4(nodes * 2);
  const bytes = new ArrayBuffer(edgesAt + frame.edges.byteLength + names.length);
  const view = header(bytes, FRAME_TYPE.topology, frame.sequence, frame.revision);
  view.setUint32(16, nodes, true);
  view.setUint32(20, frame.edges.length / 2, true);
  view.setUint32(24, names.length, true);
  const flat = new Uint8Array(bytes);
  flat.set(frame.groups, 28);
  flat.set(frame.sizes, 28 + nodes);
  new Uint32Array(bytes, edgesAt, frame.edges.length).set(frame.edges);
  flat.set(names, edgesAt + frame.edges.byteLength);
  return bytes;
}

/**
 * Encodes positions: 6n bytes and a little.
 *
 * @param frame positions x, y, z interleaved, length 3n; values that are not finite, or beyond
 *   1.7e38, are sent as the cube's corner
 */
export function encodePositions(frame: Omit<PositionFrame, 'type'>): ArrayBuffer {
  const { positions } = frame;
  const { origin, side } = boundingCube(positions);
  const bytes = new ArrayBuffer(HEADER_BYTES + 24 + positions.length * 2);
  const view = header(bytes, FRAME_TYPE.positions, frame.sequence, frame.revision);
  view.setUint32(16, positions.length / 3, true);
  view.setUint32(20, frame.settled ? 1 : 0, true);
  for (let axis = 0; axis < 3; axis++) view.setFloat32(24 + axis * 4, origin[axis] as number, true);
  view.setFloat32(36, side, true);
  const quantised = new Uint16Array(bytes, HEADER_BYTES + 24);
  const scale = side > 0 ? STEPS / side : 0;
  for (let axis = 0; axis < 3; axis++) {
    const start = origin[axis] as number;
    for (let i = axis; i < positions.length; i += 3) {
      const value = positions[i] as number;
      quantised[i] = isUsable(value) ? (value - start) * scale + 0.5 : 0;
    }
  }
  return bytes;
}

/** Encodes a highlight: 4 bytes a node and a little. */
export function encodeHighlight(frame: Omit<HighlightFrame, 'type'>): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + 4 + frame.path.byteLength);
  const view = header(bytes, FRAME_TYPE.highlight, frame.sequence, frame.revision);
  view.setUint32(16, frame.path.length, true);
  new Uint32Array(bytes, 20).set(frame.path);
  return bytes;
}

/**
 * Decodes one frame.
 * @throws FrameFormatError when the bytes are no frame of this version or are cut short
 */
export function decodeFrame(bytes: ArrayBuffer): Frame {
  if (bytes.byteLength < HEADER_BYTES + 4) throw new FrameFormatError('too short for a frame header');
  const view = new DataView(bytes);
  if (view.getUint32(0, true) !== MAGIC) throw new FrameFormatError('wrong magic number');
  const common = { sequence: view.getUint32(8, true), revision: view.getUint32(12, true) };
  switch (view.getUint8(4)) {
    case FRAME_TYPE.topology:
      return { type: 'topology', ...common, ...decodeTopology(bytes, view) };
    case FRAME_TYPE.positions:
      return { type: 'positions', ...common, ...decodePositions(bytes, view) };
    case FRAME_TYPE.highlight:
      return { type: 'highlight', ...common, path: decodePath(bytes, view) };
    default:
      throw new FrameFormatError(`unknown frame type ${view.getUint8(4)}`);
  }
}

function requireLength(bytes: ArrayBuffer, length: number): void {
  if (bytes.byteLength !== length) throw new FrameFormatError(`${bytes.byteLength} bytes instead of ${length}`);
}

function decodeTopology(bytes: ArrayBuffer, view: DataView) {
  if (bytes.byteLength < 28) throw new FrameFormatError('too short for a topology frame');
  const nodes = view.getUint32(16, true);
  const edges = view.getUint32(20, true);
  const nameBytes = view.getUint32(24, true);
  // Before align4, whose 32-bit arithmetic would wrap around for an absurd number of nodes.
  if (nodes > bytes.byteLength) throw new FrameFormatError(`${bytes.byteLength} bytes cannot hold ${nodes} nodes`);
  const edgesAt = HEADER_BYTES + 12 + align4(nodes * 2);
  requireLength(bytes, edgesAt + edges * 8 + nameBytes);
  return {
    groups: new Uint8Array(bytes, 28, nodes),
    sizes: new Uint8Array(bytes, 28 + nodes, nodes),
    edges: new Uint32Array(bytes, edgesAt, edges * 2),
    groupNames: decodeNames(new Uint8Array(bytes, edgesAt + edges * 8, nameBytes)),
  };
}

function decodeNames(bytes: Uint8Array): string[] {
  let names: unknown;
  try {
    names = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new FrameFormatError('group names are no JSON', { cause });
  }
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) {
    throw new FrameFormatError('group names are no list of strings');
  }
  return names;
}

function decodePositions(bytes: ArrayBuffer, view: DataView) {
  if (bytes.byteLength < HEADER_BYTES + 24) throw new FrameFormatError('too short for a position frame');
  const nodes = view.getUint32(16, true);
  requireLength(bytes, HEADER_BYTES + 24 + nodes * 6);
  const step = view.getFloat32(36, true) / STEPS;
  const quantised = new Uint16Array(bytes, HEADER_BYTES + 24, nodes * 3);
  const positions = new Float32Array(nodes * 3);
  for (let axis = 0; axis < 3; axis++) {
    const start = view.getFloat32(24 + axis * 4, true);
    for (let i = axis; i < positions.length; i += 3) positions[i] = start + (quantised[i] as number) * step;
  }
  return { positions, settled: view.getUint32(20, true) === 1 };
}

function decodePath(bytes: ArrayBuffer, view: DataView): Uint32Array {
  const length = view.getUint32(16, true);
  requireLength(bytes, HEADER_BYTES + 4 + length * 4);
  return new Uint32Array(bytes, 20, length);
}

/** Smallest axis-aligned cube around all usable positions. */
function boundingCube(positions: Float32Array): { origin: readonly number[]; side: number } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i] as number;
    const axis = i % 3;
    if (!isUsable(value)) continue;
    if (value < (low[axis] as number)) low[axis] = value;
    if (value > (high[axis] as number)) high[axis] = value;
  }
  const sides = low.map((value, axis) => (high[axis] as number) - value);
  const side = Math.max(0, ...sides.filter(Number.isFinite));
  return { origin: low.map((value) => (Number.isFinite(value) ? value : 0)), side };
}
