/**
 * Repulsion in O(n log n): a fast multipole scheme with the least that works. Source cells act from their centre of mass;
 * target cells collect a first-order expansion (field and its symmetric Jacobian, 9 numbers) on the way down. Four
 * sibling sources are looked at at once; the accepted ones are added as vectors, the others go on a list without a branch.
 *
 * L. Greengard, V. Rokhlin: A fast algorithm for particle simulations (J. Comput. Phys. 73, 1987).
 */
import {
  EXPANSION_BYTES,
  F_CELLS_NOW,
  F_COLLISION_REACH,
  F_DEPTH,
  F_FAR,
  F_GAP,
  F_LEVELS,
  F_ONE,
  F_SOFTENING,
  F_THETA,
  LIST_LIMIT,
  QUAD_BYTES,
} from './fields';
import { firstQuad, real, word } from './memory';

/** Bytes of a level's working memory: expansion, length of the list, list. */
export const LEVEL_BYTES = EXPANSION_BYTES + 16 + (LIST_LIMIT + 4) * 4;

/** Source cells and pairs of nodes looked at since the task began. */
export let work: i32 = 0;

export function resetWork(): void {
  work = 0;
}

export function addWork(amount: i32): void {
  work += amount;
}

export function levelAt(scratch: usize, level: i32): usize {
  return scratch + <usize>level * LEVEL_BYTES;
}

export function lengthAt(scratch: usize, level: i32): i32 {
  return load<i32>(levelAt(scratch, level), EXPANSION_BYTES);
}

export function setLength(scratch: usize, level: i32, length: i32): void {
  store<i32>(levelAt(scratch, level), length, EXPANSION_BYTES);
}

export function listAt(scratch: usize, level: i32): usize {
  return levelAt(scratch, level) + EXPANSION_BYTES + 16;
}

/** Begins at the root: nothing accepted, the root itself left over. */
export function startAtRoot(scratch: usize): void {
  memory.fill(levelAt(scratch, 0), 0, EXPANSION_BYTES);
  store<i32>(listAt(scratch, 0), 0);
  setLength(scratch, 0, 1);
}

function sum(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}

/** Appends the lanes whose bit is set: every lane is written, the end moves on only behind the wanted ones. */
function push(list: usize, length: i32, first: i32, bits: i32): i32 {
  store<i32>(list + ((<usize>length) << 2), first);
  length += bits & 1;
  store<i32>(list + ((<usize>length) << 2), first + 1);
  length += (bits >> 1) & 1;
  store<i32>(list + ((<usize>length) << 2), first + 2);
  length += (bits >> 2) & 1;
  store<i32>(list + ((<usize>length) << 2), first + 3);
  return length + ((bits >> 3) & 1);
}

/** Bytes of what is noted of four siblings that a cell has looked at: how far they are (x, y, z, squared), accepted mass. */
const LOOK_BYTES = 80;

/** Bytes of the notes on all siblings that one cell can look at. */
export const LOOKS_BYTES = LIST_LIMIT * LOOK_BYTES;

/** Where the notes begin. */
function looksAt(scratch: usize): usize {
  return levelAt(scratch, <i32>word(F_DEPTH));
}

/**
 * Tests the children of what the parent of a cell has left over, and shifts the parent's expansion to the cell. In two
 * passes, as neither has room in the registers for the numbers of the other.
 */
export function collect(scratch: usize, level: i32, cell: i32): void {
  const levels = word(F_LEVELS);
  const cells = word(F_CELLS_NOW);
  const target = cells + <usize>(firstQuad(levels, level) + (cell >> 2)) * QUAD_BYTES + ((<usize>(cell & 3)) << 2);
  const parent = cell >> 2;
  const above =
    cells + <usize>(firstQuad(levels, level - 1) + (parent >> 2)) * QUAD_BYTES + ((<usize>(parent & 3)) << 2);
  const looks = looksAt(scratch);
  const end = look(scratch, level, target, looks);
  work += (<i32>(end - looks) / LOOK_BYTES) << 2;
  expand(looks, end, levelAt(scratch, level));
  shift(levelAt(scratch, level - 1), levelAt(scratch, level), target, above);
}

