/**
 * From the one parameter theta to a threshold for each level of the tree.
 *
 * Equal thresholds are a waste. An accepted pair of great cells errs by far more than one of small cells, and there are
 * few of them: the upper levels are strict. The forces between the smallest cells are steep: the leaves are stricter than
 * the two levels above them, which decide how long the lists get that all their leaves have to go through. Found by a
 * random search for the least work at equal mean error (history/2026-11-layout-kernel.md); half the work of one threshold
 * for all levels.
 */

/** Factors of the leaves, the level above them, and the next one. */
const FACTORS = [1.08, 1.7, 1.4] as const;
/** Factor of all levels further up, and of every level whose cells are a great part of the graph. */
const STRICT = 0.78;
/** Mean ratio of a cell's radius to its children's: up to the first nodes fill space, from the second on they do not. */
const SPREAD = { space: 2.1, sheet: 2.2 } as const;
/** Levels from the root that are always strict: cells with more than a 64th of all nodes. */
const STRICT_LEVELS = 4;

/**
 * Threshold of each level, root first: a pair of cells acts as a whole when (radius + radius) < threshold x distance.
 *
 * @param theta 0.3 .. 1.5
 * @param depth levels of the tree, 1 or more
 * @param spread mean ratio of the radius of cells of 128 nodes to that of their children
 */
export function levelThetas(theta: number, depth: number, spread: number): Float64Array {
  const strictness = Math.min(1, Math.max(0, (spread - SPREAD.space) / (SPREAD.sheet - SPREAD.space)));
  return Float64Array.from({ length: depth }, (_, level) => {
    const lax = level < STRICT_LEVELS ? STRICT : (FACTORS[depth - 1 - level] ?? STRICT);
    return theta * (lax + strictness * (STRICT - lax));
  });
}
