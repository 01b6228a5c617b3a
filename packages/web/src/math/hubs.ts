/** The nodes worth a name when nobody has asked for one. */
import { REMOVED_GROUP } from '@vortexflow/protocol';
import { nodeRadius } from './appearance.ts';
import { focalLength, type Viewport } from './camera.ts';
import type { Matrix } from './matrix.ts';
import type { Pickable } from './picking.ts';

/** Steps a CSS pixel of radius is cut into, and how many there are: radii of 64 pixels and more count the same. */
const STEPS_PER_PIXEL = 32;
const STEPS = 2048;
/** About a name's size: someone for every place that a name could have; CSS pixels. */
const CELL = { width: 64, height: 24 } as const;
const NOBODY = -1;
const OFF_SCREEN = -1;

/** Nodes as they are on the screen. */
export interface HubView extends Pickable {
  readonly matrix: Matrix;
  readonly viewport: Viewport;
  /** Nodes further from the eye than this do not count, layout units. */
  readonly depth: number;
}

/**
 * Finds the nodes on the screen that look largest: from afar the hubs of the whole graph, near by those at hand; and
 * the largest in each part of the screen, as the largest of all crowd together and leave the rest without a name. O(n),
 * in slices, so that a picture pays for a part of it only; two bytes of memory a node, kept for the next search.
 */
export class HubSearch {
  #ranks = new Uint16Array(0);
  readonly #counts = new Uint32Array(STEPS);
  /** The node of the largest size in each cell of the screen, rows of cells from below. */
  #champions = new Int32Array(0);
  #columns = 0;
  /** Distance from the eye along the line of sight of the node that #cellOf has looked at last. */
  #depth = 0;
  #next = 0;

  /** Starts anew, for a graph of so many nodes. */
  start(nodes: number): void {
    if (this.#ranks.length === nodes) this.#ranks.fill(0);
    else this.#ranks = new Uint16Array(nodes);
    this.#counts.fill(0);
    this.#champions.fill(NOBODY);
    this.#next = 0;
  }

  /** Looks at the next nodes, `many` at most. @returns whether all have been looked at */
  look(view: HubView, many: number): boolean {
    const { matrix, sizes, groups } = view;
    this.#cover(view.viewport);
    const focal = focalLength(view.viewport) * view.spacing * STEPS_PER_PIXEL;
    const radii = Float64Array.from({ length: 256 }, (_, size) => nodeRadius(size) * focal);
    const end = Math.min(this.#ranks.length, this.#next + many);
    for (let i = this.#next; i < end; i++) {
      if (groups[i] === REMOVED_GROUP) continue;
      const cell = this.#cellOf(view, matrix, i);
      const w = this.#depth;
      if (cell === OFF_SCREEN || w > view.depth) continue;
      const rank = Math.max(1, Math.min(STEPS - 1, Math.round(radii[sizes[i]!]! / w)));
      this.#ranks[i] = rank;
      this.#counts[rank]!++;
      const champion = this.#champions[cell]!;
      // By their own size, not as they look: else equals would take turns while the picture turns.
      if (champion === NOBODY || sizes[i]! > sizes[champion]!) this.#champions[cell] = i;
    }
    this.#next = end;
    return end === this.#ranks.length;
  }

  /** @param most how many at most @returns indices, largest first, equals by index */
  best(most: number): number[] {
    const ranks = this.#ranks;
    let least = STEPS;
    for (let seen = 0; least > 1 && seen < most;) seen += this.#counts[--least]!;
    const picked: number[] = [];
    for (let i = 0; i < ranks.length; i++) if (ranks[i]! >= least) picked.push(i);
    return this.#sorted(picked).slice(0, most);
  }

  /** The node of the largest size, or the first of them, in each part of the screen, parts the size of a name. @returns indices, those first that look largest */
  everywhere(): number[] {
    return this.#sorted([...this.#champions].filter((index) => index !== NOBODY));
  }

  #sorted(indices: number[]): number[] {
    return indices.sort((a, b) => this.#ranks[b]! - this.#ranks[a]! || a - b);
  }

  /** Makes cells for a screen; when its size has changed, those of the nodes already seen are forgotten. */
  #cover({ width, height }: Viewport): void {
    const columns = Math.ceil(width / CELL.width) + 1;
    const cells = columns * (Math.ceil(height / CELL.height) + 1);
    if (columns === this.#columns && cells === this.#champions.length) return;
    this.#columns = columns;
    this.#champions = new Int32Array(cells).fill(NOBODY);
  }

  /** The cell of the screen that a node is in, or OFF_SCREEN. */
  #cellOf({ from, to, blend, viewport }: HubView, m: Matrix, i: number): number {
    const p = i * 3;
    const x = from[p]! + (to[p]! - from[p]!) * blend;
    const y = from[p + 1]! + (to[p + 1]! - from[p + 1]!) * blend;
    const z = from[p + 2]! + (to[p + 2]! - from[p + 2]!) * blend;
    const w = m[3]! * x + m[7]! * y + m[11]! * z + m[15]!;
    if (!(w > 0)) return OFF_SCREEN;
    const across = (m[0]! * x + m[4]! * y + m[8]! * z + m[12]!) / w;
    const up = (m[1]! * x + m[5]! * y + m[9]! * z + m[13]!) / w;
    if (Math.abs(across) > 1 || Math.abs(up) > 1) return OFF_SCREEN;
    this.#depth = w;
    const column = Math.floor(((across + 1) / 2) * (viewport.width / CELL.width));
    const row = Math.floor(((up + 1) / 2) * (viewport.height / CELL.height));
    return row * this.#columns + column;
  }
}

/** Median length of an edge, looking at 2,000 at most. @param positions x, y, z interleaved @returns layout units, > 0 */
export function typicalEdge(edges: Uint32Array, positions: Float32Array): number {
  const step = Math.max(1, Math.floor(edges.length / 2 / 2000));
  const lengths: number[] = [];
  for (let e = 0; e < edges.length / 2; e += step) {
    const [a, b] = [edges[e * 2]! * 3, edges[e * 2 + 1]! * 3];
    const length = Math.hypot(
      positions[a]! - positions[b]!,
      positions[a + 1]! - positions[b + 1]!,
      positions[a + 2]! - positions[b + 2]!,
    );
    if (length > 0) lengths.push(length);
  }
  return lengths.sort((a, b) => a - b)[lengths.length >> 1] ?? 1;
}