/** Which of the parent's leftover cells' children act as a whole, and which are left over. @returns end of the notes */
function look(scratch: usize, level: i32, target: usize, looks: usize): usize {
  const quads = word(F_CELLS_NOW) + <usize>firstQuad(word(F_LEVELS), level) * QUAD_BYTES;
  const squaredTheta = v128.load_splat<f32>(<usize>F_THETA + ((<usize>level) << 2));
  const leastGap = v128.load_splat<f32>(<usize>F_GAP + ((<usize>level) << 2));
  const boxed = real(F_GAP + (level << 2)) >= 0;
  const collision = real(F_COLLISION_REACH);
  const tx = v128.load_splat<f32>(target);
  const ty = v128.load_splat<f32>(target, 16);
  const tz = v128.load_splat<f32>(target, 32);
  const tr = v128.load_splat<f32>(target, 64);
  let inherited = listAt(scratch, level - 1);
  const end = inherited + ((<usize>lengthAt(scratch, level - 1)) << 2);
  const list = listAt(scratch, level);
  let length = 0;
  for (; inherited < end; inherited += 4) {
    const source = load<i32>(inherited);
    const quad = quads + <usize>source * QUAD_BYTES;
    const dx = f32x4.sub(tx, v128.load(quad));
    const dy = f32x4.sub(ty, v128.load(quad, 16));
    const dz = f32x4.sub(tz, v128.load(quad, 32));
    v128.store(looks, dx);
    v128.store(looks, dy, 16);
    v128.store(looks, dz, 32);
    let squared = f32x4.relaxed_madd(dz, dz, f32x4.relaxed_madd(dy, dy, f32x4.mul(dx, dx)));
    const reach = f32x4.add(tr, v128.load(quad, 64));
    let accepted = f32x4.lt(f32x4.mul(reach, reach), f32x4.mul(squaredTheta, squared));
    if (boxed) {
      // Along each axis the one box begins behind the end of the other, or the other way round.
      const x = f32x4.pmax(
        f32x4.sub(v128.load(quad, 80), v128.load_splat<f32>(target, 128)),
        f32x4.sub(v128.load_splat<f32>(target, 80), v128.load(quad, 128)),
      );
      const y = f32x4.pmax(
        f32x4.sub(v128.load(quad, 96), v128.load_splat<f32>(target, 144)),
        f32x4.sub(v128.load_splat<f32>(target, 96), v128.load(quad, 144)),
      );
      const z = f32x4.pmax(
        f32x4.sub(v128.load(quad, 112), v128.load_splat<f32>(target, 160)),
        f32x4.sub(v128.load_splat<f32>(target, 112), v128.load(quad, 160)),
      );
      accepted = v128.and(accepted, f32x4.gt(f32x4.pmax(f32x4.pmax(x, y), z), leastGap));
    }
    if (collision > 0) {
      const touching = f32x4.add(reach, f32x4.splat(collision));
      accepted = v128.and(accepted, f32x4.lt(f32x4.mul(touching, touching), squared));
    }
    if (length < LIST_LIMIT - 4) {
      length = push(list, length, source << 2, i32x4.bitmask(accepted) ^ 15);
    } else {
      // No room: these act from their centre, blunted by their reach, so the error stays bounded.
      squared = f32x4.add(squared, v128.andnot(f32x4.mul(reach, reach), accepted));
      accepted = i32x4.splat(-1);
    }
    v128.store(looks, squared, 48);
    v128.store(looks, v128.and(v128.load(quad, 48), accepted), 64);
    looks += LOOK_BYTES;
  }
  setLength(scratch, level, length);
  return looks;
}

