/** Graphs for tests of kernels: places with a shape, edges, flags, groups and radii. */
import { seededRandom, type Random } from '@vortexflow/primitives';
import type { KernelGraph, KernelStep } from '../kernel.ts';

const NODES = 500;

type Place = (random: Random, i: number) => readonly [number, number, number];

const inCube =
  (side: number): Place =>
  (random) => [side * random(), side * random(), side * random()];

/** Where 500 nodes are, in shapes that are hard on trees. */
export const SHAPES: Readonly<Record<string, Place>> = {
  'a cube': inCube(8),
  'a line': (random, i) => [i + 0.4 * random(), 0, 0],
  'a plane': (random) => [20 * random(), 20 * random(), 0],
  'one far outlier': (random, i) => (i === 0 ? [1e4, 0, 0] : inCube(8)(random, i)),
  'two far clusters': (random, i) => {
    const [x, y, z] = inCube(6)(random, i);
    return [x + (i % 2) * 1000, y, z];
  },
  'coincident groups': (_, i) => [4 * (i % 5), 3 * (i % 3), 0],
  'one spot': () => [1, 2, 3],
};

/** Points of mass 1 without edges. */
export function pointsOf(place: Place, nodes = NODES, random: Random = seededRandom(1)): KernelGraph {
  return {
    nodes,
    offsets: new Uint32Array(nodes + 1),
    neighbours: new Uint32Array(),
    stiffness: new Float32Array(),
    masses: new Float32Array(nodes).fill(1),
    flags: new Uint8Array(nodes),
    positions: Float32Array.from(Array.from({ length: nodes }, (_, i) => place(random, i)).flat()),
  };
}

/** The graph with edges, each in both rows, of stiffness 0.5 and more. */
function withEdges(graph: KernelGraph, edges: readonly (readonly [number, number])[]): KernelGraph {
  const rows: number[][] = Array.from({ length: graph.nodes }, () => []);
  for (const [a, b] of edges) {
    rows[a]!.push(b);
    rows[b]!.push(a);
  }
  const offsets = new Uint32Array(graph.nodes + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i]! + row.length;
  const neighbours = Uint32Array.from(rows.flat());
  return { ...graph, offsets, neighbours, stiffness: Float32Array.from(neighbours, (j) => 0.5 + (j % 3)) };
}

/** One node joined to all others. */
export const starGraph = (nodes = NODES): KernelGraph =>
  withEdges(
    pointsOf(inCube(10), nodes),
    Array.from({ length: nodes - 1 }, (_, i) => [0, i + 1] as const),
  );

/** A star, a path and isolated nodes, unequal masses, loose and pinned nodes, groups and radii. */
export function mixedGraph(nodes = NODES): KernelGraph {
  const random = seededRandom(7);
  const star = Array.from({ length: nodes >> 2 }, (_, i) => [0, i + 1] as const);
  const path = Array.from({ length: nodes >> 2 }, (_, i) => [(nodes >> 2) + i, (nodes >> 2) + i + 1] as const);
  return {
    ...withEdges(pointsOf(inCube(10), nodes, random), [...star, ...path]),
    masses: Float32Array.from({ length: nodes }, () => 0.5 + random()),
    flags: Uint8Array.from({ length: nodes }, (_, i) => (i % 7 === 0 ? 1 : 0) | (i % 11 === 0 ? 2 : 0)),
    groups: Uint8Array.from({ length: nodes }, (_, i) => i % 5),
    radii: Float32Array.from({ length: nodes }, () => 0.2 + random()),
  };
}

/** A step with every force. */
export const FULL_STEP: KernelStep = {
  theta: 1.1,
  repulsion: 1,
  range: 8,
  spring: 2,
  gravity: 0.05,
  cluster: 0.1,
  collision: 0.7,
  limit: 0.5,
  anchored: false,
  flat: false,
};

/** The step with nothing but repulsion. */
export const REPULSION_STEP: KernelStep = { ...FULL_STEP, spring: 0, gravity: 0, cluster: 0, collision: 0 };
