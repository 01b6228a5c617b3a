/**
 * Repulsion: every node pushes every other away with `mass x (1 / distance^3 + 1 / (range^2 x distance))`, summed over a
 * packed tree in O(n log n). The first term keeps neighbours apart, the second spreads clusters. 1 / distance alone makes
 * an urchin of a large graph, all leaves outward; 1 / distance^2 looks like this mixture but needs a root for each pair,
 * which doubles the time.
 *
 * A fast multipole scheme with the least that works: cells act from their centre of mass, targets collect a first-order
 * expansion (field and its symmetric Jacobian, 9 numbers) on the way down. A pair of cells of one level is accepted as
 * `accuracy.ts` tells; what stays unaccepted at the leaves is summed pair by pair. Targets own their
 * sums, so the result does not depend on who computes what.
 *
 * L. Greengard, V. Rokhlin: A fast algorithm for particle simulations (J. Comput. Phys. 73, 1987);
 * W. Dehnen: A hierarchical O(N) force calculation algorithm (J. Comput. Phys. 179, 2002).
 */
import type { LevelThreshold } from '../accuracy.ts';
import { SOFTENING_SQUARED } from '../kernel.ts';
import { CELL_STRIDE, FAN_OUT, HIGH, LEAF_SIZE, LOW, POINT_STRIDE, type PackedTree } from './tree.ts';

/**
 * Longest list of unaccepted cells; the rest acts from its centre. Reached only when thousands of nodes share one spot,
 * where a tick would otherwise cost O(n^2).
 */
const LIST_LIMIT = 1024;
const EXPANSION = 9;

/** Working memory of {@link repulse}. About 1 byte per node. */
export interface RepulsionScratch {
  /** Unaccepted source cells of each level, at most {@link LIST_LIMIT} a level. */
  readonly lists: Int32Array;
  readonly lengths: Int32Array;
  readonly expansions: Float64Array;
}

export function createRepulsionScratch(tree: PackedTree): RepulsionScratch {
  return {
    lists: new Int32Array(tree.depth * LIST_LIMIT),
    lengths: new Int32Array(tree.depth),
    expansions: new Float64Array(tree.depth * EXPANSION),
  };
}

/** How to sum. */
export interface RepulsionSettings {
  /** Of each level, root first: theta 0 sums all pairs that the lists can hold. */
  readonly thresholds: readonly LevelThreshold[];
  /** Factor of every force. */
  readonly strength: number;
  /** Distance at which both terms are equal, layout units, > 0. */
  readonly range: number;
  /** Strength with which nodes inside each other are pushed apart, 0 for none, and their radii in slot order. */
  readonly collision: number;
  readonly radii: Float32Array;
  /** Cells nearer than this between their rims are never taken as a whole: twice the greatest radius. */
  readonly reach: number;
}

interface Descent {
  readonly tree: PackedTree;
  readonly scratch: RepulsionScratch;
  readonly forces: Float32Array;
  readonly settings: RepulsionSettings;
  /** 1 / range^2. */
  readonly far: number;
  work: number;
}

/**
 * Writes the repulsion on every node into `forces` (x, y, z interleaved by node, overwritten).
 *
 * @param tree refitted to the present positions
 * @returns the work done, in pairs of nodes or cells looked at: what tells that the order has gone stale
 */
export function repulse(
  tree: PackedTree,
  scratch: RepulsionScratch,
  forces: Float32Array,
  settings: RepulsionSettings,
): number {
  scratch.expansions.fill(0, 0, EXPANSION);
  scratch.lists[0] = 0;
  scratch.lengths[0] = 1;
  const descent: Descent = {
    tree,
    scratch,
    forces,
    settings,
    far: 1 / settings.range ** 2,
    work: 0,
  };
  if (tree.depth === 1) sumLeaf(descent, 0);
  else visitChildren(descent, 0, 0);
  return descent.work;
}

function visitChildren(descent: Descent, level: number, cell: number): void {
  const { firstCell, depth } = descent.tree;
  const begin = cell * FAN_OUT;
  const end = Math.min(begin + FAN_OUT, firstCell[level + 2]! - firstCell[level + 1]!);
  for (let child = begin; child < end; child++) {
    collect(descent, level + 1, child, cell);
    if (level + 2 === depth) sumLeaf(descent, child);
    else visitChildren(descent, level + 1, child);
  }
}

