/** Repulsion and collision on the 8 nodes of a leaf: the expansion at each, and near nodes one by one. */
import {
  F_CELLS_NOW,
  F_COLLISION,
  F_COLLISION_REACH,
  F_DEPTH,
  F_FAR,
  F_LEVELS,
  F_ONE,
  F_POINTS_NOW,
  F_REPULSION,
  F_SLOT_RADII,
  F_SOFTENING,
  LEAF,
  LEAF_BYTES,
  QUAD_BYTES,
} from './fields';
import { firstQuad, real, word } from './memory';
import { addWork } from './repulsion';

/** Nodes of a leaf that are summed at once. */
const HALF = 4;

/**
 * @param expansion of the leaf
 * @param list near leaves
 * @param out 8 x, 8 y, 8 z of the force
 */
export function repulseLeaf(leaf: i32, expansion: usize, list: usize, length: i32, out: usize): void {
  const end = list + ((<usize>length) << 2);
  halfLeaf(leaf, 0, expansion, list, end, out);
  halfLeaf(leaf, HALF, expansion, list, end, out + 16);
  if (real(F_COLLISION_REACH) > 0) {
    collideHalf(leaf, 0, list, end, out);
    collideHalf(leaf, HALF, list, end, out + 16);
  }
  addWork(length * LEAF * LEAF);
}

function halfLeaf(leaf: i32, half: i32, expansion: usize, list: usize, end: usize, out: usize): void {
  const points = word(F_POINTS_NOW);
  const own = points + <usize>leaf * LEAF_BYTES + ((<usize>half) << 2);
  const tx = v128.load(own);
  const ty = v128.load(own, 32);
  const tz = v128.load(own, 64);
  const far = f32x4.splat(real(F_FAR));
  const softening = v128.load_splat<f32>(F_SOFTENING);
  const one = v128.load_splat<f32>(F_ONE);

  // An older expansion moves along with its leaf: near sources, which matter most, go the same way.
  const level = firstQuad(word(F_LEVELS), <i32>word(F_DEPTH) - 1);
  const cell = word(F_CELLS_NOW) + <usize>(level + (leaf >> 2)) * QUAD_BYTES + ((<usize>(leaf & 3)) << 2);
  const ex = f32x4.sub(tx, v128.load_splat<f32>(cell));
  const ey = f32x4.sub(ty, v128.load_splat<f32>(cell, 16));
  const ez = f32x4.sub(tz, v128.load_splat<f32>(cell, 32));
  const xy = v128.load_splat<f32>(expansion, 16);
  const xz = v128.load_splat<f32>(expansion, 20);
  const yz = v128.load_splat<f32>(expansion, 28);
  let fx = f32x4.add(
    f32x4.add(v128.load_splat<f32>(expansion), f32x4.mul(v128.load_splat<f32>(expansion, 12), ex)),
    f32x4.add(f32x4.mul(xy, ey), f32x4.mul(xz, ez)),
  );
  let fy = f32x4.add(
    f32x4.add(v128.load_splat<f32>(expansion, 4), f32x4.mul(xy, ex)),
    f32x4.add(f32x4.mul(v128.load_splat<f32>(expansion, 24), ey), f32x4.mul(yz, ez)),
  );
  let fz = f32x4.add(
    f32x4.add(v128.load_splat<f32>(expansion, 8), f32x4.mul(xz, ex)),
    f32x4.add(f32x4.mul(yz, ey), f32x4.mul(v128.load_splat<f32>(expansion, 32), ez)),
  );

  for (let entry = list; entry < end; entry += 4) {
    const near = points + <usize>load<i32>(entry) * LEAF_BYTES;
    for (let at = near; at < near + 32; at += 4) {
      const dx = f32x4.sub(tx, v128.load_splat<f32>(at));
      const dy = f32x4.sub(ty, v128.load_splat<f32>(at, 32));
      const dz = f32x4.sub(tz, v128.load_splat<f32>(at, 64));
      const squared = f32x4.relaxed_madd(dz, dz, f32x4.relaxed_madd(dy, dy, f32x4.relaxed_madd(dx, dx, softening)));
      const inverse = f32x4.div(one, squared);
      const field = f32x4.mul(f32x4.mul(v128.load_splat<f32>(at, 96), inverse), f32x4.add(far, inverse));
      fx = f32x4.relaxed_madd(field, dx, fx);
      fy = f32x4.relaxed_madd(field, dy, fy);
      fz = f32x4.relaxed_madd(field, dz, fz);
    }
  }
  const strength = f32x4.splat(real(F_REPULSION));
  v128.store(out, f32x4.mul(strength, fx));
  v128.store(out, f32x4.mul(strength, fy), 32);
  v128.store(out, f32x4.mul(strength, fz), 64);
}

/** Adds the push of nodes that stand inside each other; no accepted cell holds such a node. */
function collideHalf(leaf: i32, half: i32, list: usize, end: usize, out: usize): void {
  const points = word(F_POINTS_NOW);
  const own = points + <usize>leaf * LEAF_BYTES + ((<usize>half) << 2);
  const radii = word(F_SLOT_RADII);
  const tx = v128.load(own);
  const ty = v128.load(own, 32);
  const tz = v128.load(own, 64);
  const tr = v128.load(radii + ((<usize>(leaf * LEAF + half)) << 2));
  const strength = f32x4.splat(<f32>0.5 * real(F_COLLISION));
  let fx = v128.load(out);
  let fy = v128.load(out, 32);
  let fz = v128.load(out, 64);
  for (let entry = list; entry < end; entry += 4) {
    const source = load<i32>(entry);
    const near = points + <usize>source * LEAF_BYTES;
    for (let k: usize = 0; k < 32; k += 4) {
      const dx = f32x4.sub(tx, v128.load_splat<f32>(near + k));
      const dy = f32x4.sub(ty, v128.load_splat<f32>(near + k, 32));
      const dz = f32x4.sub(tz, v128.load_splat<f32>(near + k, 64));
      const squared = f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz));
      const distance = f32x4.sqrt(squared);
      const wanted = f32x4.add(tr, v128.load_splat<f32>(radii + ((<usize>(source * LEAF)) << 2) + k));
      // A node itself, and whatever fills a leaf up, stands at distance zero and pushes nothing: d is zero as well.
      const overlap = f32x4.max(f32x4.splat(0), f32x4.sub(wanted, distance));
      const push = f32x4.mul(strength, f32x4.div(overlap, f32x4.max(distance, f32x4.splat(1e-6))));
      const counted = v128.and(push, f32x4.gt(v128.load_splat<f32>(near + k, 96), f32x4.splat(0)));
      fx = f32x4.add(fx, f32x4.mul(counted, dx));
      fy = f32x4.add(fy, f32x4.mul(counted, dy));
      fz = f32x4.add(fz, f32x4.mul(counted, dz));
    }
  }
  v128.store(out, fx);
  v128.store(out, fy, 32);
  v128.store(out, fz, 64);
}
