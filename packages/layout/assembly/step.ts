/** One step of a task: forces on its nodes, their moves, and what the next step needs to know. Targets own their sums. */
import {
  F_CELLS_NEXT,
  F_CENTRE_X,
  F_CENTRE_Y,
  F_CENTRE_Z,
  F_CLUSTER,
  F_DEPTH,
  F_FLAGS,
  F_GRAVITY,
  F_GROUP_MEANS,
  F_GROUPS,
  F_LEAVES,
  F_LIMIT,
  F_LOOSE_GRAVITY,
  F_MEMORY,
  F_MODE,
  F_NODES,
  F_ORDER,
  F_PARTIALS,
  F_POINTS_NEXT,
  F_POINTS_NOW,
  F_POSITIONS_NEXT,
  F_POSITIONS_NOW,
  F_SCRATCH,
  F_SCRATCH_BYTES,
  F_TASK_LEVEL,
  FLAG_LOOSE,
  FLAG_PINNED,
  LEAF,
  LEAF_BYTES,
  MODE_FLAT,
  MODE_FORCES,
  MODE_START,
  PARTIAL,
} from './fields';
import { real, word } from './memory';
import { repulseLeaf } from './leaf';
import { collect, LEVEL_BYTES, resetWork, startAtRoot, work } from './repulsion';
import { pullOn } from './springs';
import { addToPartial, fitLeaf } from './tree';

const STEP_LEAST: f32 = 0.02;
const STEP_MOST: f32 = 0.8;
const STEP_GROWTH: f32 = 1.1;
const STEP_CUT: f32 = 0.5;

/** @param worker number of the thread, whose working memory is used */
export function stepTask(task: i32, worker: i32): void {
  const scratch = word(F_SCRATCH) + <usize>worker * word(F_SCRATCH_BYTES);
  const partial = word(F_PARTIALS) + ((<usize>task * PARTIAL) << 3);
  memory.fill(partial, 0, PARTIAL << 3);
  const level = <i32>word(F_TASK_LEVEL);
  resetWork();
  startAtRoot(scratch);
  for (let l = 1; l <= level; l++) collect(scratch, l, task >> (2 * (level - l)));
  visit(scratch, level, task, partial);
  store<f64>(partial, <f64>work, 56);
}

function visit(scratch: usize, level: i32, cell: i32, partial: usize): void {
  const depth = <i32>word(F_DEPTH);
  if (level == depth - 1) {
    stepLeaf(scratch, cell, partial);
    return;
  }
  const width = (<i32>word(F_LEAVES) + (1 << (2 * (depth - 2 - level))) - 1) >> (2 * (depth - 2 - level));
  const end = min(width, (cell << 2) + 4);
  for (let child = cell << 2; child < end; child++) {
    collect(scratch, level + 1, child);
    visit(scratch, level + 1, child, partial);
  }
}

function stepLeaf(scratch: usize, leaf: i32, partial: usize): void {
  const repulsion = scratch + word(F_SCRATCH_BYTES) - 96;
  repulseLeaf(scratch, leaf, repulsion);
  const order = word(F_ORDER) + ((<usize>leaf * LEAF) << 2);
  const now = word(F_POINTS_NOW) + <usize>leaf * LEAF_BYTES;
  const next = word(F_POINTS_NEXT) + <usize>leaf * LEAF_BYTES;
  const count = min(LEAF, <i32>word(F_NODES) - leaf * LEAF);
  const mode = <i32>word(F_MODE);
  for (let k = 0; k < count; k++) {
    const node = <usize>load<u32>(order + ((<usize>k) << 2));
    const at = repulsion + ((<usize>k) << 2);
    let force = f32x4.splat(0);
    force = f32x4.replace_lane(force, 0, load<f32>(at));
    force = f32x4.replace_lane(force, 1, load<f32>(at, 32));
    force = f32x4.replace_lane(force, 2, load<f32>(at, 64));
    const own = v128.load(word(F_POSITIONS_NOW) + (node << 4));
    force = f32x4.add(f32x4.add(force, pullOn(node, own)), gravityOn(node, own));
    if (mode & MODE_FORCES) {
      v128.store(word(F_POSITIONS_NEXT) + (node << 4), force);
      continue;
    }
    const moved = mode & MODE_START ? moveFully(own, force) : moveBySign(node, own, force, partial);
    v128.store(word(F_POSITIONS_NEXT) + (node << 4), moved);
    store<f32>(next + ((<usize>k) << 2), f32x4.extract_lane(moved, 0));
    store<f32>(next + ((<usize>k) << 2), f32x4.extract_lane(moved, 1), 32);
    store<f32>(next + ((<usize>k) << 2), f32x4.extract_lane(moved, 2), 64);
    if ((load<u8>(word(F_FLAGS) + node) & FLAG_LOOSE) == 0) addToPartial(partial, moved);
  }
  if (mode & MODE_FORCES) return;
  for (let k = count; k < LEAF; k++) {
    for (let axis: usize = 0; axis < 96; axis += 32)
      store<f32>(next + ((<usize>k) << 2) + axis, load<f32>(next + axis));
  }
  v128.store(next, v128.load(now, 96), 96);
  v128.store(next, v128.load(now, 112), 112);
  fitLeaf(leaf, next, word(F_CELLS_NEXT));
}

