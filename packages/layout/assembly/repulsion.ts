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
  F_LEVELS,
  F_THETA,
  LIST_LIMIT,
  QUAD_BYTES,
} from './fields';
import { firstQuad, real, word } from './memory';

export const SOFTENING: f32 = 0.01;

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

/** Tests the children of what the parent of a cell has left over, and shifts the parent's expansion to the cell. */
export function collect(scratch: usize, level: i32, cell: i32): void {
  const levels = word(F_LEVELS);
  const cells = word(F_CELLS_NOW);
  const target = cells + <usize>(firstQuad(levels, level) + (cell >> 2)) * QUAD_BYTES + ((<usize>(cell & 3)) << 2);
  const quads = cells + <usize>firstQuad(levels, level) * QUAD_BYTES;
  const parent = cell >> 2;
  const above =
    cells + <usize>(firstQuad(levels, level - 1) + (parent >> 2)) * QUAD_BYTES + ((<usize>(parent & 3)) << 2);
  const squaredTheta = f32x4.splat(load<f32>(<usize>F_THETA + ((<usize>level) << 2)));
  const far = f32x4.splat(real(F_FAR));
  const softening = f32x4.splat(SOFTENING);
  const collision = real(F_COLLISION_REACH);
  const tx = v128.load_splat<f32>(target);
  const ty = v128.load_splat<f32>(target, 16);
  const tz = v128.load_splat<f32>(target, 32);
  const tr = v128.load_splat<f32>(target, 64);

  let fx = f32x4.splat(0);
  let fy = f32x4.splat(0);
  let fz = f32x4.splat(0);
  let xx = f32x4.splat(0);
  let xy = f32x4.splat(0);
  let xz = f32x4.splat(0);
  let yy = f32x4.splat(0);
  let yz = f32x4.splat(0);
  let zz = f32x4.splat(0);
  const inherited = listAt(scratch, level - 1);
  const listed = lengthAt(scratch, level - 1);
  const list = listAt(scratch, level);
  let length = 0;
  for (let i = 0; i < listed; i++) {
    const source = load<i32>(inherited + ((<usize>i) << 2));
    const quad = quads + <usize>source * QUAD_BYTES;
    const dx = f32x4.sub(tx, v128.load(quad));
    const dy = f32x4.sub(ty, v128.load(quad, 16));
    const dz = f32x4.sub(tz, v128.load(quad, 32));
    const mass = v128.load(quad, 48);
    const sr = v128.load(quad, 64);
    const squared = f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz));
    const reach = f32x4.add(tr, sr);
    let accepted = f32x4.lt(f32x4.mul(reach, reach), f32x4.mul(squaredTheta, squared));
    if (collision > 0) {
      const touching = f32x4.add(reach, f32x4.splat(collision));
      accepted = v128.and(accepted, f32x4.lt(f32x4.mul(touching, touching), squared));
    }
    const left = i32x4.bitmask(accepted) ^ 15;
    if (left != 0) {
      if (length < LIST_LIMIT - 4) {
        length = push(list, length, source << 2, left);
      } else {
        // No room: these act from their centre, blunted by their reach, so the error stays bounded.
        const blunt = f32x4.add(f32x4.add(squared, f32x4.mul(reach, reach)), softening);
        const inverse = f32x4.div(f32x4.splat(1), blunt);
        const field = f32x4.mul(f32x4.mul(v128.andnot(mass, accepted), inverse), f32x4.add(far, inverse));
        fx = f32x4.add(fx, f32x4.mul(field, dx));
        fy = f32x4.add(fy, f32x4.mul(field, dy));
        fz = f32x4.add(fz, f32x4.mul(field, dz));
      }
      if (left == 15) continue;
    }
    const taken = v128.and(mass, accepted);
    const inverse = f32x4.div(f32x4.splat(1), f32x4.add(squared, softening));
    const weight = f32x4.mul(taken, inverse);
    const field = f32x4.mul(weight, f32x4.add(far, inverse));
    const bend = f32x4.mul(
      f32x4.mul(f32x4.splat(-2), weight),
      f32x4.mul(inverse, f32x4.add(far, f32x4.add(inverse, inverse))),
    );
    fx = f32x4.add(fx, f32x4.mul(field, dx));
    fy = f32x4.add(fy, f32x4.mul(field, dy));
    fz = f32x4.add(fz, f32x4.mul(field, dz));
    const bx = f32x4.mul(bend, dx);
    const by = f32x4.mul(bend, dy);
    xx = f32x4.add(xx, f32x4.add(field, f32x4.mul(bx, dx)));
    xy = f32x4.add(xy, f32x4.mul(bx, dy));
    xz = f32x4.add(xz, f32x4.mul(bx, dz));
    yy = f32x4.add(yy, f32x4.add(field, f32x4.mul(by, dy)));
    yz = f32x4.add(yz, f32x4.mul(by, dz));
    zz = f32x4.add(zz, f32x4.add(field, f32x4.mul(f32x4.mul(bend, dz), dz)));
  }
  work += listed << 2;
  setLength(scratch, level, length);

  const from = levelAt(scratch, level - 1);
  const to = levelAt(scratch, level);
  const sx = load<f32>(target) - load<f32>(above);
  const sy = load<f32>(target, 16) - load<f32>(above, 16);
  const sz = load<f32>(target, 32) - load<f32>(above, 32);
  const pxx = load<f32>(from, 12);
  const pxy = load<f32>(from, 16);
  const pxz = load<f32>(from, 20);
  const pyy = load<f32>(from, 24);
  const pyz = load<f32>(from, 28);
  const pzz = load<f32>(from, 32);
  store<f32>(to, load<f32>(from) + pxx * sx + pxy * sy + pxz * sz + sum(fx));
  store<f32>(to, load<f32>(from, 4) + pxy * sx + pyy * sy + pyz * sz + sum(fy), 4);
  store<f32>(to, load<f32>(from, 8) + pxz * sx + pyz * sy + pzz * sz + sum(fz), 8);
  store<f32>(to, pxx + sum(xx), 12);
  store<f32>(to, pxy + sum(xy), 16);
  store<f32>(to, pxz + sum(xz), 20);
  store<f32>(to, pyy + sum(yy), 24);
  store<f32>(to, pyz + sum(yz), 28);
  store<f32>(to, pzz + sum(zz), 32);
}
