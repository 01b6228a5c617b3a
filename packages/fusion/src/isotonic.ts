/**
 * Isotonic regression by pooling adjacent violators.
 * Ayer, Brunk, Ewing, Reid, Silverman: "An empirical distribution function for sampling with incomplete information", 1955.
 * As a calibrator: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", 2002.
 */

/** A non-decreasing function: linear between the points (x[i], y[i]), constant outside. x strictly ascending. */
export interface IsotonicModel {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

interface Block {
  /** Sum of scores, sum of targets and number of rows in the block. */
  x: number;
  y: number;
  n: number;
}

/**
 * Least-squares non-decreasing fit. O(n log n).
 *
 * @param scores any finite numbers
 * @param targets 0 or 1, one per score
 */
export function fitIsotonic(scores: readonly number[], targets: readonly number[]): IsotonicModel {
  const blocks: Block[] = [];
  for (const block of tiedBlocks(scores, targets)) {
    blocks.push(block);
    mergeViolators(blocks);
  }
  return { x: blocks.map((b) => b.x / b.n), y: blocks.map((b) => b.y / b.n) };
}

/** Equal scores must get equal values, so they start as one block. */
function tiedBlocks(scores: readonly number[], targets: readonly number[]): Block[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: Block[] = [];
  let previous = Number.NaN;
  for (const i of order) {
    const last = blocks.at(-1);
    if (last && scores[i] === previous) {
      last.x += previous;
      last.y += targets[i]!;
      last.n += 1;
    } else {
      blocks.push({ x: scores[i]!, y: targets[i]!, n: 1 });
    }
    previous = scores[i]!;
  }
  return blocks;
}

function mergeViolators(blocks: Block[]): void {
  while (blocks.length > 1) {
    const last = blocks.at(-1)!;
    const before = blocks.at(-2)!;
    if (before.y / before.n < last.y / last.n) return;
    before.x += last.x;
    before.y += last.y;
    before.n += last.n;
    blocks.pop();
  }
}

/** The fitted value at `score`. O(log n). */
export function isotonicAt(model: IsotonicModel, score: number): number {
  const { x, y } = model;
  let low = 0;
  let high = x.length - 1;
  if (high < 0) throw new RangeError('an isotonic model needs at least one point');
  if (score <= x[low]!) return y[low]!;
  if (score >= x[high]!) return y[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= score) low = middle;
    else high = middle;
  }
  const t = (score - x[low]!) / (x[high]! - x[low]!);
  return y[low]! + t * (y[high]! - y[low]!);
}
