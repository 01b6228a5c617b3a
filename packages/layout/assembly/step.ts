/** One step of a task: forces on its nodes, their moves, and what the next step needs to know. Targets own their sums. */
import {
  F_CELLS_NEXT,
  F_CENTRE_X,
  F_CENTRE_Y,
  F_CENTRE_Z,
  F_CLUSTER,
  F_DEPTH,
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
  F_SCRATCH,
  F_SCRATCH_BYTES,
  F_SLOT_FLAGS,
  F_TASK_LEVEL,
  FLAG_LOOSE,
  FLAG_PINNED,
  LEAF,
  LEAF_BYTES,
  MODE_FLAT,
  MODE_FORCES,
  MODE_KEPT,
  MODE_START,
  PARTIAL,
} from './fields';
import { real, word } from './memory';
import { repulseLeaf } from './leaf';
import { beginKeeping, endKeeping, isKept, keep, keptExpansion, keptLists } from './kept';
import {
  collect,
  lengthAt,
  LEVEL_BYTES,
  levelAt,
  listAt,
  LOOKS_BYTES,
  resetWork,
  startAtRoot,
  work,
} from './repulsion';
import { addToPartial, fitLeaf, leavesPerTask, sum } from './tree';

const STEP_LEAST: f32 = 0.02;
const STEP_MOST: f32 = 0.8;
const STEP_GROWTH: f32 = 1.1;
const STEP_CUT: f32 = 0.5;

/** @param worker number of the thread, whose working memory is used */
export function stepTask(task: i32, worker: i32): void {
  const scratch = word(F_SCRATCH) + <usize>worker * word(F_SCRATCH_BYTES);
  const partial = word(F_PARTIALS) + ((<usize>task * PARTIAL) << 3);
  memory.fill(partial, 0, PARTIAL << 3);
  resetWork();
  if (<i32>word(F_MODE) & MODE_KEPT && isKept(task)) {
    stepKept(task, scratch, partial);
  } else {
    const level = <i32>word(F_TASK_LEVEL);
    beginKeeping(task);
    startAtRoot(scratch);
    for (let l = 1; l <= level; l++) collect(scratch, l, task >> (2 * (level - l)));
    visit(scratch, level, task, partial);
    endKeeping(task);
  }
  store<f64>(partial, <f64>work, 56);
}

/** With the far field and the near leaves of an earlier step; distances to these are those of now. */
function stepKept(task: i32, scratch: usize, partial: usize): void {
  const per = leavesPerTask();
  const end = min(<i32>word(F_LEAVES), (task + 1) * per);
  let list = keptLists(task);
  for (let leaf = task * per; leaf < end; leaf++) {
    const length = load<i32>(list);
    stepLeaf(scratch, leaf, keptExpansion(leaf), list + 4, length, partial);
    list += (<usize>(length + 1)) << 2;
  }
}

function visit(scratch: usize, level: i32, cell: i32, partial: usize): void {
  const depth = <i32>word(F_DEPTH);
  if (level == depth - 1) {
    keep(cell, levelAt(scratch, level), listAt(scratch, level), lengthAt(scratch, level));
    stepLeaf(scratch, cell, levelAt(scratch, level), listAt(scratch, level), lengthAt(scratch, level), partial);
    return;
  }
  const width = (<i32>word(F_LEAVES) + (1 << (2 * (depth - 2 - level))) - 1) >> (2 * (depth - 2 - level));
  const end = min(width, (cell << 2) + 4);
  for (let child = cell << 2; child < end; child++) {
    collect(scratch, level + 1, child);
    visit(scratch, level + 1, child, partial);
  }
}

