/**
 * A tree without pointers over nodes in Hilbert order: leaves of 8 nodes, 4 children a cell, all leaves at one depth.
 * Cells lie in quads of siblings: quad i of a level holds the children of cell i of the level above. Places behind the
 * last node or cell are filled with zero masses that change no sum.
 */
import {
  F_CELLS_NOW,
  F_COLLISION_REACH,
  F_DEPTH,
  F_FLAGS,
  F_LEAVES,
  F_LEVELS,
  F_MASSES,
  F_NODES,
  F_ORDER,
  F_PARTIALS,
  F_POINTS_NOW,
  F_POSITIONS_NOW,
  F_RADII,
  F_SLOT_FLAGS,
  F_SLOT_RADII,
  F_TASK_LEVEL,
  FAN_OUT,
  FLAG_LOOSE,
  LEAF,
  LEAF_BYTES,
  PARTIAL,
  QUAD_BYTES,
} from './fields';
import { firstQuad, real, word } from './memory';

/** A cell that no target ever has to look into: no mass, far away. */
const NOWHERE: f32 = 1e15;

/** Leaves of a task: all below one cell of the task level. */
export function leavesPerTask(): i32 {
  return 1 << (2 * (<i32>word(F_DEPTH) - 1 - <i32>word(F_TASK_LEVEL)));
}

/** Gathers the points of a task's leaves in the present order, fits the leaves and sums up where the nodes are. */
export function fitTask(task: i32): void {
  const leaves = <i32>word(F_LEAVES);
  const per = leavesPerTask();
  const partial = word(F_PARTIALS) + ((<usize>task * PARTIAL) << 3);
  memory.fill(partial, 0, PARTIAL << 3);
  const end = min(leaves, (task + 1) * per);
  for (let leaf = task * per; leaf < end; leaf++) gatherLeaf(leaf, partial);
  for (let leaf = task * per; leaf < end; leaf++) {
    fitLeaf(leaf, word(F_POINTS_NOW) + <usize>leaf * LEAF_BYTES, word(F_CELLS_NOW));
  }
}

function gatherLeaf(leaf: i32, partial: usize): void {
  const nodes = <i32>word(F_NODES);
  const positions = word(F_POSITIONS_NOW);
  const masses = word(F_MASSES);
  const flags = word(F_FLAGS);
  const order = word(F_ORDER) + ((<usize>leaf * LEAF) << 2);
  const points = word(F_POINTS_NOW) + <usize>leaf * LEAF_BYTES;
  const slotFlags = word(F_SLOT_FLAGS) + <usize>(leaf * LEAF);
  const collides = real(F_COLLISION_REACH) > 0;
  for (let k = 0; k < LEAF; k++) {
    const at = points + ((<usize>k) << 2);
    const behind = leaf * LEAF + k >= nodes;
    // Behind the last node its leaf's first node stands again, without mass: the cell's extent stays the same.
    const node = <usize>load<u32>(order + (behind ? 0 : (<usize>k) << 2));
    const position = positions + (node << 4);
    store<f32>(at, load<f32>(position));
    store<f32>(at, load<f32>(position, 4), 32);
    store<f32>(at, load<f32>(position, 8), 64);
    store<f32>(at, behind ? 0 : load<f32>(masses + (node << 2)), 96);
    store<u8>(slotFlags + k, behind ? 0 : load<u8>(flags + node));
    if (collides) {
      const radius: f32 = behind ? <f32>0 : load<f32>(word(F_RADII) + (node << 2));
      store<f32>(word(F_SLOT_RADII) + ((<usize>(leaf * LEAF + k)) << 2), radius);
    }
    if (behind || load<u8>(flags + node) & FLAG_LOOSE) continue;
    for (let axis: usize = 0; axis < 3; axis++) {
      const value = <f64>load<f32>(position + (axis << 2));
      const sums = partial + (axis << 3);
      store<f64>(sums, load<f64>(sums) + value);
      store<f64>(sums, load<f64>(sums, 24) + value * value, 24);
    }
  }
}

