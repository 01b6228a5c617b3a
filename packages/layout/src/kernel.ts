/**
 * The contract of a kernel: the part of an engine that moves the nodes. The engine above it owns the graph, the
 * temperature and the order of events; a kernel only computes, on flat arrays, wherever it can do so fast. Backends are
 * sibling files and pass the suite in `kernel-conformance.ts`; `cpu-ts` is the oracle of all others.
 *
 * One step moves every node once:
 *
 * - repulsion on i: `repulsion * sum over j of masses[j] * (1 / e + 1 / range^2) / e * (x[i] - x[j])`, with
 *   `e = |x[i] - x[j]|^2 + 0.01`, summed in O(n log n) with the error that `theta` allows;
 * - springs on i: `spring * sum over the row of i of stiffness * d / (1 + |d|)^(3/4)`, `d = x[j] - x[i]`;
 * - gravity: `gravity * (centre - x[i])`, centre being the mean of all nodes that are not loose, or the origin when
 *   `anchored`; for loose nodes `gravity` is replaced by {@link looseGravity}, which keeps them just outside the rest;
 * - cluster: `cluster * (mean of i's group - x[i])`;
 * - collision, for pairs nearer than `c = radii[i] + radii[j]`: `collision / 2 * (c - |d|) / |d| * (x[i] - x[j])`;
 * - the move: {@link STEP} tells how a force becomes a displacement; pinned nodes stay.
 */

/** Bits of {@link KernelGraph.flags}. */
export const NODE_FLAG = { loose: 1, pinned: 2 } as const;

/** Square of the distance below which repulsion stops growing, in layout units: keeps coincident nodes finite. */
export const SOFTENING_SQUARED = 0.01;

/**
 * A node goes `share x force`, at most `limit` far. The share starts at `first`, is cut by `cut` (not below `least`) when
 * the force points against that of the step before (negative dot product), and grows by `growth` (not above `most`)
 * otherwise, so stiff spots come to rest instead of shimmering (the sign rule of M. Riedmiller, H. Braun: RPROP, 1993).
 */
export const STEP = { first: 0.3, least: 0.02, most: 0.8, growth: 1.1, cut: 0.5 } as const;

/** Distance from the centre that loose nodes are kept at, in root mean square radii of the others, and layout units. */
const LOOSE_REACH = { radii: 1.6, added: 1 };

/**
 * Gravity of loose nodes: at the wanted distance it balances the far term of the repulsion of all others.
 *
 * @param mass of all nodes together
 * @param radius root mean square distance from the centre of the nodes that are not loose
 */
export function looseGravity(repulsion: number, range: number, mass: number, radius: number): number {
  return (repulsion * mass) / (range * looseDistance(radius)) ** 2;
}

/** Distance from the centre at which loose nodes belong. @param radius as in {@link looseGravity} */
export const looseDistance = (radius: number): number => LOOSE_REACH.radii * radius + LOOSE_REACH.added;

/** What a kernel works on. Nodes are in an order that keeps neighbours close. All arrays are the caller's. */
export interface KernelGraph {
  /** n >= 1. */
  readonly nodes: number;
  /** Length n + 1: the row of node i is `offsets[i] .. offsets[i + 1] - 1`. Every edge stands in two rows. */
  readonly offsets: Uint32Array;
  /** Length 2m. */
  readonly neighbours: Uint32Array;
  /** Length 2m: pull of that edge on the row's node; weights and degrees are worked in. >= 0. */
  readonly stiffness: Float32Array;
  /** Length n, > 0. */
  readonly masses: Float32Array;
  /** Length n, see {@link NODE_FLAG}. */
  readonly flags: Uint8Array;
  /** Length n: cluster of each node; absent when the graph has none. */
  readonly groups?: Uint8Array;
  /** Length n: radius that no other node should enter, layout units; absent when all are points. */
  readonly radii?: Float32Array;
  /** Length 3n, x, y, z interleaved, finite. */
  readonly positions: Float32Array;
}

