/** What a kernel's forces should be: every sum over all pairs in 64 bits, as `kernel.ts` says it. The oracle of oracles. */
import { type KernelGraph, type KernelStep, looseGravity, NODE_FLAG, SOFTENING_SQUARED } from './kernel.ts';
import { momentsOf } from './moments.ts';

/**
 * Forces, x, y, z interleaved, on every node, or on some. O(n) each.
 *
 * @param nodes which; groups and gravity are of all
 */
export function exactForces(graph: KernelGraph, step: KernelStep, nodes?: readonly number[]): Float64Array {
  const all = allForces(graph, step, nodes);
  return nodes ? Float64Array.from(nodes.flatMap((node) => [...all.subarray(node * 3, node * 3 + 3)])) : all;
}

function allForces(graph: KernelGraph, step: KernelStep, nodes: readonly number[] | undefined): Float64Array {
  const forces = new Float64Array(graph.nodes * 3);
  for (const i of nodes ?? Array.from({ length: graph.nodes }, (_, node) => node)) {
    addExactRepulsion(graph, step, i, forces);
    addExactSprings(graph, step, i, forces);
  }
  addExactGravity(graph, step, forces);
  if (step.cluster > 0 && graph.groups) addExactClusters(graph, graph.groups, step, forces);
  if (step.flat) for (let p = 2; p < forces.length; p += 3) forces[p] = 0;
  return forces;
}

const delta = (positions: Float32Array, to: number, from: number): [number, number, number] => [
  positions[to * 3]! - positions[from * 3]!,
  positions[to * 3 + 1]! - positions[from * 3 + 1]!,
  positions[to * 3 + 2]! - positions[from * 3 + 2]!,
];

function add(forces: Float64Array, node: number, factor: number, [x, y, z]: readonly [number, number, number]): void {
  forces[node * 3]! += factor * x;
  forces[node * 3 + 1]! += factor * y;
  forces[node * 3 + 2]! += factor * z;
}

/** Repulsion and collision on one node. */
function addExactRepulsion(
  { nodes, positions, masses, radii }: KernelGraph,
  step: KernelStep,
  i: number,
  forces: Float64Array,
): void {
  const far = 1 / step.range ** 2;
  for (let j = 0; j < nodes; j++) {
    if (j === i) continue;
    const away = delta(positions, i, j);
    const squared = away[0] ** 2 + away[1] ** 2 + away[2] ** 2;
    const inverse = 1 / (squared + SOFTENING_SQUARED);
    add(forces, i, step.repulsion * masses[j]! * inverse * (inverse + far), away);
    const overlap = (radii?.[i] ?? 0) + (radii?.[j] ?? 0) - Math.sqrt(squared);
    if (step.collision === 0 || overlap <= 0 || squared === 0) continue;
    add(forces, i, ((step.collision / 2) * overlap) / Math.sqrt(squared), away);
  }
}

function addExactSprings(
  { offsets, neighbours, stiffness, positions }: KernelGraph,
  step: KernelStep,
  i: number,
  forces: Float64Array,
): void {
  for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
    const towards = delta(positions, neighbours[e]!, i);
    add(forces, i, (step.spring * stiffness[e]!) / (1 + Math.hypot(...towards)) ** 0.75, towards);
  }
}

function addExactGravity(
  { nodes, positions, masses, flags }: KernelGraph,
  step: KernelStep,
  forces: Float64Array,
): void {
  const { mean, radius } = momentsOf(positions, flags);
  const mass = masses.reduce((sum, one) => sum + one, 0);
  const loose = looseGravity(step.repulsion, step.range, mass, radius);
  const centre = step.anchored ? ([0, 0, 0] as const) : mean;
  for (let i = 0; i < nodes; i++) {
    const strength = flags[i]! & NODE_FLAG.loose ? loose : step.gravity;
    const own = [positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!] as const;
    add(forces, i, strength, [centre[0] - own[0], centre[1] - own[1], centre[2] - own[2]]);
  }
}

function addExactClusters(
  { nodes, positions }: KernelGraph,
  groups: Uint8Array,
  step: KernelStep,
  forces: Float64Array,
): void {
  for (const group of new Set(groups)) {
    const members = Array.from({ length: nodes }, (_, node) => node).filter((node) => groups[node] === group);
    const mean = [0, 1, 2].map(
      (axis) => members.reduce((sum, node) => sum + positions[node * 3 + axis]!, 0) / members.length,
    );
    for (const node of members) {
      const pull = [0, 1, 2].map((axis) => mean[axis]! - positions[node * 3 + axis]!) as [number, number, number];
      add(forces, node, step.cluster, pull);
    }
  }
}

/** Root mean square of the error over that of the exact forces. */
export function forceError(forces: Float32Array, exact: Float64Array): number {
  let errors = 0;
  let squares = 0;
  for (const [p, force] of exact.entries()) {
    errors += (forces[p]! - force) ** 2;
    squares += force ** 2;
  }
  return squares > 0 ? Math.sqrt(errors / squares) : Math.sqrt(errors);
}
