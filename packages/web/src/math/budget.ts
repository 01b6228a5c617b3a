/**
 * Level of detail: while the picture moves, as many edges are drawn as the machine manages at the target rate; at rest,
 * all. Edges are stored in random order, so that any prefix of them is a fair sample.
 */
import { clamp } from './matrix.ts';

const TARGET_MS = 34;
const LEAST = 0.03;
/** Where the first movement begins: a fast device is at the full number within a few frames. */
const FIRST = 0.3;
const RISE = 1.3;
const DROP = 0.3;
/** Between these shares of the target nothing changes, so that the number of edges does not flutter. */
const BAND = [0.75, 1.2] as const;
/** So many late frames in a row, with the fewest edges, make the picture coarse. */
const LATE_FRAMES = 3;
/** With so many edges in time, a coarse picture may be fine again. */
const EASY = 0.6;

export class EdgeBudget {
  #share = FIRST;
  #late = 0;
  #coarse = false;

  /** Share of the edges to draw while moving, LEAST .. 1. */
  get share(): number {
    return this.#share;
  }

  /** True when even the fewest edges were too much, so that the resolution has to give way as well. */
  get coarse(): boolean {
    return this.#coarse;
  }

  /** @param interval ms between the last two frames of one movement */
  measured(interval: number): void {
    const ratio = interval / TARGET_MS;
    this.#late = ratio > BAND[1] && this.#share === LEAST ? this.#late + 1 : 0;
    if (ratio < BAND[0] || ratio > BAND[1]) this.#share = clamp(this.#share * clamp(1 / ratio, DROP, RISE), LEAST, 1);
    this.#coarse = this.#coarse ? this.#share < EASY : this.#late >= LATE_FRAMES;
  }
}
