/**
 * Forces along edges in two passes: first what the length of each edge makes of its stiffness, four edges at a time, with
 * all the roots; then every node sums its own edges, both ends of an edge using the same number. O(n + m).
 */
import {
  EDGES_PER_TASK,
  F_EDGE_ENDS,
  F_EDGE_FACTORS,
  F_EDGE_OF,
  F_EDGES,
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

/**
 * Factors of a range of edges. Springs hardly grow with their length, length / (1 + length)^(3/4) (A. Noack: Energy models
 * for graph clustering, 2007); at the start attraction grows with its square (Fruchterman and Reingold, 1991).
 */
export function measureEdges(task: i32): void {
  const positions = word(F_POSITIONS_NOW);
  const ends = word(F_EDGE_ENDS);
  const factors = word(F_EDGE_FACTORS);
  const last = min(<i32>word(F_EDGES), (task + 1) * EDGES_PER_TASK);
  const start = (<i32>word(F_MODE) & MODE_START) != 0;
  const one = f32x4.splat(1);
  for (let edge = task * EDGES_PER_TASK; edge < last; edge += 4) {
    const at = ends + ((<usize>edge) << 3);
    const a = between(positions, at);
    const b = between(positions, at + 8);
    const c = between(positions, at + 16);
    const d = between(positions, at + 24);
    const abxy = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cdxy = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const x = v128.shuffle<i32>(abxy, cdxy, 0, 1, 4, 5);
    const y = v128.shuffle<i32>(abxy, cdxy, 2, 3, 6, 7);
    const z = v128.shuffle<i32>(v128.shuffle<i32>(a, b, 2, 6, 2, 6), v128.shuffle<i32>(c, d, 2, 6, 2, 6), 0, 1, 4, 5);
    const length = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)), f32x4.mul(z, z)));
    let factor = length;
    if (!start) {
      // (1 + length)^(3/4) by two roots.
      const root = f32x4.sqrt(f32x4.add(one, length));
      factor = f32x4.div(one, f32x4.mul(root, f32x4.sqrt(root)));
    }
    v128.store(factors + ((<usize>edge) << 2), factor);
  }
}

function between(positions: usize, ends: usize): v128 {
  const from = positions + ((<usize>load<u32>(ends)) << 4);
  const to = positions + ((<usize>load<u32>(ends, 4)) << 4);
  return f32x4.sub(v128.load(to), v128.load(from));
}

/**
 * Sum of the pulls on a node.
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
  const edgeOf = word(F_EDGE_OF);
  const factors = word(F_EDGE_FACTORS);
  let pull = f32x4.splat(0);
  for (let e = begin; e < end; e += 4) {
    const other = v128.load(positions + ((<usize>load<u32>(neighbours + e)) << 4));
    const factor = load<f32>(factors + ((<usize>load<u32>(edgeOf + e)) << 2)) * load<f32>(stiffness + e);
    pull = f32x4.add(pull, f32x4.mul(f32x4.splat(factor), f32x4.sub(other, own)));
  }
  const start = (<i32>word(F_MODE) & MODE_START) != 0;
  const strength: f32 = start ? 1 / load<f32>(word(F_MASSES) + (node << 2)) : real(F_SPRING);
  return f32x4.mul(f32x4.splat(strength), pull);
}