/** Adds up field and Jacobian of the accepted masses. With f = m / q * (far + 1 / q), q the softened square of d: J = f - 2 b d d. */
function expand(looks: usize, end: usize, to: usize): void {
  const far = v128.load_splat<f32>(F_FAR);
  const one = v128.load_splat<f32>(F_ONE);
  const softening = v128.load_splat<f32>(F_SOFTENING);
  let fx = f32x4.splat(0);
  let fy = f32x4.splat(0);
  let fz = f32x4.splat(0);
  let fields = f32x4.splat(0);
  let xx = f32x4.splat(0);
  let xy = f32x4.splat(0);
  let xz = f32x4.splat(0);
  let yy = f32x4.splat(0);
  let yz = f32x4.splat(0);
  let zz = f32x4.splat(0);
  for (; looks < end; looks += LOOK_BYTES) {
    const inverse = f32x4.div(one, f32x4.add(v128.load(looks, 48), softening));
    const weight = f32x4.mul(v128.load(looks, 64), inverse);
    const steep = f32x4.add(far, inverse);
    const field = f32x4.mul(weight, steep);
    const bend = f32x4.mul(f32x4.mul(weight, inverse), f32x4.add(steep, inverse));
    const dx = v128.load(looks);
    const dy = v128.load(looks, 16);
    const dz = v128.load(looks, 32);
    fields = f32x4.add(fields, field);
    fx = f32x4.relaxed_madd(field, dx, fx);
    fy = f32x4.relaxed_madd(field, dy, fy);
    fz = f32x4.relaxed_madd(field, dz, fz);
    const bx = f32x4.mul(bend, dx);
    xx = f32x4.relaxed_madd(bx, dx, xx);
    xy = f32x4.relaxed_madd(bx, dy, xy);
    xz = f32x4.relaxed_madd(bx, dz, xz);
    const by = f32x4.mul(bend, dy);
    yy = f32x4.relaxed_madd(by, dy, yy);
    yz = f32x4.relaxed_madd(by, dz, yz);
    zz = f32x4.relaxed_madd(f32x4.mul(bend, dz), dz, zz);
  }
  const whole = sum(fields);
  store<f32>(to, sum(fx));
  store<f32>(to, sum(fy), 4);
  store<f32>(to, sum(fz), 8);
  store<f32>(to, whole - 2 * sum(xx), 12);
  store<f32>(to, -2 * sum(xy), 16);
  store<f32>(to, -2 * sum(xz), 20);
  store<f32>(to, whole - 2 * sum(yy), 24);
  store<f32>(to, -2 * sum(yz), 28);
  store<f32>(to, whole - 2 * sum(zz), 32);
}

/** Adds a parent's expansion `from`, moved from its centre `above` to the centre `target`, to the one at `to`. */
function shift(from: usize, to: usize, target: usize, above: usize): void {
  const sx = load<f32>(target) - load<f32>(above);
  const sy = load<f32>(target, 16) - load<f32>(above, 16);
  const sz = load<f32>(target, 32) - load<f32>(above, 32);
  const pxx = load<f32>(from, 12);
  const pxy = load<f32>(from, 16);
  const pxz = load<f32>(from, 20);
  const pyy = load<f32>(from, 24);
  const pyz = load<f32>(from, 28);
  const pzz = load<f32>(from, 32);
  store<f32>(to, load<f32>(to) + load<f32>(from) + pxx * sx + pxy * sy + pxz * sz);
  store<f32>(to, load<f32>(to, 4) + load<f32>(from, 4) + pxy * sx + pyy * sy + pyz * sz, 4);
  store<f32>(to, load<f32>(to, 8) + load<f32>(from, 8) + pxz * sx + pyz * sy + pzz * sz, 8);
  store<f32>(to, load<f32>(to, 12) + pxx, 12);
  store<f32>(to, load<f32>(to, 16) + pxy, 16);
  store<f32>(to, load<f32>(to, 20) + pxz, 20);
  store<f32>(to, load<f32>(to, 24) + pyy, 24);
  store<f32>(to, load<f32>(to, 28) + pyz, 28);
  store<f32>(to, load<f32>(to, 32) + pzz, 32);
}