/** Forces and moves of the 8 nodes of a leaf, four at a time. */
function stepLeaf(scratch: usize, leaf: i32, expansion: usize, list: usize, length: i32, partial: usize): void {
  const repulsion = scratch + word(F_SCRATCH_BYTES) - 96;
  repulseLeaf(leaf, expansion, list, length, repulsion);
  stepHalf(leaf, 0, repulsion, partial);
  stepHalf(leaf, 4, repulsion + 16, partial);
  if (<i32>word(F_MODE) & MODE_FORCES) return;
  fitLeaf(leaf, word(F_POINTS_NEXT) + <usize>leaf * LEAF_BYTES, word(F_CELLS_NEXT));
}

function stepHalf(leaf: i32, half: i32, repulsion: usize, partial: usize): void {
  const slot = leaf * LEAF + half;
  const count = <i32>word(F_NODES) - slot;
  const order = word(F_ORDER) + ((<usize>slot) << 2);
  const now = word(F_POINTS_NOW) + <usize>leaf * LEAF_BYTES + ((<usize>half) << 2);
  // Behind the last node the last one is looked at again, and nothing is written.
  const a = <usize>load<u32>(order);
  const b = count > 1 ? <usize>load<u32>(order, 4) : a;
  const c = count > 2 ? <usize>load<u32>(order, 8) : a;
  const d = count > 3 ? <usize>load<u32>(order, 12) : a;
  if (count <= 0) {
    copyHalf(leaf, half);
    return;
  }
  const pulls = word(F_POSITIONS_NEXT);
  const pullA = v128.load(pulls + (a << 4));
  const pullB = v128.load(pulls + (b << 4));
  const pullC = v128.load(pulls + (c << 4));
  const pullD = v128.load(pulls + (d << 4));
  const low = v128.shuffle<i32>(pullA, pullB, 0, 4, 1, 5);
  const high = v128.shuffle<i32>(pullC, pullD, 0, 4, 1, 5);
  const px = v128.shuffle<i32>(low, high, 0, 1, 4, 5);
  const py = v128.shuffle<i32>(low, high, 2, 3, 6, 7);
  const lowZ = v128.shuffle<i32>(pullA, pullB, 2, 6, 3, 7);
  const highZ = v128.shuffle<i32>(pullC, pullD, 2, 6, 3, 7);
  const pz = v128.shuffle<i32>(lowZ, highZ, 0, 1, 4, 5);
  const x = v128.load(now);
  const y = v128.load(now, 32);
  const z = v128.load(now, 64);
  const mode = <i32>word(F_MODE);
  const flags = flagsOf(slot);
  const gravity = gravityOf(flags);
  let fx = f32x4.add(f32x4.add(v128.load(repulsion), px), pullTo(gravity, real(F_CENTRE_X), x));
  let fy = f32x4.add(f32x4.add(v128.load(repulsion, 32), py), pullTo(gravity, real(F_CENTRE_Y), y));
  let fz = f32x4.add(f32x4.add(v128.load(repulsion, 64), pz), pullTo(gravity, real(F_CENTRE_Z), z));
  if (real(F_CLUSTER) > 0) {
    const cluster = f32x4.splat(real(F_CLUSTER));
    fx = f32x4.add(fx, f32x4.mul(cluster, f32x4.sub(meansOf(a, b, c, d, 0), x)));
    fy = f32x4.add(fy, f32x4.mul(cluster, f32x4.sub(meansOf(a, b, c, d, 4), y)));
    fz = f32x4.add(fz, f32x4.mul(cluster, f32x4.sub(meansOf(a, b, c, d, 8), z)));
  }
  if (mode & MODE_FLAT) fz = f32x4.splat(0);
  if (mode & MODE_FORCES) {
    write(word(F_POSITIONS_NEXT), a, b, c, d, count, fx, fy, fz, f32x4.splat(0));
    return;
  }
  const length = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(fx, fx), f32x4.mul(fy, fy)), f32x4.mul(fz, fz)));
  const limit = f32x4.splat(real(F_LIMIT));
  const safe = f32x4.add(length, f32x4.splat(1e-9));
  let part = f32x4.div(limit, safe);
  if ((mode & MODE_START) == 0) {
    const share = sharesOf(a, b, c, d, count, fx, fy, fz);
    part = v128.and(without(flags, FLAG_PINNED), f32x4.pmin(part, share));
    addMoved(partial, f32x4.mul(length, part), count);
  }
  const nx = f32x4.add(x, f32x4.mul(fx, part));
  const ny = f32x4.add(y, f32x4.mul(fy, part));
  const nz = f32x4.add(z, f32x4.mul(fz, part));
  write(word(F_POSITIONS_NEXT), a, b, c, d, count, nx, ny, nz, f32x4.splat(0));
  const next = word(F_POINTS_NEXT) + <usize>leaf * LEAF_BYTES + ((<usize>half) << 2);
  v128.store(next, nx);
  v128.store(next, ny, 32);
  v128.store(next, nz, 64);
  v128.store(next, v128.load(now, 96), 96);
  if (count < 4) fillUp(next, count);
  addToPartial(partial, v128.and(without(flags, FLAG_LOOSE), present(count)), nx, ny, nz);
}

