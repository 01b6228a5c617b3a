/**
 * A tree without pointers over nodes in Hilbert order: leaves of 8 nodes, 4 children a cell, all leaves at one depth.
 * Child c of cell i of a level is cell 4i + c of the next level. About 0.17 cells per node.
 */
import { createSortBuffers, sortAlongHilbert, type SortBuffers } from '../hilbert.ts';

export const LEAF_SIZE = 8;
export const FAN_OUT = 4;
/** Numbers per point: x, y, z, mass. */
export const POINT_STRIDE = 4;
/** Numbers per cell: centre of mass x, y, z; mass; radius around that centre; box around, low x, y, z, high x, y, z. */
export const CELL_STRIDE = 11;
/** Where the corners of a cell's box are. */
export const LOW = 5;
export const HIGH = 8;

/** 44 bytes per node and 44 per cell. */
export interface PackedTree {
  readonly nodes: number;
  /** Number of levels; level 0 is the root, level depth - 1 the leaves. */
  readonly depth: number;
  /** Index of each level's first cell; one entry more than levels. */
  readonly firstCell: Int32Array;
  /** Node in each slot. */
  readonly order: Uint32Array;
  /** In slot order, {@link POINT_STRIDE} numbers each. */
  readonly points: Float32Array;
  /** {@link CELL_STRIDE} numbers each. */
  readonly cells: Float32Array;
  readonly sorting: SortBuffers;
}

/** @param nodes at least 1 */
export function createTree(nodes: number): PackedTree {
  const widths = [Math.ceil(nodes / LEAF_SIZE)];
  while (widths[0]! > 1) widths.unshift(Math.ceil(widths[0]! / FAN_OUT));
  const firstCell = new Int32Array(widths.length + 1);
  for (const [level, width] of widths.entries()) firstCell[level + 1] = firstCell[level]! + width;
  return {
    nodes,
    depth: widths.length,
    firstCell,
    order: new Uint32Array(nodes),
    points: new Float32Array(nodes * POINT_STRIDE),
    cells: new Float32Array(firstCell[widths.length]! * CELL_STRIDE),
    sorting: createSortBuffers(nodes),
  };
}

/** Sorts the nodes anew. Needed when they have moved far from the order of the last sort; costs about 20 % of a tick. */
export function resortTree(tree: PackedTree, positions: Float32Array): void {
  sortAlongHilbert(positions, tree.order, tree.sorting);
}

/** Brings points and cells up to date, in the present order. O(n), no allocation. */
export function refitTree(tree: PackedTree, positions: Float32Array, masses: Float32Array): void {
  gatherPoints(tree, positions, masses);
  fitLeaves(tree);
  for (let level = tree.depth - 2; level >= 0; level--) fitInner(tree, level);
}

function gatherPoints(tree: PackedTree, positions: Float32Array, masses: Float32Array): void {
  const { order, points } = tree;
  for (let slot = 0, p = 0; slot < order.length; slot++, p += POINT_STRIDE) {
    const node = order[slot]!;
    points[p] = positions[node * 3]!;
    points[p + 1] = positions[node * 3 + 1]!;
    points[p + 2] = positions[node * 3 + 2]!;
    points[p + 3] = masses[node]!;
  }
}

function fitLeaves(tree: PackedTree): void {
  const { points, cells, firstCell, depth } = tree;
  let c = firstCell[depth - 1]! * CELL_STRIDE;
  for (let begin = 0; begin < points.length; begin += LEAF_SIZE * POINT_STRIDE, c += CELL_STRIDE) {
    const end = Math.min(begin + LEAF_SIZE * POINT_STRIDE, points.length);
    let mass = 0;
    let x = 0;
    let y = 0;
    let z = 0;
    for (let p = begin; p < end; p += POINT_STRIDE) {
      const m = points[p + 3]!;
      mass += m;
      x += m * points[p]!;
      y += m * points[p + 1]!;
      z += m * points[p + 2]!;
    }
    x /= mass;
    y /= mass;
    z /= mass;
    let furthest = 0;
    for (let p = begin; p < end; p += POINT_STRIDE) {
      const dx = points[p]! - x;
      const dy = points[p + 1]! - y;
      const dz = points[p + 2]! - z;
      furthest = Math.max(furthest, dx * dx + dy * dy + dz * dz);
    }
    storeCell(cells, c, x, y, z, mass, Math.sqrt(furthest));
    storeBox(cells, c, points, begin, end, POINT_STRIDE, 0, 0);
  }
}

