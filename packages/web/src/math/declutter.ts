/** Which labels fit on the screen without touching each other. */

/** A label that looks for a place; the order of a list of them is their rank. Lengths in CSS pixels. */
export interface LabelBox {
  readonly index: number;
  /** Left and upper edge of every place that would do, best first. */
  readonly spots: readonly (readonly [x: number, y: number])[];
  readonly width: number;
  readonly height: number;
  /** Looks whether there is a place, but leaves it to others. */
  readonly looking?: boolean;
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

/** About a label's size, so that one lies in a few cells and a cell holds a few; CSS pixels. */
const CELL = { width: 80, height: 24 } as const;

/**
 * Greedy: the best rank first, every further one at its first spot that is wholly in bounds and keeps its distance to
 * those before. A grid of cells tells which ones are near: O(candidates).
 *
 * @param most how many labels at most, those that only look not counted
 * @param gap distance kept between two labels, CSS pixels
 */
export function declutter(boxes: Iterable<LabelBox>, bounds: Bounds, most: number, gap: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const grid = new Grid(bounds, gap);
  let taken = 0;
  if (most <= 0) return placed;
  for (const { index, spots, width, height, looking } of boxes) {
    const label = firstFree(grid, bounds, index, spots, width, height);
    if (!label) continue;
    placed.push(label);
    if (looking) continue;
    grid.take(label);
    if (++taken === most) break;
  }
  return placed;
}

function firstFree(
  grid: Grid,
  bounds: Bounds,
  index: number,
  spots: LabelBox['spots'],
  width: number,
  height: number,
): PlacedLabel | null {
  for (const [x, y] of spots) {
    const label = { index, x, y, width, height };
    if (inside(label, bounds) && grid.isFree(label)) return label;
  }
  return null;
}

const inside = (box: PlacedLabel, bounds: Bounds): boolean =>
  box.x >= bounds.left &&
  box.y >= bounds.top &&
  box.x + box.width <= bounds.right &&
  box.y + box.height <= bounds.bottom;

/** True when two boxes are less than `gap` apart. */
const touches = (a: PlacedLabel, b: PlacedLabel, gap: number): boolean =>
  a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;

/** Which labels lie in which part of the screen. */
class Grid {
  readonly #bounds: Bounds;
  readonly #gap: number;
  readonly #columns: number;
  readonly #cells: (PlacedLabel[] | undefined)[] = [];

  constructor(bounds: Bounds, gap: number) {
    this.#bounds = bounds;
    this.#gap = gap;
    this.#columns = Math.ceil((bounds.right - bounds.left + 2 * gap) / CELL.width) + 1;
  }

  /** Whether nothing that was taken is nearer than the gap. */
  isFree(label: PlacedLabel): boolean {
    const last = this.#column(label.x + label.width);
    const lowest = this.#row(label.y + label.height);
    for (let row = this.#row(label.y); row <= lowest; row++)
      for (let column = this.#column(label.x); column <= last; column++)
        if (this.#isTaken(row * this.#columns + column, label)) return false;
    return true;
  }

  #isTaken(cell: number, label: PlacedLabel): boolean {
    const others = this.#cells[cell];
    if (!others) return false;
    for (const other of others) if (touches(label, other, this.#gap)) return true;
    return false;
  }

  /** Notes a label in all cells that it, with the gap around it, lies in. */
  take(label: PlacedLabel): void {
    const gap = this.#gap;
    const last = this.#column(label.x + label.width + gap);
    const lowest = this.#row(label.y + label.height + gap);
    for (let row = this.#row(label.y - gap); row <= lowest; row++)
      for (let column = this.#column(label.x - gap); column <= last; column++)
        (this.#cells[row * this.#columns + column] ??= []).push(label);
  }

  #column(x: number): number {
    return Math.floor((x - this.#bounds.left + this.#gap) / CELL.width);
  }

  #row(y: number): number {
    return Math.floor((y - this.#bounds.top + this.#gap) / CELL.height);
  }
}