/** A half without nodes: its places stand where the leaf's first node is. */
function copyHalf(leaf: i32, half: i32): void {
  const leafAt = word(F_POINTS_NEXT) + <usize>leaf * LEAF_BYTES;
  const next = leafAt + ((<usize>half) << 2);
  for (let axis: usize = 0; axis < 96; axis += 32) v128.store(next + axis, v128.load_splat<f32>(leafAt + axis));
  v128.store(next, f32x4.splat(0), 96);
}

/** Places behind the last node stand where the half's first node is: the cell's extent stays the same. */
function fillUp(next: usize, count: i32): void {
  for (let k = count; k < 4; k++) {
    for (let axis: usize = 0; axis < 96; axis += 32)
      store<f32>(next + axis + ((<usize>k) << 2), load<f32>(next + axis));
  }
}

/** Writes x, y, z and one number more of up to four nodes. */
function write(
  to: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  count: i32,
  x: v128,
  y: v128,
  z: v128,
  w: v128,
): void {
  const xy01 = v128.shuffle<i32>(x, y, 0, 4, 1, 5);
  const xy23 = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
  const zw01 = v128.shuffle<i32>(z, w, 0, 4, 1, 5);
  const zw23 = v128.shuffle<i32>(z, w, 2, 6, 3, 7);
  v128.store(to + (a << 4), v128.shuffle<i32>(xy01, zw01, 0, 1, 4, 5));
  if (count > 1) v128.store(to + (b << 4), v128.shuffle<i32>(xy01, zw01, 2, 3, 6, 7));
  if (count > 2) v128.store(to + (c << 4), v128.shuffle<i32>(xy23, zw23, 0, 1, 4, 5));
  if (count > 3) v128.store(to + (d << 4), v128.shuffle<i32>(xy23, zw23, 2, 3, 6, 7));
}

function pullTo(strength: v128, centre: f32, own: v128): v128 {
  return f32x4.mul(strength, f32x4.sub(f32x4.splat(centre), own));
}

function four(a: f32, b: f32, c: f32, d: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c), 3, d);
}

