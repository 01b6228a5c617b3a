/** Forces other than repulsion, gathered node by node: every node sums its own, so nothing is written twice. O(n + m), no allocation. */
import { type KernelGraph, NODE_FLAG } from '../kernel.ts';

/** Rows of neighbours with a number for each entry. */
type Rows = Pick<KernelGraph, 'nodes' | 'offsets' | 'neighbours' | 'stiffness'>;

/**
 * Adds the springs to `forces`: the pull of an edge is stiffness x length / (1 + length)^(3/4), so it hardly grows with
 * the length and long edges between clusters do not draw them into one ball (A. Noack: Energy models for graph
 * clustering, 2007).
 */
export function addSprings(graph: Rows, positions: Float32Array, forces: Float32Array, strength: number): void {
  const { nodes, offsets, neighbours, stiffness } = graph;
  for (let i = 0; i < nodes; i++) {
    const p = i * 3;
    const px = positions[p]!;
    const py = positions[p + 1]!;
    const pz = positions[p + 2]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const q = neighbours[e]! * 3;
      const dx = positions[q]! - px;
      const dy = positions[q + 1]! - py;
      const dz = positions[q + 2]! - pz;
      // (1 + length)^(3/4) by two roots; a power or a logarithm costs four times as much.
      const root = Math.sqrt(1 + Math.sqrt(dx * dx + dy * dy + dz * dz));
      const pull = stiffness[e]! / (root * Math.sqrt(root));
      fx += pull * dx;
      fy += pull * dy;
      fz += pull * dz;
    }
    forces[p]! += strength * fx;
    forces[p + 1]! += strength * fy;
    forces[p + 2]! += strength * fz;
  }
}

/**
 * Adds attraction that grows with the square of the length, per unit of mass: `stiffness x length^2 / mass`. It keeps
 * edges of equal length, so distances in space follow distances in the graph (Fruchterman and Reingold, 1991).
 */
export function addQuadraticAttraction(
  graph: Rows & Pick<KernelGraph, 'masses'>,
  positions: Float32Array,
  forces: Float32Array,
): void {
  const { nodes, offsets, neighbours, stiffness, masses } = graph;
  for (let i = 0; i < nodes; i++) {
    const p = i * 3;
    const px = positions[p]!;
    const py = positions[p + 1]!;
    const pz = positions[p + 2]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const q = neighbours[e]! * 3;
      const dx = positions[q]! - px;
      const dy = positions[q + 1]! - py;
      const dz = positions[q + 2]! - pz;
      const pull = stiffness[e]! * Math.sqrt(dx * dx + dy * dy + dz * dz);
      fx += pull * dx;
      fy += pull * dy;
      fz += pull * dz;
    }
    const inverse = 1 / masses[i]!;
    forces[p]! += inverse * fx;
    forces[p + 1]! += inverse * fy;
    forces[p + 2]! += inverse * fz;
  }
}

/** Adds a pull to the centre that grows with the distance; loose nodes have a strength of their own. */
export function addGravity(
  flags: Uint8Array,
  positions: Float32Array,
  forces: Float32Array,
  centre: readonly number[],
  strength: number,
  looseStrength: number,
): void {
  for (let p = 0; p < positions.length; p++) {
    const node = (p / 3) | 0;
    const pull = flags[node]! & NODE_FLAG.loose ? looseStrength : strength;
    forces[p]! += pull * (centre[p - node * 3]! - positions[p]!);
  }
}

/** Adds a pull of every node to the mean of its group. */
export function addClusterPull(
  groups: Uint8Array,
  positions: Float32Array,
  forces: Float32Array,
  strength: number,
): void {
  const means = new Float64Array(256 * 3);
  const counts = new Uint32Array(256);
  for (const [node, group] of groups.entries()) {
    counts[group]!++;
    for (let axis = 0; axis < 3; axis++) means[group * 3 + axis]! += positions[node * 3 + axis]!;
  }
  for (let p = 0; p < means.length; p++) means[p]! /= Math.max(1, counts[(p / 3) | 0]!);
  for (let p = 0; p < positions.length; p++) {
    const node = (p / 3) | 0;
    forces[p]! += strength * (means[groups[node]! * 3 + (p - node * 3)]! - positions[p]!);
  }
}
