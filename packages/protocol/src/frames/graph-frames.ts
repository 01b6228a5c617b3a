/** Frames that carry the graph itself and what is lit in it: few, and of no interest to the codec of positions. */
import { FRAME_TYPE, FrameFormatError, type FrameHead, HEADER_BYTES, requireLength, writeHeader } from './header.ts';

/** All nodes and edges: what a viewer needs once. Node i of every other frame is node i here. */
export interface TopologyFrame extends FrameHead {
  readonly type: 'topology';
  /** Group of each node, an index into `groupNames`; {@link REMOVED_GROUP} marks a removed node. Length n. */
  readonly groups: Uint8Array;
  /** Size class of each node, 0 (leaf) to 255 (greatest hub). Length n. */
  readonly sizes: Uint8Array;
  /** Pairs of node indices, 2 a edge. Length 2m. */
  readonly edges: Uint32Array;
  readonly groupNames: readonly string[];
}

/** The path of the newest answer. */
export interface HighlightFrame extends FrameHead {
  readonly type: 'highlight';
  /** Node indices in walking order. */
  readonly path: Uint32Array;
}

/** Group number of a node that has been removed; such a node is not drawn. */
export const REMOVED_GROUP = 255;

const align4 = (length: number): number => (length + 3) & ~3;

/** Encodes a topology frame. 2n + 8m bytes and a little. */
export function encodeTopology(frame: Omit<TopologyFrame, 'type'>): ArrayBuffer {
  const names = new TextEncoder().encode(JSON.stringify(frame.groupNames));
  const nodes = frame.groups.length;
  const edgesAt = HEADER_BYTES + 12 + align4(nodes * 2);
  const bytes = new ArrayBuffer(edgesAt + frame.edges.byteLength + names.length);
  const view = writeHeader(bytes, FRAME_TYPE.topology, frame);
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

/** Encodes a highlight: 4 bytes a node and a little. */
export function encodeHighlight(frame: Omit<HighlightFrame, 'type'>): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + 4 + frame.path.byteLength);
  const view = writeHeader(bytes, FRAME_TYPE.highlight, frame);
  view.setUint32(16, frame.path.length, true);
  new Uint32Array(bytes, 20).set(frame.path);
  return bytes;
}

/** @throws FrameFormatError when the bytes behind the header are no topology */
export function decodeTopology(bytes: ArrayBuffer, view: DataView): Omit<TopologyFrame, 'type' | keyof FrameHead> {
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

/** @throws FrameFormatError when the bytes behind the header are no path */
export function decodePath(bytes: ArrayBuffer, view: DataView): Uint32Array {
  const length = view.getUint32(16, true);
  requireLength(bytes, HEADER_BYTES + 4 + length * 4);
  return new Uint32Array(bytes, 20, length);
}