/** Flags of the four nodes from a slot on, one in each lane. */
function flagsOf(slot: i32): v128 {
  const bytes = v128.load32_zero(word(F_SLOT_FLAGS) + <usize>slot);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

/** All bits where a flag is not set. */
function without(flags: v128, flag: i32): v128 {
  return i32x4.eq(v128.and(flags, i32x4.splat(flag)), i32x4.splat(0));
}

function gravityOf(flags: v128): v128 {
  const core = without(flags, FLAG_LOOSE);
  return v128.bitselect(f32x4.splat(real(F_GRAVITY)), f32x4.splat(real(F_LOOSE_GRAVITY)), core);
}

/** All bits where there is a node. */
function present(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** One coordinate of the means of four nodes' groups. */
function meansOf(a: usize, b: usize, c: usize, d: usize, axis: usize): v128 {
  const means = word(F_GROUP_MEANS) + axis;
  const groups = word(F_GROUPS);
  return four(
    load<f32>(means + ((<usize>load<u8>(groups + a)) << 4)),
    load<f32>(means + ((<usize>load<u8>(groups + b)) << 4)),
    load<f32>(means + ((<usize>load<u8>(groups + c)) << 4)),
    load<f32>(means + ((<usize>load<u8>(groups + d)) << 4)),
  );
}

/**
 * The share of its force that each of four nodes moves: it falls while the force turns back on itself and grows while it
 * does not (M. Riedmiller, H. Braun: RPROP, 1993). Forces and shares are remembered.
 */
function sharesOf(a: usize, b: usize, c: usize, d: usize, count: i32, fx: v128, fy: v128, fz: v128): v128 {
  const memory = word(F_MEMORY);
  const ma = v128.load(memory + (a << 4));
  const mb = v128.load(memory + (b << 4));
  const mc = v128.load(memory + (c << 4));
  const md = v128.load(memory + (d << 4));
  const ab = v128.shuffle<i32>(ma, mb, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(mc, md, 0, 4, 1, 5);
  const abzw = v128.shuffle<i32>(ma, mb, 2, 6, 3, 7);
  const cdzw = v128.shuffle<i32>(mc, md, 2, 6, 3, 7);
  const bx = v128.shuffle<i32>(ab, cd, 0, 1, 4, 5);
  const by = v128.shuffle<i32>(ab, cd, 2, 3, 6, 7);
  const bz = v128.shuffle<i32>(abzw, cdzw, 0, 1, 4, 5);
  const old = v128.shuffle<i32>(abzw, cdzw, 2, 3, 6, 7);
  const product = f32x4.add(f32x4.add(f32x4.mul(fx, bx), f32x4.mul(fy, by)), f32x4.mul(fz, bz));
  const turned = f32x4.lt(product, f32x4.splat(0));
  const less = f32x4.pmax(f32x4.splat(STEP_LEAST), f32x4.mul(old, f32x4.splat(STEP_CUT)));
  const more = f32x4.pmin(f32x4.splat(STEP_MOST), f32x4.mul(old, f32x4.splat(STEP_GROWTH)));
  const share = v128.bitselect(less, more, turned);
  write(memory, a, b, c, d, count, fx, fy, fz, share);
  return share;
}

function addMoved(partial: usize, moved: v128, count: i32): void {
  const there = v128.and(moved, present(count));
  store<f64>(partial, load<f64>(partial, 48) + <f64>sum(there), 48);
}

/** Adds up what the tasks of the last phase noted, in their order, into the first task's place. */
export function sumPartials(tasks: i32): void {
  const sums = word(F_PARTIALS);
  for (let task = 1; task < tasks; task++) {
    const partial = sums + ((<usize>task * PARTIAL) << 3);
    for (let k: usize = 0; k < (<usize>PARTIAL) << 3; k += 8)
      store<f64>(sums + k, load<f64>(sums + k) + load<f64>(partial + k));
  }
}

/** Every node stands in its own slot, and remembers no force. */
export function resetNodes(firstShare: f32): void {
  const nodes = <i32>word(F_NODES);
  const order = word(F_ORDER);
  const memory = word(F_MEMORY);
  const fresh = f32x4.replace_lane(f32x4.splat(0), 3, firstShare);
  for (let node = 0; node < nodes; node++) {
    store<i32>(order + ((<usize>node) << 2), node);
    v128.store(memory + ((<usize>node) << 4), fresh);
  }
}

/** Bytes of working memory per thread: lists and expansions of all levels, notes on what was looked at, forces of a leaf. */
export function scratchBytes(levels: i32): i32 {
  return (levels * LEVEL_BYTES + LOOKS_BYTES + 96 + 255) & ~255;
}
