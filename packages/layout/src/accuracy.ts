/**
 * From the one parameter theta to a threshold for each level of the tree. All cells of a level hold equally many nodes;
 * the thresholds were chosen for the least work at equal mean error, on laid-out graphs of three kinds
 * (history/2026-11-layout-kernel.md).
 */

/**
 * Threshold of each level, root first: a pair of cells acts as a whole when (radius + radius) < threshold x distance.
 *
 * @param theta 0.3 .. 1.5
 * @param depth levels of the tree, 1 or more
 */
export const levelThetas = (theta: number, depth: number): Float64Array => new Float64Array(depth).fill(theta);