/** Tests the children of what the parent left over; accepts into the expansion of the target or lists them. */
function collect(descent: Descent, level: number, cell: number, parent: number): void {
  const { far } = descent;
  const { reach: touch, thresholds } = descent.settings;
  const { theta, gap } = thresholds[level]!;
  const thetaSquared = theta ** 2;
  const { cells, firstCell } = descent.tree;
  const { lists, lengths, expansions } = descent.scratch;
  const levelFirst = firstCell[level]!;
  const width = firstCell[level + 1]! - levelFirst;
  const t = (levelFirst + cell) * CELL_STRIDE;
  const tx = cells[t]!;
  const ty = cells[t + 1]!;
  const tz = cells[t + 2]!;
  const reachOfTarget = cells[t + 4]!;
  const from = (firstCell[level - 1]! + parent) * CELL_STRIDE;
  const sx = tx - cells[from]!;
  const sy = ty - cells[from + 1]!;
  const sz = tz - cells[from + 2]!;
  const inherited = (level - 1) * EXPANSION;
  let xx = expansions[inherited + 3]!;
  let xy = expansions[inherited + 4]!;
  let xz = expansions[inherited + 5]!;
  let yy = expansions[inherited + 6]!;
  let yz = expansions[inherited + 7]!;
  let zz = expansions[inherited + 8]!;
  let fx = expansions[inherited]! + xx * sx + xy * sy + xz * sz;
  let fy = expansions[inherited + 1]! + xy * sx + yy * sy + yz * sz;
  let fz = expansions[inherited + 2]! + xz * sx + yz * sy + zz * sz;

  const parentList = (level - 1) * LIST_LIMIT;
  const parentEnd = parentList + lengths[level - 1]!;
  const list = level * LIST_LIMIT;
  let length = 0;
  for (let at = parentList; at < parentEnd; at++) {
    const begin = lists[at]! * FAN_OUT;
    const end = Math.min(begin + FAN_OUT, width);
    let c = (levelFirst + begin) * CELL_STRIDE;
    for (let source = begin; source < end; source++, c += CELL_STRIDE) {
      const dx = tx - cells[c]!;
      const dy = ty - cells[c + 1]!;
      const dz = tz - cells[c + 2]!;
      const reach = reachOfTarget + cells[c + 4]!;
      const squared = dx * dx + dy * dy + dz * dz;
      const accepted =
        reach * reach < thetaSquared * squared &&
        (gap < 0 || gapBetween(cells, t, c) > gap) &&
        (touch === 0 || (reach + touch) ** 2 < squared);
      if (!accepted && length < LIST_LIMIT) {
        lists[list + length++] = source;
        continue;
      }
      // Where there is no more room, cells act from their centre, blunted by their reach: the error stays bounded.
      const inverse = 1 / (squared + (accepted ? 0 : reach * reach) + SOFTENING_SQUARED);
      const field = cells[c + 3]! * inverse * (far + inverse);
      const bend = -2 * cells[c + 3]! * inverse * inverse * (far + 2 * inverse);
      fx += field * dx;
      fy += field * dy;
      fz += field * dz;
      xx += field + bend * dx * dx;
      xy += bend * dx * dy;
      xz += bend * dx * dz;
      yy += field + bend * dy * dy;
      yz += bend * dy * dz;
      zz += field + bend * dz * dz;
    }
  }
  lengths[level] = length;
  descent.work += (parentEnd - parentList) * FAN_OUT;
  const own = level * EXPANSION;
  expansions[own] = fx;
  expansions[own + 1] = fy;
  expansions[own + 2] = fz;
  expansions[own + 3] = xx;
  expansions[own + 4] = xy;
  expansions[own + 5] = xz;
  expansions[own + 6] = yy;
  expansions[own + 7] = yz;
  expansions[own + 8] = zz;
}

