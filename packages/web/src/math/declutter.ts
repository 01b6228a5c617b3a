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

/** About a label's size, so that one lies in a few cells and a cell holds a few; CSS pixels. */
const CELL = { width: 80, height: 24 } as const;

/**
 * Greedy: the best rank first, every further one at its first spot that is wholly in bounds and keeps its distance to
 * those before. A grid of cells tells which ones are near: O(candidates).
 *
 * @param most how many labels at most
 * @param gap distance kept between two labels, CSS pixels
 */
export function declutter(boxes: Iterable<LabelBox>, bounds: Bounds, most: number, gap: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const grid = new Grid(bounds, gap);
  for (const { index, spots, width, height } of boxes) {
    if (placed.length >= most) break;
    for (const [x, y] of spots) {
      const label = { index, x, y, width, height };
      if (!inside(label, bounds) || !grid.isFree(label)) continue;
      grid.take(label);
      placed.push(label);
      break;
    }
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

/** Which labels lie in which part of the screen. */
class Grid {
  readonly #bounds: Bounds;
  readonly #gap: number;
  readonly #columns: number;
  readonly #cells = new Map<number, PlacedLabel[]>();

  constructor(bounds: Bounds, gap: number) {
    this.#bounds = bounds;
    this.#gap = gap;
    this.#columns = Math.ceil((bounds.right - bounds.left + 2 * gap) / CELL.width) + 1;
  }

  /** Whether nothing that was taken is nearer than the gap. */
  isFree(label: PlacedLabel): boolean {
    return !this.#someCell(label, 0, (cell) =>
      (this.#cells.get(cell) ?? []).some((other) => touches(label, other, this.#gap)),
    );
  }

  take(label: PlacedLabel): void {
    this.#someCell(label, this.#gap, (cell) => {
      const list = this.#cells.get(cell);
      if (list) list.push(label);
      else this.#cells.set(cell, [label]);
      return false;
    });
  }

  /** Whether `test` holds for one of the cells that a box, with a margin around it, lies in. */
  #someCell(box: PlacedLabel, margin: number, test: (cell: number) => boolean): boolean {
    const { left, top } = this.#bounds;
    const column = (x: number) => Math.floor((x - left + this.#gap) / CELL.width);
    const row = (y: number) => Math.floor((y - top + this.#gap) / CELL.height);
    const [first, last] = [column(box.x - margin), column(box.x + box.width + margin)];
    for (let r = row(box.y - margin); r <= row(box.y + box.height + margin); r++)
      for (let c = first; c <= last; c++) if (test(r * this.#columns + c)) return true;
    return false;
  }
}
