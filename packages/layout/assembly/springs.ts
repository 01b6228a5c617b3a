/**
 * Forces along edges, four edges at a time; how they lie in memory is told in `slices.ts`. Pulls are left where the next
 * positions will stand, and the step that moves a node finds its pull there. O(n + m).
 */
import {
  F_MASSES,
  F_MODE,
  F_NEIGHBOURS,
  F_NODES,
  F_OFFSETS,
  F_ONE,
  F_POSITIONS_NEXT,
  F_POSITIONS_NOW,
  F_SPRING,
  F_STIFFNESS,
  MODE_START,
  SLICES_PER_TASK,
} from './fields';
import { real, word } from './memory';

/** Pull so far on four nodes, or on four edges of one. */
let pullX: v128 = f32x4.splat(0);
let pullY: v128 = f32x4.splat(0);
let pullZ: v128 = f32x4.splat(0);

/** Pulls on the nodes of a range of slices. */
export function pullTask(task: i32): void {
  const slices = (<i32>word(F_NODES) + 3) >> 2;
  const end = min(slices, (task + 1) * SLICES_PER_TASK);
  const starting = (<i32>word(F_MODE) & MODE_START) != 0;
  for (let slice = task * SLICES_PER_TASK; slice < end; slice++) {
    const offsets = word(F_OFFSETS) + ((<usize>slice) << 2);
    const offset = load<u32>(offsets);
    const begin = (<usize>(offset >> 1)) << 4;
    const stop = (<usize>(load<u32>(offsets, 4) >> 1)) << 4;
    const own = word(F_POSITIONS_NOW) + ((<usize>slice) << 6);
    if ((offset & 1) == 0) pullLanes(own, begin, stop, starting);
    else pullRows(own, begin, starting);
    scaleAndStore(slice, starting);
  }
}

/** Every lane is a node. @param own positions of the four nodes */
function pullLanes(own: usize, begin: usize, end: usize, starting: bool): void {
  const a = v128.load(own);
  const b = v128.load(own, 16);
  const c = v128.load(own, 32);
  const d = v128.load(own, 48);
  const abxy = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cdxy = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const x = v128.shuffle<i32>(abxy, cdxy, 0, 1, 4, 5);
  const y = v128.shuffle<i32>(abxy, cdxy, 2, 3, 6, 7);
  const z = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 0, 1, 4, 5);
  pull(x, y, z, begin, end, starting);
}

/** Four nodes in turn, every lane one of the present node's edges. */
function pullRows(own: usize, begin: usize, starting: bool): void {
  const none = f32x4.splat(0);
  let x = none;
  let y = none;
  let z = none;
  let at = begin + 16;
  const lengths = word(F_NEIGHBOURS) + begin;
  for (let k: usize = 0; k < 16; k += 4) {
    const end = at + ((<usize>load<u32>(lengths + k)) << 4);
    const node = own + (k << 2);
    const ox = v128.load_splat<f32>(node);
    const oy = v128.load_splat<f32>(node, 4);
    const oz = v128.load_splat<f32>(node, 8);
    pull(ox, oy, oz, at, end, starting);
    at = end;
    // The sums wander one lane down a turn, so the first node's end in the first lane.
    x = v128.shuffle<i32>(x, sums(pullX), 1, 2, 3, 4);
    y = v128.shuffle<i32>(y, sums(pullY), 1, 2, 3, 4);
    z = v128.shuffle<i32>(z, sums(pullZ), 1, 2, 3, 4);
  }
  pullX = x;
  pullY = y;
  pullZ = z;
}

/** The sum of all lanes, in all lanes. */
function sums(a: v128): v128 {
  const pairs = f32x4.add(a, v128.shuffle<i32>(a, a, 2, 3, 0, 1));
  return f32x4.add(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2));
}

/**
 * Springs that hardly grow with their length, length / (1 + length)^(3/4) (A. Noack: Energy models for graph clustering,
 * 2007), or at the start such that grow with its square (T. Fruchterman, E. Reingold, 1991).
 */
function pull(ox: v128, oy: v128, oz: v128, begin: usize, end: usize, starting: bool): void {
  const positions = word(F_POSITIONS_NOW);
  const neighbours = word(F_NEIGHBOURS);
  const stiffness = word(F_STIFFNESS);
  const one = v128.load_splat<f32>(F_ONE);
  let fx = f32x4.splat(0);
  let fy = f32x4.splat(0);
  let fz = f32x4.splat(0);
  for (let e = begin; e < end; e += 16) {
    const a = v128.load(positions + ((<usize>load<u32>(neighbours + e)) << 4));
    const b = v128.load(positions + ((<usize>load<u32>(neighbours + e, 4)) << 4));
    const c = v128.load(positions + ((<usize>load<u32>(neighbours + e, 8)) << 4));
    const d = v128.load(positions + ((<usize>load<u32>(neighbours + e, 12)) << 4));
    const abxy = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cdxy = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const abz = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const cdz = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    const x = f32x4.sub(v128.shuffle<i32>(abxy, cdxy, 0, 1, 4, 5), ox);
    const y = f32x4.sub(v128.shuffle<i32>(abxy, cdxy, 2, 3, 6, 7), oy);
    const z = f32x4.sub(v128.shuffle<i32>(abz, cdz, 0, 1, 4, 5), oz);
    const length = f32x4.sqrt(f32x4.relaxed_madd(z, z, f32x4.relaxed_madd(y, y, f32x4.mul(x, x))));
    let strength = v128.load(stiffness + e);
    if (starting) {
      strength = f32x4.mul(strength, length);
    } else {
      // (1 + length)^(3/4) by two roots.
      const root = f32x4.sqrt(f32x4.add(one, length));
      strength = f32x4.div(strength, f32x4.mul(root, f32x4.sqrt(root)));
    }
    fx = f32x4.relaxed_madd(strength, x, fx);
    fy = f32x4.relaxed_madd(strength, y, fy);
    fz = f32x4.relaxed_madd(strength, z, fz);
  }
  pullX = fx;
  pullY = fy;
  pullZ = fz;
}

/** Writes x, y, z, 0 of the pulls on four nodes. Rows are padded, so the last slice has room for four as well. */
function scaleAndStore(slice: i32, starting: bool): void {
  const strength = starting
    ? f32x4.div(v128.load_splat<f32>(F_ONE), v128.load(word(F_MASSES) + ((<usize>slice) << 4)))
    : v128.load_splat<f32>(F_SPRING);
  const x = f32x4.mul(strength, pullX);
  const y = f32x4.mul(strength, pullY);
  const z = f32x4.mul(strength, pullZ);
  const none = f32x4.splat(0);
  const xy01 = v128.shuffle<i32>(x, y, 0, 4, 1, 5);
  const xy23 = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
  const zw01 = v128.shuffle<i32>(z, none, 0, 4, 1, 5);
  const zw23 = v128.shuffle<i32>(z, none, 2, 6, 3, 7);
  const to = word(F_POSITIONS_NEXT) + ((<usize>slice) << 6);
  v128.store(to, v128.shuffle<i32>(xy01, zw01, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<i32>(xy01, zw01, 2, 3, 6, 7), 16);
  v128.store(to, v128.shuffle<i32>(xy23, zw23, 0, 1, 4, 5), 32);
  v128.store(to, v128.shuffle<i32>(xy23, zw23, 2, 3, 6, 7), 48);
}