function fitInner(tree: PackedTree, level: number): void {
  const { cells, firstCell } = tree;
  const childrenEnd = firstCell[level + 2]! * CELL_STRIDE;
  let child = firstCell[level + 1]! * CELL_STRIDE;
  for (let cell = firstCell[level]!; cell < firstCell[level + 1]!; cell++) {
    const begin = child;
    const end = Math.min(begin + FAN_OUT * CELL_STRIDE, childrenEnd);
    let mass = 0;
    let x = 0;
    let y = 0;
    let z = 0;
    for (let k = begin; k < end; k += CELL_STRIDE) {
      const m = cells[k + 3]!;
      mass += m;
      x += m * cells[k]!;
      y += m * cells[k + 1]!;
      z += m * cells[k + 2]!;
    }
    x /= mass;
    y /= mass;
    z /= mass;
    let radius = 0;
    for (let k = begin; k < end; k += CELL_STRIDE) {
      const distance = Math.hypot(cells[k]! - x, cells[k + 1]! - y, cells[k + 2]! - z);
      radius = Math.max(radius, distance + cells[k + 4]!);
    }
    storeCell(cells, cell * CELL_STRIDE, x, y, z, mass, radius);
    storeBox(cells, cell * CELL_STRIDE, cells, begin, end, CELL_STRIDE, LOW, HIGH);
    child = end;
  }
}

function storeCell(
  cells: Float32Array,
  at: number,
  x: number,
  y: number,
  z: number,
  mass: number,
  radius: number,
): void {
  cells[at] = x;
  cells[at + 1] = y;
  cells[at + 2] = z;
  cells[at + 3] = mass;
  cells[at + 4] = radius;
}

/** The box around what stands in `from`: points, or boxes whose corners are at `low` and `high`. */
function storeBox(
  cells: Float32Array,
  at: number,
  from: Float32Array,
  begin: number,
  end: number,
  stride: number,
  low: number,
  high: number,
): void {
  for (let axis = 0; axis < 3; axis++) {
    let least = Infinity;
    let most = -Infinity;
    for (let k = begin + axis; k < end; k += stride) {
      least = Math.min(least, from[k + low]!);
      most = Math.max(most, from[k + high]!);
    }
    cells[at + LOW + axis] = least;
    cells[at + HIGH + axis] = most;
  }
}

const MOST_SPREAD = 3;

/** Mean ratio of the radius of cells of 128 nodes to that of their children, clipped at 3; 0 for a lower tree. */
export function spreadRatio({ cells, firstCell, depth }: PackedTree): number {
  const level = depth - 3;
  if (level < 0) return 0;
  const count = firstCell[level + 1]! - firstCell[level]!;
  let ratios = 0;
  for (let cell = 0; cell < count; cell++) {
    let children = 0;
    const first = firstCell[level + 1]! + cell * FAN_OUT;
    for (let child = first; child < Math.min(first + FAN_OUT, firstCell[level + 2]!); child++) {
      children += cells[child * CELL_STRIDE + 4]!;
    }
    const radius = cells[(firstCell[level]! + cell) * CELL_STRIDE + 4]!;
    ratios += Math.min(MOST_SPREAD, radius / (children / FAN_OUT + 1e-9));
  }
  return ratios / count;
}
