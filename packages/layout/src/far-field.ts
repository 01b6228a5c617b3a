/** Tree, scratch and the decision when to sort anew, bundled: what a level of the start and the ticks both need. */
import { createRepulsionScratch, repulse, type RepulsionScratch } from './repulsion.ts';
import { createTree, refitTree, resortTree, type PackedTree } from './tree.ts';

/**
 * A stale order makes a tick up to 14 times slower, so the order is renewed as soon as the work exceeds this multiple of
 * the work right after the last sort. Work is counted, not timed: the same calls give the same positions.
 */
const STALE_WORK = 1.25;

/** Repulsion of a fixed number of nodes, to be evaluated again and again. */
export class FarField {
  readonly #tree: PackedTree;
  readonly #scratch: RepulsionScratch;
  readonly #masses: Float32Array;
  readonly #range: number;
  readonly #staleWork: number;
  #freshWork = 0;
  #work = Infinity;

  /**
   * @param masses one per node, at least one node, all > 0
   * @param sorting `always` where nodes move further between two evaluations than they are apart
   */
  constructor(masses: Float32Array, sorting: 'always' | 'when stale' = 'when stale') {
    this.#masses = masses;
    this.#staleWork = sorting === 'always' ? 0 : STALE_WORK;
    this.#range = rangeFor(masses.reduce((sum, mass) => sum + mass, 0));
    this.#tree = createTree(masses.length);
    this.#scratch = createRepulsionScratch(this.#tree);
  }

  /** Writes the repulsion at `positions` into `forces`; both x, y, z interleaved, length 3n. */
  evaluate(positions: Float32Array, forces: Float32Array, theta: number, strength: number): void {
    const stale = this.#work > this.#staleWork * this.#freshWork;
    if (stale) resortTree(this.#tree, positions);
    refitTree(this.#tree, positions, this.#masses);
    this.#work = repulse(this.#tree, this.#scratch, forces, theta, strength, this.#range);
    if (stale) this.#freshWork = this.#work;
  }
}

/** Masses of n nodes that all count the same. */
export const unitMasses = (nodes: number): Float32Array => new Float32Array(nodes).fill(1);

/** On small graphs a shorter range warps grids and trees. */
const LEAST_RANGE = 8;

/**
 * Distance at which the near and the far term of the repulsion are equal, for n nodes in all: half the radius that they
 * fill at unit density, near enough. Both figures were chosen by stress and neighbourhood preservation, on WordNet and on
 * the graphs of the conformance suite.
 */
export const rangeFor = (nodes: number): number => Math.max(LEAST_RANGE, Math.cbrt(nodes) / 2);
