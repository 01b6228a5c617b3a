/**
 * Forces along edges, four edges at a time. Rows are padded to multiples of four with edges of a node to itself that
 * have no stiffness. O(n + m).
 */
import {
  F_MASSES,
  F_MODE,
  F_NEIGHBOURS,
  F_OFFSETS,
  F_POSITIONS_NOW,
  F_SPRING,
  F_STIFFNESS,
  MODE_START,
} from './fields';
import { real, word } from './memory';

/** Sums of the lanes of three vectors, as x, y, z, 0. */
function sums(x: v128, y: v128, z: v128): v128 {
  const xy = f32x4.add(v128.shuffle<i32>(x, y, 0, 4, 1, 5), v128.shuffle<i32>(x, y, 2, 6, 3, 7));
  const none = f32x4.splat(0);
  const zn = f32x4.add(v128.shuffle<i32>(z, none, 0, 4, 1, 5), v128.shuffle<i32>(z, none, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i32>(xy, zn, 0, 1, 4, 5), v128.shuffle<i32>(xy, zn, 2, 3, 6, 7));
}

/**
 * Pull on a node: of springs that hardly grow with their length, length / (1 + length)^(3/4) (A. Noack: Energy models for
 * graph clustering, 2007), or at the start one that grows with its square (Fruchterman and Reingold, 1991), per mass.
 *
 * @param own the node's position
 * @returns x, y, z, 0
 */
export function pullOn(node: usize, own: v128): v128 {
  const positions = word(F_POSITIONS_NOW);
  const offsets = word(F_OFFSETS) + (node << 2);
  const begin = (<usize>load<u32>(offsets)) << 2;
  const end = (<usize>load<u32>(offsets, 4)) << 2;
  const neighbours = word(F_NEIGHBOURS);
  const stiffness = word(F_STIFFNESS);
  const start = (<i32>word(F_MODE) & MODE_START) != 0;
  const one = f32x4.splat(1);
  let fx = f32x4.splat(0);
  let fy = f32x4.splat(0);
  let fz = f32x4.splat(0);
  for (let e = begin; e < end; e += 16) {
    const a = f32x4.sub(v128.load(positions + ((<usize>load<u32>(neighbours + e)) << 4)), own);
    const b = f32x4.sub(v128.load(positions + ((<usize>load<u32>(neighbours + e, 4)) << 4)), own);
    const c = f32x4.sub(v128.load(positions + ((<usize>load<u32>(neighbours + e, 8)) << 4)), own);
    const d = f32x4.sub(v128.load(positions + ((<usize>load<u32>(neighbours + e, 12)) << 4)), own);
    const abxy = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cdxy = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const x = v128.shuffle<i32>(abxy, cdxy, 0, 1, 4, 5);
    const y = v128.shuffle<i32>(abxy, cdxy, 2, 3, 6, 7);
    const z = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 6, 2, 6), v128.shuffle<i32>(c, d, 2, 6, 2, 6), 0, 1, 4, 5);
    const length = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)), f32x4.mul(z, z)));
    let pull = v128.load(stiffness + e);
    if (start) {
      pull = f32x4.mul(pull, length);
    } else {
      // (1 + length)^(3/4) by two roots.
      const root = f32x4.sqrt(f32x4.add(one, length));
      pull = f32x4.div(pull, f32x4.mul(root, f32x4.sqrt(root)));
    }
    fx = f32x4.add(fx, f32x4.mul(pull, x));
    fy = f32x4.add(fy, f32x4.mul(pull, y));
    fz = f32x4.add(fz, f32x4.mul(pull, z));
  }
  const strength: f32 = start ? 1 / load<f32>(word(F_MASSES) + (node << 2)) : real(F_SPRING);
  return f32x4.mul(f32x4.splat(strength), sums(fx, fy, fz));
}
