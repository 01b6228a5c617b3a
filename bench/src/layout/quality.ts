/** How good a layout of a large graph is, by samples; of the largest component only, as no layout can place the rest wrongly. */
import { type Adjacency, buildAdjacency, distancesFrom, findComponents, KdTree } from '@vortexflow/graph';
import { type Random, seededRandom } from '@vortexflow/primitives';
import type { BenchGraph } from './graph.ts';

/** Breadth-first searches whose pairs are looked at. */
const SOURCES = 48;
/** Nodes whose neighbourhoods are looked at. */
const SAMPLED_NODES = 1000;

export interface LayoutQuality {
  /** 0 perfect, 1 the worst; over pairs of sampled nodes with all others. */
  readonly stress: number;
  /** 1 perfect, 0 the worst; over sampled nodes. */
  readonly preservation: number;
  /** Nodes of the largest component. */
  readonly nodes: number;
}

/** A layout's part of the largest component. */
interface Drawn {
  readonly graph: Adjacency;
  /** x, y, z interleaved. */
  readonly positions: Float32Array;
}

/**
 * Both measures; the same sample for the same seed and graph, whoever made the layout.
 * @param positions x, y, z interleaved, length 3n
 */
export function measureQuality(graph: BenchGraph, positions: Float32Array, seed = 1): LayoutQuality {
  const drawn = largestComponent(graph, positions);
  const stress = sampledStress(drawn, seededRandom(seed));
  return { stress, preservation: sampledPreservation(drawn, seededRandom(seed)), nodes: drawn.graph.nodes };
}

function largestComponent({ nodes, edges }: BenchGraph, positions: Float32Array): Drawn {
  const { of, sizes } = findComponents(buildAdjacency(nodes, edges));
  const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size), 0));
  const numbers = new Uint32Array(nodes);
  let count = 0;
  const placed = new Float32Array((sizes[largest] ?? 0) * 3);
  for (let node = 0; node < nodes; node++) {
    if (of[node] !== largest) continue;
    placed.set(positions.subarray(3 * node, 3 * node + 3), 3 * count);
    numbers[node] = count++;
  }
  // Both ends of an edge are in the same component.
  const own = edges.filter((node) => of[node] === largest).map((node) => numbers[node] as number);
  return { graph: buildAdjacency(count, own), positions: placed };
}

/**
 * Normalised stress: the mean of (s x distance / hops - 1)^2 at the scale s that makes it least, over all pairs of
 * sampled nodes with every node that they reach (E. Gansner, Y. Koren, S. North: Graph drawing by stress majorization,
 * 2004). With r = distance / hops that least mean is 1 - (sum r)^2 / (pairs x sum r^2).
 */
function sampledStress({ graph, positions }: Drawn, random: Random): number {
  let sum = 0;
  let squares = 0;
  let pairs = 0;
  for (const source of sample(graph.nodes, SOURCES, random)) {
    const distances = distancesFrom(graph, source);
    for (let node = 0; node < graph.nodes; node++) {
      const hops = distances[node] as number;
      if (node === source) continue;
      const ratio = distance(positions, source, node) / hops;
      sum += ratio;
      squares += ratio * ratio;
      pairs++;
    }
  }
  return squares > 0 ? 1 - (sum * sum) / (squares * pairs) : 0;
}

/**
 * Neighbourhood preservation: the mean Jaccard index of a sampled node's neighbours and as many nearest nodes
 * (J. Kruiger et al.: Graph layouts by t-SNE, 2017).
 */
function sampledPreservation({ graph, positions }: Drawn, random: Random): number {
  const { nodes, offsets, neighbours } = graph;
  if (nodes < 2) return 1;
  const tree = new KdTree({ values: positions, dimensions: 3 });
  const sampled = sample(nodes, SAMPLED_NODES, random);
  let sum = 0;
  for (const node of sampled) {
    const own = new Set(neighbours.subarray(offsets[node], offsets[node + 1]));
    const nearest = new Uint32Array(own.size);
    tree.nearest(node, nearest, new Float64Array(own.size));
    const shared = nearest.filter((other) => own.has(other)).length;
    sum += shared / (2 * own.size - shared);
  }
  return sum / sampled.length;
}

/** Different numbers below `count`; all of them when there are no more than wanted. */
function sample(count: number, wanted: number, random: Random): number[] {
  if (count <= wanted) return Array.from({ length: count }, (_, number) => number);
  const chosen = new Set<number>();
  while (chosen.size < wanted) chosen.add(Math.floor(random() * count));
  return [...chosen];
}

/** `Math.hypot` takes care of overflow, and several times as long. */
function distance(positions: Float32Array, a: number, b: number): number {
  const dx = (positions[a * 3] as number) - (positions[b * 3] as number);
  const dy = (positions[a * 3 + 1] as number) - (positions[b * 3 + 1] as number);
  const dz = (positions[a * 3 + 2] as number) - (positions[b * 3 + 2] as number);
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
