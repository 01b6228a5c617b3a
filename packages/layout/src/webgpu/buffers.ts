/** Device memory with a bound: what a graph needs is known before anything is allocated, and all that is allocated is counted. */
/// <reference types="@webgpu/types" />
import { type KernelGraph, MemoryLimitError, NODE_FLAG } from '../kernel.ts';
import { type BufferName, MAX_LEVELS, UNIFORM_BYTES } from './shader.ts';
import { GROUPS, HUB_ROW } from './wgsl-move.ts';
import { strictnessAt } from './wgsl-repulsion.ts';
import { KEYS_PER_BLOCK, SORT_DIGITS } from './wgsl-sort.ts';
import { NODES_PER_SUM, STATISTICS_VECTORS } from './wgsl-statistics.ts';

/** Bits of GPUBufferUsage, so that Node needs no globals. */
export const USAGE = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;

/** Offsets of dynamic uniforms are multiples of this on every device. */
export const UNIFORM_STRIDE = 256;
/** Steps that one submission holds. A longer run makes several. */
export const STEPS_PER_SUBMIT = 16;
/** Copies for reading that can be under way at the same time. */
export const READBACKS = 2;

const VECTOR = 16;
const WORD = 4;
const LEAF = 8;
const FAN_OUT = 4;

/** Shape of the implicit tree: number of cells of each level, root first, and index of each level's first cell. */
export interface TreeShape {
  readonly widths: readonly number[];
  readonly firsts: readonly number[];
  readonly cells: number;
}

/** @param nodes at least 1 */
export function treeShape(nodes: number): TreeShape {
  const widths = [Math.ceil(nodes / LEAF)];
  while (widths[0]! > 1) widths.unshift(Math.ceil(widths[0]! / FAN_OUT));
  const firsts: number[] = [];
  let cells = 0;
  for (const width of widths) {
    firsts.push(cells);
    cells += width;
  }
  return { widths, firsts, cells };
}

/** Bytes of every buffer that a graph needs. About 125 per node, and 16 per edge. */
export type BufferPlan = Readonly<Record<BufferName | 'graph' | 'steps' | 'turns', number>> & {
  /** Of each of {@link READBACKS}. */
  readonly readback: number;
};

/** O(1): needs only the sizes of the graph's arrays. */
export function planBuffers(graph: KernelGraph): BufferPlan {
  const { nodes } = graph;
  const { cells } = treeShape(nodes);
  const rows = Math.max(1, graph.neighbours.length);
  const blocks = Math.ceil(nodes / KEYS_PER_BLOCK);
  const radii = graph.radii ? nodes : 1;
  return {
    positions: VECTOR * nodes,
    memory: VECTOR * nodes,
    forces: VECTOR * nodes,
    attributes: WORD * nodes,
    radii: WORD * radii,
    offsets: WORD * (nodes + 1),
    neighbours: WORD * rows,
    stiffness: WORD * rows,
    members: WORD * (GROUPS + 1 + (graph.groups ? nodes : 0)),
    means: VECTOR * GROUPS,
    hubs: WORD * Math.ceil(rows / HUB_ROW),
    keys: WORD * nodes,
    order: WORD * nodes,
    keysOut: WORD * nodes,
    orderOut: WORD * nodes,
    digits: WORD * SORT_DIGITS * (blocks + 1),
    points: VECTOR * nodes,
    pointRadii: WORD * radii,
    cells: VECTOR * cells,
    extents: (VECTOR / 2) * cells,
    partials: VECTOR * Math.ceil(nodes / NODES_PER_SUM),
    statistics: VECTOR * STATISTICS_VECTORS,
    graph: UNIFORM_BYTES.graph,
    steps: UNIFORM_STRIDE * STEPS_PER_SUBMIT,
    turns: UNIFORM_STRIDE * MAX_LEVELS,
    readback: VECTOR * Math.max(nodes, STATISTICS_VECTORS),
  };
}

