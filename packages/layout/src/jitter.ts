/** Small seeded displacements: nodes that start at one spot must not stay there. */
import type { Random } from '@vortexflow/primitives';

/** Adds to the point at index `at` a displacement that is uniform in a ball, or in a disc when `flat`. */
export function addJitter(positions: Float32Array, at: number, radius: number, random: Random, flat: boolean): void {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const z = flat ? 0 : 2 * random() - 1;
    if (x * x + y * y + z * z > 1) continue;
    positions[at]! += radius * x;
    positions[at + 1]! += radius * y;
    positions[at + 2]! += radius * z;
    return;
  }
}