/** Greatest gap between two boxes along an axis; negative where they overlap. */
function gapBetween(cells: Float32Array, a: number, b: number): number {
  let greatest = -Infinity;
  for (let axis = 0; axis < 3; axis++) {
    const behind = cells[b + LOW + axis]! - cells[a + HIGH + axis]!;
    const before = cells[a + LOW + axis]! - cells[b + HIGH + axis]!;
    greatest = Math.max(greatest, behind, before);
  }
  return greatest;
}

/** Evaluates the expansion at each node of a leaf and adds the near leaves pair by pair. */
function sumLeaf(descent: Descent, leaf: number): void {
  const { forces, far } = descent;
  const { strength, collision } = descent.settings;
  const { cells, firstCell, points, order, depth } = descent.tree;
  const { lists, lengths, expansions } = descent.scratch;
  const level = depth - 1;
  const c = (firstCell[level]! + leaf) * CELL_STRIDE;
  const e = level * EXPANSION;
  const list = level * LIST_LIMIT;
  const listEnd = list + lengths[level]!;
  const begin = leaf * LEAF_SIZE * POINT_STRIDE;
  const end = Math.min(begin + LEAF_SIZE * POINT_STRIDE, points.length);
  for (let p = begin; p < end; p += POINT_STRIDE) {
    const px = points[p]!;
    const py = points[p + 1]!;
    const pz = points[p + 2]!;
    const ex = px - cells[c]!;
    const ey = py - cells[c + 1]!;
    const ez = pz - cells[c + 2]!;
    let fx = expansions[e]! + expansions[e + 3]! * ex + expansions[e + 4]! * ey + expansions[e + 5]! * ez;
    let fy = expansions[e + 1]! + expansions[e + 4]! * ex + expansions[e + 6]! * ey + expansions[e + 7]! * ez;
    let fz = expansions[e + 2]! + expansions[e + 5]! * ex + expansions[e + 7]! * ey + expansions[e + 8]! * ez;
    for (let at = list; at < listEnd; at++) {
      const near = lists[at]! * LEAF_SIZE * POINT_STRIDE;
      const nearEnd = Math.min(near + LEAF_SIZE * POINT_STRIDE, points.length);
      for (let q = near; q < nearEnd; q += POINT_STRIDE) {
        const dx = px - points[q]!;
        const dy = py - points[q + 1]!;
        const dz = pz - points[q + 2]!;
        const inverse = 1 / (dx * dx + dy * dy + dz * dz + SOFTENING_SQUARED);
        const field = points[q + 3]! * inverse * (far + inverse);
        fx += field * dx;
        fy += field * dy;
        fz += field * dz;
      }
    }
    const node = order[p / POINT_STRIDE]! * 3;
    forces[node] = strength * fx;
    forces[node + 1] = strength * fy;
    forces[node + 2] = strength * fz;
  }
  if (collision > 0) collideLeaf(descent, begin, end, list, listEnd);
  descent.work += (listEnd - list) * LEAF_SIZE * LEAF_SIZE;
}

/** Adds the push of nodes that stand inside each other; cells taken as a whole hold none of them. */
function collideLeaf(descent: Descent, begin: number, end: number, list: number, listEnd: number): void {
  const { forces } = descent;
  const { collision, radii } = descent.settings;
  const { points, order } = descent.tree;
  const { lists } = descent.scratch;
  for (let p = begin; p < end; p += POINT_STRIDE) {
    const node = order[p / POINT_STRIDE]! * 3;
    for (let at = list; at < listEnd; at++) {
      const near = lists[at]! * LEAF_SIZE * POINT_STRIDE;
      const nearEnd = Math.min(near + LEAF_SIZE * POINT_STRIDE, points.length);
      for (let q = near; q < nearEnd; q += POINT_STRIDE) {
        const dx = points[p]! - points[q]!;
        const dy = points[p + 1]! - points[q + 1]!;
        const dz = points[p + 2]! - points[q + 2]!;
        const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const overlap = radii[p / POINT_STRIDE]! + radii[q / POINT_STRIDE]! - distance;
        if (overlap <= 0) continue;
        const push = (0.5 * collision * overlap) / Math.max(distance, 1e-6);
        forces[node]! += push * dx;
        forces[node + 1]! += push * dy;
        forces[node + 2]! += push * dz;
      }
    }
  }
}
