/**
 * Repulsion summed over all nodes in 64 bits: what the approximation of an engine is compared with, by the engine's own
 * law. Each law was read from the source of the version that `package.json` names.
 */

/** Force on a node at i by one at j: `field(squared distance, mass of i, mass of j) x (x[i] - x[j])`. */
export type ForceLaw = (squared: number, own: number, other: number) => number;

/** Our kernels' repulsion at strength 1 (`packages/layout/src/kernel.ts`). @param range layout units */
export const kernelLaw =
  (range: number): ForceLaw =>
  (squared, _own, other) => {
    const inverse = 1 / (squared + 0.01);
    return other * (inverse + 1 / (range * range)) * inverse;
  };

/** ngraph.forcelayout: Coulomb, gravity -12, not softened. A node of degree d has mass 1 + d / 3. */
export const ngraphLaw: ForceLaw = (squared, own, other) => (12 * own * other) / (squared * Math.sqrt(squared));

/**
 * d3-force-3d: strength -30 over the distance, less than that below a distance of 1. Its tree weakens a cell's strength
 * by sqrt(4 / 8) at each level, which the law for pairs does not have: in three dimensions its far forces are too small.
 */
export const d3Law: ForceLaw = (squared) => 30 / (squared < 1 ? Math.sqrt(squared) : squared);

/**
 * Exact force on some nodes, O(sampled x n). Nodes at the same place do not push each other.
 *
 * @param positions x, y, z interleaved, length 3n
 * @param masses length n
 * @param sampled node indices, length k
 * @returns x, y, z interleaved, length 3k
 */
export function exactForces(
  law: ForceLaw,
  positions: Float32Array | Float64Array,
  masses: ArrayLike<number>,
  sampled: readonly number[],
): Float64Array {
  const forces = new Float64Array(3 * sampled.length);
  for (const [place, node] of sampled.entries()) {
    const [x, y, z] = positions.subarray(3 * node, 3 * node + 3) as unknown as [number, number, number];
    for (let other = 0, p = 0; p < positions.length; other++, p += 3) {
      const dx = x - (positions[p] as number);
      const dy = y - (positions[p + 1] as number);
      const dz = z - (positions[p + 2] as number);
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared === 0) continue;
      const field = law(squared, masses[node] as number, masses[other] as number);
      forces[3 * place]! += field * dx;
      forces[3 * place + 1]! += field * dy;
      forces[3 * place + 2]! += field * dz;
    }
  }
  return forces;
}

/** Root mean square of the error over that of the exact forces. @param forces, exact of equal length */
export function relativeError(forces: ArrayLike<number>, exact: Float64Array): number {
  let errors = 0;
  let squares = 0;
  for (const [p, force] of exact.entries()) {
    errors += ((forces[p] as number) - force) ** 2;
    squares += force ** 2;
  }
  return Math.sqrt(errors / squares);
}