/** Strengths and limits of one step. */
export interface KernelStep {
  /** Accuracy of the far field, 0.3 .. 1.5: larger is faster and coarser. */
  readonly theta: number;
  readonly repulsion: number;
  /** Distance at which the near and the far term of the repulsion are equal, layout units. */
  readonly range: number;
  readonly spring: number;
  readonly gravity: number;
  /** 0 where the graph has no groups. */
  readonly cluster: number;
  /** 0 where the graph has no radii. */
  readonly collision: number;
  /** Greatest move, layout units. */
  readonly limit: number;
  /** Gravity pulls to the origin instead of the mean: positions must not drift, as some nodes are pinned. */
  readonly anchored: boolean;
  /** Two dimensions: nothing moves along z. */
  readonly flat: boolean;
}

/** What a step did. */
export interface KernelReport {
  /** Mean distance moved in the last step, layout units. */
  readonly movement: number;
}

/** One kernel works on one graph at a time. Same graph and steps: same positions, bit for bit, on the same hardware. */
export interface Kernel {
  /** Name for people: `cpu-ts`, `cpu-wasm`, `webgpu`. */
  readonly backend: string;
  /**
   * Takes a graph instead of the one before and starts with fresh shares.
   * @throws MemoryLimitError (rejects) before anything is allocated when the graph does not fit the budget; the kernel keeps what it had
   */
  load(graph: KernelGraph): Promise<void>;
  /**
   * Moves all nodes `steps.length` times. Reports the last step.
   * @throws KernelLostError (rejects) when the hardware behind it is gone; the kernel is of no use then
   */
  run(steps: readonly KernelStep[]): Promise<KernelReport>;
  /** Repulsion, springs, gravity, cluster and collision on every node as the next step would compute them. Length 3n. */
  forces(step: KernelStep): Promise<Float32Array>;
  /** Positions, x, y, z interleaved, length 3n, finite. A copy or a view that the next call may overwrite. */
  read(): Promise<Float32Array>;
  /** Puts nodes elsewhere between steps, e.g. one that is dragged. @param places x, y, z of each, length 3k */
  place(nodes: Uint32Array, places: Float32Array): Promise<void>;
  /** Does beforehand what the next step will need of the present places; changes nothing but the time that takes. */
  prepare?(step: KernelStep): Promise<void>;
  /** Bytes held for the present graph. */
  readonly bytes: number;
  /** Frees everything. Disposing twice is harmless. */
  dispose(): Promise<void>;
}

/** A kernel that can go away at any time, with the hardware or the process behind it. */
export interface LosableKernel extends Kernel {
  /** Resolves with the reason when it has gone; never rejects. */
  readonly lost: Promise<Error>;
  /** Name of the hardware, for people. */
  readonly adapter: string;
}

/** A kernel that can also place the nodes of a graph that has no layout yet. */
export interface StartKernel extends Kernel {
  /**
   * One level of the multilevel start: `iterations` moves of every node along its force, however strong; the first one
   * `firstMove` long, the last a tenth of it. Attraction on i is `stiffness * d * |d| / masses[i]`; gravity pulls to the
   * origin. Repulsion and gravity are those of `step`, all else in it is left aside.
   */
  relax(step: KernelStep, iterations: number, firstMove: number): Promise<void>;
}

/** Thrown by {@link Kernel.load} when the graph would need more memory than the kernel may take. */
export class MemoryLimitError extends Error {
  override readonly name = 'MemoryLimitError';

  /** @param needed, limit bytes */
  constructor(needed: number, limit: number) {
    super(`the layout needs ${megabytes(needed)} MB, and ${megabytes(limit)} MB is the limit`);
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** Thrown when a device or process that computed is gone. */
export class KernelLostError extends Error {
  override readonly name = 'KernelLostError';
}
