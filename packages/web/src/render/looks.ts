/** Colour and size of every node, packed for the GPU. */
import { REMOVED_GROUP, type TopologyFrame } from '@vortexflow/protocol';
import { groupColour } from '../math/palette.ts';

/**
 * Square roots of linear light (more steps in the dark) and size class, 4 bytes a node; zero for removed nodes.
 *
 * @param capacity nodes to make room for, at least as many as there are
 */
export function packLooks({ groups, sizes, groupNames }: TopologyFrame, capacity: number): Uint8Array<ArrayBuffer> {
  const colours = groupNames.map((name) =>
    groupColour(name).map((value) => Math.max(1, Math.round(Math.sqrt(value) * 255))),
  );
  const out = new Uint8Array(capacity * 4);
  for (let i = 0; i < groups.length; i++) {
    const colour = groups[i] === REMOVED_GROUP ? undefined : colours[groups[i]!];
    if (!colour) continue;
    out[i * 4] = colour[0]!;
    out[i * 4 + 1] = colour[1]!;
    out[i * 4 + 2] = colour[2]!;
    out[i * 4 + 3] = sizes[i]!;
  }
  return out;
}
