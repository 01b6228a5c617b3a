/** Where nodes begin: all of them by the multilevel start, or single ones beside their neighbours. */
import type { Random } from '@vortexflow/primitives';
import { type Csr, stiffnessOf, subgraph, type WeightedCsr } from './csr.ts';
import { addJitter } from './jitter.ts';
import { type KernelStep, looseDistance, NODE_FLAG } from './kernel.ts';
import { scatter, unmarked } from './layout-state.ts';
import { momentsOf } from './moments.ts';
import { multilevelStart, type StartOptions } from './multilevel.ts';
import { balancingScale } from './scale.ts';

/** Distance at which a node starts from the middle of its neighbours, layout units. */
const BESIDE = 1;
/** How far nodes that were given the same position are moved apart, layout units. */
const APART = 0.05;

/** Places all nodes: the core by the multilevel start, loose components around it. Length 3n. */
export async function placeAll(graph: WeightedCsr, flags: Uint8Array, options: StartOptions): Promise<Float32Array> {
  const core = unmarked(flags, NODE_FLAG.loose);
  const whole = core.length === graph.nodes;
  const coreGraph = whole ? graph : subgraph(graph, core);
  const around = (placed: Float32Array): Float32Array => {
    const positions = new Float32Array(graph.nodes * 3).fill(NaN);
    scatter(positions, core, placed);
    placeMissing(graph, flags, positions, options);
    return positions;
  };
  const { onPicture } = options;
  const placed = await multilevelStart(coreGraph, {
    ...options,
    ...(onPicture && { onPicture: (rough: Float32Array) => onPicture(around(rough)) }),
  });
  centre(placed);
  const scale = await scaleFor(coreGraph, placed, options);
  return around(placed.map((value) => value * scale));
}

async function scaleFor(graph: WeightedCsr, positions: Float32Array, { kernel, step }: StartOptions): Promise<number> {
  const { nodes, offsets, neighbours } = graph;
  const kernelGraph = {
    nodes,
    offsets,
    neighbours,
    stiffness: stiffnessOf(graph),
    masses: new Float32Array(nodes).fill(1),
    flags: new Uint8Array(nodes),
    positions,
  };
  await kernel.load(kernelGraph);
  return balancingScale(kernel, kernelGraph, step);
}

function centre(positions: Float32Array): void {
  const { mean } = momentsOf(positions, new Uint8Array(positions.length / 3));
  for (let p = 0; p < positions.length; p++) positions[p]! -= mean[p % 3]!;
}

/** What single nodes are placed with. */
type PlaceOptions = Pick<StartOptions, 'random'> & { readonly step: Pick<KernelStep, 'flat'> };

/**
 * Places in `positions` every node that is NaN: at the mean of its placed neighbours with a little jitter, wave by wave;
 * a component without any placed node begins around the rest. O(n + m).
 */
export function placeMissing(graph: Csr, flags: Uint8Array, positions: Float32Array, options: PlaceOptions): void {
  const radius = radiusOfPlaced(flags, positions);
  spread(graph, positions, frontOf(graph, positions), options);
  for (let node = 0; node < graph.nodes; node++) {
    if (!Number.isNaN(positions[node * 3]!)) continue;
    const distance = flags[node]! & NODE_FLAG.loose ? looseDistance(radius) : radius;
    placeAround(node, distance, positions, options);
    spread(graph, positions, unplacedNeighbours(graph, positions, [node]), options);
  }
}

function radiusOfPlaced(flags: Uint8Array, positions: Float32Array): number {
  const unplaced = flags.map((flag, node) => (Number.isNaN(positions[node * 3]!) ? NODE_FLAG.loose : flag));
  return unplaced.every((flag) => flag & NODE_FLAG.loose) ? 1 : momentsOf(positions, unplaced).radius;
}

function placeAround(node: number, distance: number, positions: Float32Array, { random, step }: PlaceOptions): void {
  const at = node * 3;
  positions.fill(0, at, at + 3);
  addJitter(positions, at, 1, random, step.flat);
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

function spread(graph: Csr, positions: Float32Array, front: number[], { random, step }: PlaceOptions): void {
  while (front.length > 0) {
    // Means first, then places: a wave must not depend on the order within it.
    const means = front.map((node) => meanOfPlaced(graph, positions, node));
    for (const [k, node] of front.entries()) {
      positions.set(means[k]!, node * 3);
      addJitter(positions, node * 3, BESIDE, random, step.flat);
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
export function separateCoincident(positions: Float32Array, random: Random, flat: boolean): void {
  const taken = new Set<string>();
  for (let p = 0; p < positions.length; p += 3) {
    const place = `${positions[p]},${positions[p + 1]},${positions[p + 2]}`;
    if (taken.has(place)) addJitter(positions, p, APART, random, flat);
    else taken.add(place);
  }
}
