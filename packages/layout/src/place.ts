/** Where nodes begin: all of them by the multilevel start, or single ones beside their neighbours. */
import type { Random } from '@vortexflow/primitives';
import { buildCsr, type Csr } from './csr.ts';
import type { LayoutParameters } from './engine.ts';
import { addJitter } from './jitter.ts';
import { multilevelStart } from './multilevel.ts';
import { scaleToBalance } from './scale.ts';
import { coreRadius, isCore, looseDistance, type Shell } from './shell.ts';

/** Distance at which a node starts from the middle of its neighbours, layout units. */
const BESIDE = 1;
/** How far nodes that were given the same position are moved apart, layout units. */
const APART = 0.05;

/** Places all nodes: the core by the multilevel start, loose components around it. Length 3n. */
export function placeAll(graph: Csr, shell: Shell, random: Random, parameters: LayoutParameters): Float32Array {
  const positions = new Float32Array(graph.nodes * 3).fill(NaN);
  const nodes = Uint32Array.from({ length: graph.nodes }, (_, i) => i).filter((i) => isCore(shell, i));
  const core = nodes.length === graph.nodes ? graph : subgraph(graph, nodes);
  const placed = multilevelStart(core, random, parameters);
  centre(placed);
  scaleToBalance(core, placed, parameters);
  for (const [index, node] of nodes.entries()) positions.set(placed.subarray(index * 3, index * 3 + 3), node * 3);
  placeMissing(graph, shell, positions, random);
  return positions;
}

function subgraph(graph: Csr, nodes: Uint32Array): Csr {
  const indexOf = new Uint32Array(graph.nodes);
  for (const [index, node] of nodes.entries()) indexOf[node] = index;
  const edges: number[] = [];
  for (const node of nodes) {
    for (let e = graph.offsets[node]!; e < graph.offsets[node + 1]!; e++) {
      const other = graph.neighbours[e]!;
      if (other > node) edges.push(indexOf[node]!, indexOf[other]!);
    }
  }
  return buildCsr(nodes.length, Uint32Array.from(edges));
}

function centre(positions: Float32Array): void {
  for (let axis = 0; axis < 3; axis++) {
    let sum = 0;
    for (let p = axis; p < positions.length; p += 3) sum += positions[p]!;
    const middle = (3 * sum) / positions.length;
    for (let p = axis; p < positions.length; p += 3) positions[p]! -= middle;
  }
}

/**
 * Places in `positions` every node that is NaN: at the mean of its placed neighbours with a little jitter, wave by wave;
 * a component without any placed node begins around the core. O(n + m).
 */
export function placeMissing(graph: Csr, shell: Shell, positions: Float32Array, random: Random): void {
  const radius = radiusOfPlaced(shell, positions);
  spread(graph, positions, frontOf(graph, positions), random);
  for (let node = 0; node < graph.nodes; node++) {
    if (!Number.isNaN(positions[node * 3]!)) continue;
    placeAround(shell, node, radius, positions, random);
    spread(graph, positions, unplacedNeighbours(graph, positions, [node]), random);
  }
}

function radiusOfPlaced(shell: Shell, positions: Float32Array): number {
  const known = positions.map((value) => (Number.isNaN(value) ? 0 : value));
  return coreRadius(shell, known);
}

function placeAround(shell: Shell, node: number, radius: number, positions: Float32Array, random: Random): void {
  const at = node * 3;
  const distance = isCore(shell, node) ? radius : looseDistance(shell, shell.looseOf[node]!, radius);
  positions.fill(0, at, at + 3);
  addJitter(positions, at, 1, random);
  const length = Math.hypot(positions[at]!, positions[at + 1]!, positions[at + 2]!) + 1e-9;
  for (let axis = 0; axis < 3; axis++) positions[at + axis]! *= distance / length;
}

function frontOf(graph: Csr, positions: Float32Array): number[] {
  const front: number[] = [];
  for (let node = 0; node < graph.nodes; node++) {
    if (Number.isNaN(positions[node * 3]!) && hasPlacedNeighbour(graph, positions, node)) front.push(node);
  }
  return front;
}

function hasPlacedNeighbour({ offsets, neighbours }: Csr, positions: Float32Array, node: number): boolean {
  for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
    if (!Number.isNaN(positions[neighbours[e]! * 3]!)) return true;
  }
  return false;
}

function spread(graph: Csr, positions: Float32Array, front: number[], random: Random): void {
  while (front.length > 0) {
    // Means first, then places: a wave must not depend on the order within it.
    const means = front.map((node) => meanOfPlaced(graph, positions, node));
    for (const [k, node] of front.entries()) {
      positions.set(means[k]!, node * 3);
      addJitter(positions, node * 3, BESIDE, random);
    }
    front = unplacedNeighbours(graph, positions, front);
  }
}

function meanOfPlaced({ offsets, neighbours }: Csr, positions: Float32Array, node: number): [number, number, number] {
  const mean: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
    const p = neighbours[e]! * 3;
    if (Number.isNaN(positions[p]!)) continue;
    for (let axis = 0; axis < 3; axis++) mean[axis]! += positions[p + axis]!;
    count++;
  }
  return [mean[0] / count, mean[1] / count, mean[2] / count];
}

function unplacedNeighbours({ offsets, neighbours }: Csr, positions: Float32Array, nodes: number[]): number[] {
  const found = new Set<number>();
  for (const node of nodes) {
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      if (Number.isNaN(positions[neighbours[e]! * 3]!)) found.add(neighbours[e]!);
    }
  }
  return [...found];
}

/** Moves nodes that share one position a little apart: equal positions would stay equal for ever. */
export function separateCoincident(positions: Float32Array, random: Random): void {
  const taken = new Set<string>();
  for (let p = 0; p < positions.length; p += 3) {
    const place = `${positions[p]},${positions[p + 1]},${positions[p + 2]}`;
    if (taken.has(place)) addJitter(positions, p, APART, random);
    else taken.add(place);
  }
}
