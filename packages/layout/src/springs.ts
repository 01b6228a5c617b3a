/** Forces along edges, gathered row by row: every node sums its own, so nothing is written twice. O(n + m), no allocation. */
import type { WeightedGraph } from './coarsen.ts';
import type { Csr } from './csr.ts';

/**
 * Adds the springs to `forces`: the pull of an edge is length / (1 + length)^(3/4), so it hardly grows with the length
 * and long edges between clusters do not draw them into one ball (A. Noack: Energy models for graph clustering, 2007).
 *
 * An edge has stiffness strength / min(degree, degree), of which each end takes the share of the other's degree: leaves
 * move, hubs stay, and no node is pulled with more than `strength` per unit of length.
 */
export function addSprings(graph: Csr, positions: Float32Array, forces: Float32Array, strength: number): void {
  const { nodes, offsets, neighbours } = graph;
  for (let i = 0; i < nodes; i++) {
    const begin = offsets[i]!;
    const end = offsets[i + 1]!;
    const degree = end - begin;
    const p = i * 3;
    const px = positions[p]!;
    const py = positions[p + 1]!;
    const pz = positions[p + 2]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let e = begin; e < end; e++) {
      const j = neighbours[e]!;
      const dx = positions[j * 3]! - px;
      const dy = positions[j * 3 + 1]! - py;
      const dz = positions[j * 3 + 2]! - pz;
      const otherDegree = offsets[j + 1]! - offsets[j]!;
      const share = otherDegree / ((degree + otherDegree) * (degree < otherDegree ? degree : otherDegree));
      // (1 + length)^(3/4) by two roots; a power or a logarithm costs four times as much.
      const root = Math.sqrt(1 + Math.sqrt(dx * dx + dy * dy + dz * dz));
      const pull = share / (root * Math.sqrt(root));
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
 * Adds attraction that grows with the square of the length, per unit of mass: `weight x length^2 / mass`. It keeps edges
 * of equal length, so distances in space follow distances in the graph (Fruchterman and Reingold, 1991).
 */
export function addQuadraticAttraction(graph: WeightedGraph, positions: Float32Array, forces: Float32Array): void {
  const { nodes, offsets, neighbours, weights, masses } = graph;
  for (let i = 0; i < nodes; i++) {
    const p = i * 3;
    const px = positions[p]!;
    const py = positions[p + 1]!;
    const pz = positions[p + 2]!;
    let fx = 0;
    let fy = 0;
    let fz = 0;
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const j = neighbours[e]!;
      const dx = positions[j * 3]! - px;
      const dy = positions[j * 3 + 1]! - py;
      const dz = positions[j * 3 + 2]! - pz;
      const pull = weights[e]! * Math.sqrt(dx * dx + dy * dy + dz * dz);
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

/** Adds a pull to the origin that grows with the distance. */
export function addGravity(positions: Float32Array, forces: Float32Array, strength: number): void {
  for (let p = 0; p < positions.length; p++) forces[p]! -= strength * positions[p]!;
}