function gravityOn(node: usize, own: v128): v128 {
  const loose = (load<u8>(word(F_FLAGS) + node) & FLAG_LOOSE) != 0;
  let centre = f32x4.splat(0);
  centre = f32x4.replace_lane(centre, 0, real(F_CENTRE_X));
  centre = f32x4.replace_lane(centre, 1, real(F_CENTRE_Y));
  centre = f32x4.replace_lane(centre, 2, real(F_CENTRE_Z));
  const strength = f32x4.splat(loose ? real(F_LOOSE_GRAVITY) : real(F_GRAVITY));
  const pull = f32x4.mul(strength, f32x4.sub(centre, own));
  const cluster = real(F_CLUSTER);
  if (cluster == 0) return pull;
  const mean = v128.load(word(F_GROUP_MEANS) + ((<usize>load<u8>(word(F_GROUPS) + node)) << 4));
  return f32x4.add(pull, f32x4.mul(f32x4.splat(cluster), f32x4.sub(mean, own)));
}

function squareOf(a: v128): f32 {
  const square = f32x4.mul(a, a);
  return f32x4.extract_lane(square, 0) + f32x4.extract_lane(square, 1) + f32x4.extract_lane(square, 2);
}

function inPlane(a: v128): v128 {
  return (<i32>word(F_MODE) & MODE_FLAT) != 0 ? f32x4.replace_lane(a, 2, 0) : a;
}

/** The start: exactly the limit along the force, however strong. */
function moveFully(own: v128, force: v128): v128 {
  const flat = inPlane(force);
  const share = real(F_LIMIT) / (sqrt<f32>(squareOf(flat)) + <f32>1e-9);
  return f32x4.add(own, f32x4.mul(flat, f32x4.splat(share)));
}

/** A share of the force that falls while the force turns back on itself (M. Riedmiller, H. Braun: RPROP, 1993). */
function moveBySign(node: usize, own: v128, pushed: v128, partial: usize): v128 {
  const memory = word(F_MEMORY) + (node << 4);
  const before = v128.load(memory);
  const force = inPlane(pushed);
  const product = f32x4.mul(force, before);
  const turned = f32x4.extract_lane(product, 0) + f32x4.extract_lane(product, 1) + f32x4.extract_lane(product, 2) < 0;
  const old = f32x4.extract_lane(before, 3);
  const share = turned ? max<f32>(STEP_LEAST, old * STEP_CUT) : min<f32>(STEP_MOST, old * STEP_GROWTH);
  v128.store(memory, f32x4.replace_lane(force, 3, share));
  if ((load<u8>(word(F_FLAGS) + node) & FLAG_PINNED) != 0) return own;
  const length = sqrt<f32>(squareOf(force));
  const limit = real(F_LIMIT);
  const part = length * share > limit ? limit / length : share;
  store<f64>(partial, load<f64>(partial, 48) + <f64>(length * part), 48);
  // The fourth lane of a position is always zero.
  return f32x4.add(own, f32x4.mul(f32x4.replace_lane(force, 3, 0), f32x4.splat(part)));
}

/** Bytes of working memory per thread: lists and expansions of all levels, one more list, forces of a leaf. */
export function scratchBytes(levels: i32): i32 {
  return ((levels + 1) * LEVEL_BYTES + 96 + 255) & ~255;
}
