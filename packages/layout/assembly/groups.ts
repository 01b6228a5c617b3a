/** Means of the groups, for the pull towards them. One pass in a fixed order. */
import { F_GROUP_MEANS, F_GROUPS, F_NODES, F_POSITIONS_NOW } from './fields';
import { word } from './memory';

const GROUPS = 256;

/** Writes x, y, z and the number of nodes of each group. O(n). */
export function meanGroups(): void {
  const means = word(F_GROUP_MEANS);
  const nodes = <usize>word(F_NODES);
  memory.fill(means, 0, GROUPS << 4);
  for (let node: usize = 0; node < nodes; node++) {
    const at = means + ((<usize>load<u8>(word(F_GROUPS) + node)) << 4);
    const position = f32x4.replace_lane(v128.load(word(F_POSITIONS_NOW) + (node << 4)), 3, 1);
    v128.store(at, f32x4.add(v128.load(at), position));
  }
  for (let at = means; at < means + (GROUPS << 4); at += 16) {
    const sum = v128.load(at);
    v128.store(at, f32x4.div(sum, f32x4.splat(max<f32>(1, f32x4.extract_lane(sum, 3)))));
  }
}
