/** Tree, scratch and the decision when to sort anew, bundled. */
import { createRepulsionScratch, repulse, type RepulsionScratch, type RepulsionSettings } from './repulsion.ts';
import { levelThresholds } from '../accuracy.ts';
import { createTree, type PackedTree, refitTree, resortTree, spreadRatio } from './tree.ts';

/**
 * A stale order makes a step up to 14 times slower, so the order is renewed as soon as the work exceeds this multiple of
 * the work right after the last sort. Work is counted, not timed: the same calls give the same positions.
 */
const STALE_WORK = 1.25;

/** How to sum; theta stands for the thresholds of all levels. */
export interface FarFieldSettings extends Omit<RepulsionSettings, 'radii' | 'thresholds'> {
  readonly theta: number;
}

/** Repulsion of a fixed number of nodes, to be evaluated again and again. */
export class FarField {
  readonly #tree: PackedTree;
  readonly #scratch: RepulsionScratch;
  readonly #masses: Float32Array;
  readonly #radii: Float32Array | undefined;
  readonly #slotRadii: Float32Array;
  #freshWork = 0;
  #work = Infinity;
  #spread = 0;

  /** @param masses one per node, at least one node, all > 0 */
  constructor(masses: Float32Array, radii?: Float32Array) {
    this.#masses = masses;
    this.#radii = radii;
    this.#slotRadii = new Float32Array(radii?.length ?? 0);
    this.#tree = createTree(masses.length);
    this.#scratch = createRepulsionScratch(this.#tree);
  }

  /** Nodes have moved further than the order can stand: sort before the next evaluation. */
  disorder(): void {
    this.#work = Infinity;
  }

  /** Writes the repulsion at `positions` into `forces`; both x, y, z interleaved, length 3n. */
  evaluate(positions: Float32Array, forces: Float32Array, settings: FarFieldSettings): void {
    const stale = this.#work > STALE_WORK * this.#freshWork;
    if (stale) resortTree(this.#tree, positions);
    refitTree(this.#tree, positions, this.#masses);
    for (let slot = 0; slot < this.#slotRadii.length; slot++) {
      this.#slotRadii[slot] = this.#radii![this.#tree.order[slot]!]!;
    }
    if (stale) this.#spread = spreadRatio(this.#tree);
    const thresholds = levelThresholds(settings.theta, this.#tree.depth, this.#spread);
    this.#work = repulse(this.#tree, this.#scratch, forces, { ...settings, thresholds, radii: this.#slotRadii });
    if (stale) this.#freshWork = this.#work;
  }
}
