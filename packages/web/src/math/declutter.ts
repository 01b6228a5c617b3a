/** Which labels fit on the screen without touching each other. */

/** A label that looks for a place; the order of a list of them is their rank. Lengths in CSS pixels. */
export interface LabelBox {
  readonly index: number;
  /** Left and upper edge of every place that would do, best first. */
  readonly spots: readonly (readonly [x: number, y: number])[];
  readonly width: number;
  readonly height: number;
}

/** A label that has found one. */
export interface PlacedLabel {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the screen in which labels may lie. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Greedy: the best rank first, every further one at its first spot that is wholly in bounds and keeps its distance to
 * those before.
 * O(candidates * placed).
 *
 * @param most how many labels at most
 * @param gap distance kept between two labels, CSS pixels
 */
export function declutter(boxes: Iterable<LabelBox>, bounds: Bounds, most: number, gap: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const fits = (label: PlacedLabel) => inside(label, bounds) && !placed.some((other) => touches(label, other, gap));
  for (const { index, spots, width, height } of boxes) {
    if (placed.length >= most) break;
    const label = spots.map(([x, y]) => ({ index, x, y, width, height })).find(fits);
    if (label) placed.push(label);
  }
  return placed;
}

const inside = (box: PlacedLabel, bounds: Bounds): boolean =>
  box.x >= bounds.left &&
  box.y >= bounds.top &&
  box.x + box.width <= bounds.right &&
  box.y + box.height <= bounds.bottom;

/** True when two boxes are less than `gap` apart. */
const touches = (a: PlacedLabel, b: PlacedLabel, gap: number): boolean =>
  a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
