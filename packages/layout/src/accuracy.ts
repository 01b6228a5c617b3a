/**
 * From the one parameter theta to thresholds for each level of the tree.
 *
 * Equal thresholds are a waste. An accepted pair of great cells errs by far more than one of small cells, and there are
 * few of them: the upper levels are strict. The levels just above the leaves decide how long the lists get that all leaves
 * below have to go through: they are lax. So lax that spheres around cells may overlap. That would hide nodes that almost
 * touch, so in the two lowest levels the boxes around the cells must stand apart. Found by a random
 * search for the least work at a mean error that holds when the order is stale, too (history/2026-11-layout-kernel.md).
 */

/** Factors of the leaves, the level above them, and the next one. */
const FACTORS = [2.1, 2.5, 1.5] as const;
/** Factor of all levels further up, and of every level whose cells are a great part of the graph. */
const STRICT = 0.78;
/** Levels, from the leaves, whose boxes must stand apart, and how far, layout units: about as far as linked nodes do. */
const BOXED_LEVELS = 2;
const GAP = 1;
/** Mean ratio of a cell's radius to its children's: up to the first nodes fill space, from the second on they do not. */
const SPREAD = { space: 2.1, sheet: 2.2 } as const;
/** Levels from the root that are always strict: cells with more than a 64th of all nodes. */
const STRICT_LEVELS = 4;

/** When a pair of cells acts as a whole: when both hold. */
export interface LevelThreshold {
  /** (radius + radius) < theta x distance. */
  readonly theta: number;
  /** Gap between the boxes along some axis > gap, layout units; not asked for when negative. */
  readonly gap: number;
}

/**
 * Thresholds of each level, root first.
 *
 * @param theta 0.3 .. 1.5
 * @param depth levels of the tree, 1 or more
 * @param spread mean ratio of the radius of cells of 128 nodes to that of their children
 */
export function levelThresholds(theta: number, depth: number, spread: number): LevelThreshold[] {
  const strictness = Math.min(1, Math.max(0, (spread - SPREAD.space) / (SPREAD.sheet - SPREAD.space)));
  return Array.from({ length: depth }, (_, level) => {
    const above = depth - 1 - level;
    const lax = level < STRICT_LEVELS ? STRICT : (FACTORS[above] ?? STRICT);
    return { theta: theta * (lax + strictness * (STRICT - lax)), gap: above < BOXED_LEVELS ? GAP : -1 };
  });
}