/** Bytes of a whole plan. */
export function bytesOf(plan: BufferPlan): number {
  const once = Object.values(plan).reduce((sum, bytes) => sum + bytes, 0);
  return once + (READBACKS - 1) * plan.readback;
}

/** What may be taken. All in bytes. */
export interface BufferLimits {
  /** By the graph as a whole. */
  readonly memory: number;
  /** By one buffer: what the device can bind. */
  readonly buffer: number;
}

/**
 * Refuses a graph that does not fit.
 *
 * @throws MemoryLimitError
 */
export function checkPlan(plan: BufferPlan, limits: BufferLimits): void {
  const total = bytesOf(plan);
  if (total > limits.memory) throw new MemoryLimitError(total, limits.memory);
  const largest = Math.max(...Object.values(plan));
  if (largest > limits.buffer) throw new MemoryLimitError(largest, limits.buffer);
}

/** Creates buffers, counts their bytes, and destroys them all at once. */
export class BufferAccount {
  readonly #device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();
  #bytes = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  create(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size, usage });
    this.#buffers.add(buffer);
    this.#bytes += size;
    return buffer;
  }

  /** Bytes of all buffers that live. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Destroys all. Twice is harmless. */
  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.clear();
    this.#bytes = 0;
  }
}

/** What the shaders want to know of a graph; the uniform struct `Graph`. */
export function graphUniform(graph: KernelGraph, hubs: number): ArrayBuffer {
  const { widths, firsts } = treeShape(graph.nodes);
  const words = new Uint32Array(UNIFORM_BYTES.graph / WORD);
  const floats = new Float32Array(words.buffer);
  words.set([graph.nodes, widths.at(-1)!, widths.length, countSettlers(graph), hubs]);
  for (const [level, width] of widths.entries()) {
    words.set([firsts[level]!, width], 8 + 4 * level);
    floats[8 + 4 * level + 2] = strictnessAt(widths.length - 1 - level);
  }
  return words.buffer;
}

/** Number of nodes that are not loose, or of all when all are. */
function countSettlers({ flags, nodes }: KernelGraph): number {
  let settlers = 0;
  for (const flag of flags) if ((flag & NODE_FLAG.loose) === 0) settlers++;
  return settlers || nodes;
}

/** Nodes whose rows are longer than {@link HUB_ROW}. */
export const findHubs = ({ nodes, offsets }: KernelGraph): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(Array.from({ length: nodes }, (_, i) => i).filter((i) => offsets[i + 1]! - offsets[i]! > HUB_ROW));

/** First member of each group and the end of the last, then the members group by group. */
export function groupMembers(groups: Uint8Array): Uint32Array<ArrayBuffer> {
  const members = new Uint32Array(GROUPS + 1 + groups.length);
  for (const group of groups) members[group + 1]!++;
  for (let group = 0; group < GROUPS; group++) members[group + 1]! += members[group]!;
  const next = members.slice(0, GROUPS);
  for (const [node, group] of groups.entries()) members[GROUPS + 1 + next[group]!++] = node;
  return members;
}

/** x, y, z and a fourth number of each node. */
export function packVectors(triples: Float32Array, fourth: Float32Array): Float32Array<ArrayBuffer> {
  const vectors = new Float32Array(fourth.length * 4);
  for (let i = 0; i < fourth.length; i++) {
    vectors[4 * i] = triples[3 * i]!;
    vectors[4 * i + 1] = triples[3 * i + 1]!;
    vectors[4 * i + 2] = triples[3 * i + 2]!;
    vectors[4 * i + 3] = fourth[i]!;
  }
  return vectors;
}

/** The first three numbers of each vector. */
export function unpackVectors(vectors: Float32Array): Float32Array<ArrayBuffer> {
  const triples = new Float32Array((vectors.length / 4) * 3);
  for (let i = 0, p = 0; p < triples.length; i += 4, p += 3) {
    triples[p] = vectors[i]!;
    triples[p + 1] = vectors[i + 1]!;
    triples[p + 2] = vectors[i + 2]!;
  }
  return triples;
}