/** Adds four positions and their squares to a task's sums, those that are masked out as zero. */
export function addToPartial(partial: usize, mask: v128, x: v128, y: v128, z: v128): void {
  addAxis(partial, v128.and(mask, x));
  addAxis(partial + 8, v128.and(mask, y));
  addAxis(partial + 16, v128.and(mask, z));
}

function addAxis(at: usize, values: v128): void {
  store<f64>(at, load<f64>(at) + <f64>sum(values));
  store<f64>(at, load<f64>(at, 24) + <f64>sum(f32x4.mul(values, values)), 24);
}

export function sum(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

function greatest(a: v128): f32 {
  const pairs = f32x4.pmax(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

function least(a: v128): f32 {
  const pairs = f32x4.pmin(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmin(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Writes centre of mass, mass, radius and box of a leaf with its points at `points` into `cells`. */
export function fitLeaf(leaf: i32, points: usize, cells: usize): void {
  const first = firstQuad(word(F_LEVELS), <i32>word(F_DEPTH) - 1);
  const cell = cells + <usize>(first + (leaf >> 2)) * QUAD_BYTES + ((<usize>(leaf & 3)) << 2);
  const x0 = v128.load(points);
  const x1 = v128.load(points, 16);
  const y0 = v128.load(points, 32);
  const y1 = v128.load(points, 48);
  const z0 = v128.load(points, 64);
  const z1 = v128.load(points, 80);
  const m0 = v128.load(points, 96);
  const m1 = v128.load(points, 112);
  const mass = sum(f32x4.add(m0, m1));
  const share: f32 = 1 / mass;
  const x = share * sum(f32x4.add(f32x4.mul(m0, x0), f32x4.mul(m1, x1)));
  const y = share * sum(f32x4.add(f32x4.mul(m0, y0), f32x4.mul(m1, y1)));
  const z = share * sum(f32x4.add(f32x4.mul(m0, z0), f32x4.mul(m1, z1)));
  const dx0 = f32x4.sub(x0, f32x4.splat(x));
  const dx1 = f32x4.sub(x1, f32x4.splat(x));
  const dy0 = f32x4.sub(y0, f32x4.splat(y));
  const dy1 = f32x4.sub(y1, f32x4.splat(y));
  const dz0 = f32x4.sub(z0, f32x4.splat(z));
  const dz1 = f32x4.sub(z1, f32x4.splat(z));
  const r0 = f32x4.add(f32x4.add(f32x4.mul(dx0, dx0), f32x4.mul(dy0, dy0)), f32x4.mul(dz0, dz0));
  const r1 = f32x4.add(f32x4.add(f32x4.mul(dx1, dx1), f32x4.mul(dy1, dy1)), f32x4.mul(dz1, dz1));
  store<f32>(cell, x);
  store<f32>(cell, y, 16);
  store<f32>(cell, z, 32);
  store<f32>(cell, mass, 48);
  store<f32>(cell, sqrt<f32>(greatest(f32x4.pmax(r0, r1))), 64);
  store<f32>(cell, least(f32x4.pmin(x0, x1)), 80);
  store<f32>(cell, least(f32x4.pmin(y0, y1)), 96);
  store<f32>(cell, least(f32x4.pmin(z0, z1)), 112);
  store<f32>(cell, greatest(f32x4.pmax(x0, x1)), 128);
  store<f32>(cell, greatest(f32x4.pmax(y0, y1)), 144);
  store<f32>(cell, greatest(f32x4.pmax(z0, z1)), 160);
  if (leaf == <i32>word(F_LEAVES) - 1) pad(cells, first, leaf + 1);
}

/** Places of the last quad of a level that have no cell. */
function pad(level: usize, first: i32, cells: i32): void {
  for (let cell = cells; (cell & 3) != 0; cell++) {
    const at = level + <usize>(first + (cell >> 2)) * QUAD_BYTES + ((<usize>(cell & 3)) << 2);
    store<f32>(at, NOWHERE);
    store<f32>(at, NOWHERE, 16);
    store<f32>(at, NOWHERE, 32);
    store<f32>(at, 0, 48);
    store<f32>(at, 0, 64);
    for (let corner: usize = 80; corner < <usize>QUAD_BYTES; corner += 16) store<f32>(at + corner, NOWHERE);
  }
}

/** Fits all levels above the leaves, bottom up. O(n / 24). */
export function fitUpwards(): void {
  const levels = word(F_LEVELS);
  let cells = (<i32>word(F_LEAVES) + FAN_OUT - 1) >> 2;
  for (let level = <i32>word(F_DEPTH) - 2; level >= 0; level--) {
    const from = word(F_CELLS_NOW) + <usize>firstQuad(levels, level + 1) * QUAD_BYTES;
    const to = word(F_CELLS_NOW) + <usize>firstQuad(levels, level) * QUAD_BYTES;
    for (let cell = 0; cell < cells; cell++) {
      fitQuad(from + <usize>cell * QUAD_BYTES, to + <usize>(cell >> 2) * QUAD_BYTES + ((<usize>(cell & 3)) << 2));
    }
    pad(word(F_CELLS_NOW), firstQuad(levels, level), cells);
    cells = (cells + FAN_OUT - 1) >> 2;
  }
}

function fitQuad(quad: usize, cell: usize): void {
  const x = v128.load(quad);
  const y = v128.load(quad, 16);
  const z = v128.load(quad, 32);
  const m = v128.load(quad, 48);
  const mass = sum(m);
  const share: f32 = 1 / mass;
  const cx = share * sum(f32x4.mul(m, x));
  const cy = share * sum(f32x4.mul(m, y));
  const cz = share * sum(f32x4.mul(m, z));
  const dx = f32x4.sub(x, f32x4.splat(cx));
  const dy = f32x4.sub(y, f32x4.splat(cy));
  const dz = f32x4.sub(z, f32x4.splat(cz));
  const distance = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz)));
  // Places without a cell do not reach anywhere.
  const filled = f32x4.gt(m, f32x4.splat(0));
  const reach = v128.and(filled, f32x4.add(distance, v128.load(quad, 64)));
  const behind = f32x4.splat(-NOWHERE);
  store<f32>(cell, cx);
  store<f32>(cell, cy, 16);
  store<f32>(cell, cz, 32);
  store<f32>(cell, mass, 48);
  store<f32>(cell, greatest(reach), 64);
  for (let low: usize = 80; low < 128; low += 16) {
    store<f32>(cell + low, least(v128.load(quad + low)));
    store<f32>(cell + low, greatest(v128.bitselect(v128.load(quad + low, 48), behind, filled)), 48);
  }
}

/**
 * How much wider cells are than their children, on the mean over the cells of 128 nodes: about 2 where nodes fill space,
 * 2.25 where they lie on sheets, 3 along lines. Ratios are clipped, so a few stretched cells say nothing.
 */
export function spreadRatio(): f32 {
  const level = <i32>word(F_DEPTH) - 3;
  if (level < 0) return 0;
  const cells = word(F_CELLS_NOW) + <usize>firstQuad(word(F_LEVELS), level) * QUAD_BYTES;
  const children = word(F_CELLS_NOW) + <usize>firstQuad(word(F_LEVELS), level + 1) * QUAD_BYTES;
  const count = (<i32>word(F_LEAVES) + 15) >> 4;
  let ratios: f32 = 0;
  for (let cell = 0; cell < count; cell++) {
    const radius = load<f32>(cells + <usize>(cell >> 2) * QUAD_BYTES + ((<usize>(cell & 3)) << 2), 64);
    const mean: f32 = <f32>0.25 * sum(v128.load(children + <usize>cell * QUAD_BYTES, 64));
    ratios += min<f32>(MOST_SPREAD, radius / (mean + <f32>1e-9));
  }
  return ratios / <f32>count;
}

/** Mean radius of the leaves. */
export function leafRadius(): f32 {
  const first = word(F_CELLS_NOW) + <usize>firstQuad(word(F_LEVELS), <i32>word(F_DEPTH) - 1) * QUAD_BYTES;
  const leaves = <i32>word(F_LEAVES);
  let radii = f32x4.splat(0);
  // Places without a leaf have no radius.
  for (let quad = 0; quad < (leaves + 3) >> 2; quad++) {
    radii = f32x4.add(radii, v128.load(first + <usize>quad * QUAD_BYTES, 64));
  }
  return sum(radii) / <f32>leaves;
}

const MOST_SPREAD: f32 = 3;
