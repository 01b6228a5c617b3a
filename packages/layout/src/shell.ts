/**
 * Isolated nodes and small components. Without edges to the core, repulsion would drive them far out and everything else
 * would be drawn tiny; here each keeps a distance from the centre just outside the core, and only slides around it.
 */
import { findComponents } from './components.ts';
import type { Csr } from './csr.ts';

/** A component belongs to the core when it has at least this share of the largest one's nodes. */
const CORE_SHARE = 0.05;
/** Radius that holds nearly all of the core, in root mean square radii (a uniform ball has 1.29). */
const CORE_RADIUS = 1.35;
/** Least outer radius of the shell, in inner radii. */
const LEAST_OUTER = 1.1;
/** Volume that a loose node gets, in volumes of a core node. */
const LOOSE_VOLUME = 2;
/** Share of the way to its own distance that a loose component goes in a tick at full temperature. */
const RETURN_RATE = 0.2;
const GOLDEN_RATIO = 0.618033988749895;
const CORE = 0xffffffff;

/** Which nodes are loose, and where their components belong. */
export interface Shell {
  /** Loose component of each node, or 0xffffffff for a node of the core. */
  readonly looseOf: Uint32Array;
  /** For each loose component its depth in the shell: share of the shell's volume inside it, 0 .. 1. */
  readonly depths: Float32Array;
  readonly coreNodes: number;
}

/** Tells core and loose components apart. O(n + m). */
export function findShell(graph: Csr): Shell {
  const components = findComponents(graph);
  const largest = components.sizes.reduce((most, size) => Math.max(most, size), 0);
  const numbers = new Uint32Array(components.sizes.length).fill(CORE);
  let loose = 0;
  for (const [component, size] of components.sizes.entries()) {
    if (size < CORE_SHARE * largest) numbers[component] = loose++;
  }
  const looseOf = components.of.map((component) => numbers[component]!);
  const depths = new Float32Array(loose).fill(-1);
  let coreNodes = 0;
  for (const [node, component] of looseOf.entries()) {
    if (component === CORE) coreNodes++;
    // From the first node's index, not the component's number: a component keeps its place when the graph grows.
    else if (depths[component]! < 0) depths[component] = (node * GOLDEN_RATIO) % 1;
  }
  return { looseOf, depths, coreNodes };
}

/** True for a node of the core. */
export const isCore = (shell: Shell, node: number): boolean => shell.looseOf[node] === CORE;

/** Radius around the origin that holds nearly all of the core. At least that of one node. */
export function coreRadius(shell: Shell, positions: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < shell.looseOf.length; i++) {
    if (shell.looseOf[i] !== CORE) continue;
    const p = i * 3;
    squares += positions[p]! ** 2 + positions[p + 1]! ** 2 + positions[p + 2]! ** 2;
  }
  return CORE_RADIUS * Math.sqrt(squares / Math.max(1, shell.coreNodes)) + 1;
}

/** Distance from the origin at which a loose component belongs, for a core of the given radius. */
export function looseDistance(shell: Shell, component: number, radius: number): number {
  const looseNodes = shell.looseOf.length - shell.coreNodes;
  const inner = radius ** 3;
  const needed = inner * (1 + (LOOSE_VOLUME * looseNodes) / Math.max(1, shell.coreNodes));
  const outer = Math.max(needed, inner * LEAST_OUTER ** 3);
  return Math.cbrt(inner + shell.depths[component]! * (outer - inner));
}

/** Sums per loose component, reused from tick to tick. */
export interface ShellSums {
  /** Count, centre x, y, z, mean movement x, y, z. */
  readonly values: Float64Array;
}

const SUMS = 7;

export const createShellSums = (shell: Shell): ShellSums => ({ values: new Float64Array(shell.depths.length * SUMS) });

/**
 * Corrects the moves of loose nodes: of the common movement of a component its radial part is replaced by a pull to the
 * component's distance. Moves inside a component stay as they are. O(n), no allocation.
 *
 * @param moves displacements about to be added, x, y, z interleaved
 * @param limit greatest correction, layout units
 */
export function keepOnShell(
  shell: Shell,
  sums: ShellSums,
  positions: Float32Array,
  moves: Float32Array,
  radius: number,
  limit: number,
): void {
  if (shell.depths.length === 0) return;
  sumComponents(shell, sums.values, positions, moves);
  for (let component = 0; component < shell.depths.length; component++) {
    storeCorrection(sums.values, component * SUMS, looseDistance(shell, component, radius), limit);
  }
  for (let i = 0; i < shell.looseOf.length; i++) {
    if (shell.looseOf[i] === CORE) continue;
    const at = shell.looseOf[i]! * SUMS;
    moves[i * 3]! += sums.values[at + 4]!;
    moves[i * 3 + 1]! += sums.values[at + 5]!;
    moves[i * 3 + 2]! += sums.values[at + 6]!;
  }
}

function sumComponents(shell: Shell, values: Float64Array, positions: Float32Array, moves: Float32Array): void {
  values.fill(0);
  for (let i = 0; i < shell.looseOf.length; i++) {
    if (shell.looseOf[i] === CORE) continue;
    const at = shell.looseOf[i]! * SUMS;
    values[at]!++;
    for (let axis = 0; axis < 3; axis++) {
      values[at + 1 + axis]! += positions[i * 3 + axis]!;
      values[at + 4 + axis]! += moves[i * 3 + axis]!;
    }
  }
}

/** Replaces the mean movement by what has to be added to it. */
function storeCorrection(values: Float64Array, at: number, target: number, limit: number): void {
  const count = values[at]!;
  const x = values[at + 1]! / count;
  const y = values[at + 2]! / count;
  const z = values[at + 3]! / count;
  const distance = Math.sqrt(x * x + y * y + z * z) + 1e-9;
  const radial = (values[at + 4]! * x + values[at + 5]! * y + values[at + 6]! * z) / (count * distance);
  const wanted = Math.max(-limit, Math.min(limit, RETURN_RATE * (target - distance)));
  const factor = (wanted - radial) / distance;
  values[at + 4] = factor * x;
  values[at + 5] = factor * y;
  values[at + 6] = factor * z;
}
