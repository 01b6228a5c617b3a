/**
 * Where nodes start: the graph is coarsened until it is tiny, the tiny graph is laid out from random positions, and every
 * finer graph starts from the positions of the coarser one. Far better and far cheaper than any number of steps from
 * random positions.
 *
 * The energy of every level is that of the finest graph with clusters held together (mass = nodes, weight = edges), so
 * nothing has to be rescaled between levels.
 *
 * Y. Hu: Efficient and high quality force-directed graph drawing (The Mathematica Journal 10, 2005).
 */
import type { Random } from '@vortexflow/primitives';
import { coarsen, unitMasses, type WeightedGraph } from './coarsen.ts';
import type { Csr, WeightedCsr } from './csr.ts';
import { addJitter } from './jitter.ts';
import type { KernelStep, StartKernel } from './kernel.ts';
import { pressFlat } from './principal-plane.ts';

const COARSEST_NODES = 200;
/** A level must shrink at least to this share, or coarsening stops. */
const WORTHWHILE = 0.9;
/** Coarser than in steps: the start has to be right in the large only. */
const THETA = 1.4;
const COARSEST_ITERATIONS = 200;
const FINEST_ITERATIONS = 10;
/** Most node moves a level may cost when coarsening stopped early, as on graphs without edges. */
const MOVES_LIMIT = 600_000;
/** The first picture is made of a level with at most this share of the nodes, or this many. */
const PICTURE = { share: 0.1, nodes: 5000 };

/** What the start works with. */
export interface StartOptions {
  readonly kernel: StartKernel;
  readonly random: Random;
  /** Strengths as in the steps; repulsion, range, gravity and flat are used. */
  readonly step: KernelStep;
  /** Takes a first picture: x, y, z of every node, as rough as the coarse level it comes from. Called at most once. */
  readonly onPicture?: (positions: Float32Array) => void;
}

/** Places the nodes around the origin; at least one node. Returns x, y, z interleaved, to scale among themselves only. */
export async function multilevelStart(graph: WeightedCsr, options: StartOptions): Promise<Float32Array> {
  const { levels, maps } = buildHierarchy(graph);
  const pictureLevel = levels.findIndex(({ nodes }) => nodes <= Math.max(PICTURE.nodes, graph.nodes * PICTURE.share));
  let positions = await coarsestStart(levels, options);
  for (let level = levels.length - 1; level >= 0; level--) {
    positions = await relax(levels[level]!, positions, iterationsAt(level, levels), options);
    if (level === pictureLevel && level > 0) options.onPicture?.(finest(positions, maps, level, levels, options));
    if (level > 0) positions = prolong(positions, maps[level - 1]!, levels[level]!, options);
  }
  return positions;
}

/** Level 0 is the graph itself; `maps[i]` tells the cluster of level i + 1 for each node of level i. */
function buildHierarchy(graph: WeightedCsr): { levels: WeightedGraph[]; maps: Uint32Array[] } {
  const levels: WeightedGraph[] = [unitMasses(graph)];
  const maps: Uint32Array[] = [];
  for (let fine = levels[0]!; fine.nodes > COARSEST_NODES; fine = levels.at(-1)!) {
    const { coarse, clusterOf } = coarsen(fine);
    if (coarse.nodes > fine.nodes * WORTHWHILE) break;
    levels.push(coarse);
    maps.push(clusterOf);
  }
  return { levels, maps };
}

/** Geometric between the finest and the coarsest level: work per level stays alike. */
function iterationsAt(level: number, levels: readonly WeightedGraph[]): number {
  const share = levels.length > 1 ? level / (levels.length - 1) : 1;
  const wanted = Math.round(FINEST_ITERATIONS * (COARSEST_ITERATIONS / FINEST_ITERATIONS) ** share);
  return Math.max(FINEST_ITERATIONS, Math.min(wanted, Math.round(MOVES_LIMIT / levels[level]!.nodes)));
}

/** At random, in space even when the layout is flat: in the plane alone a graph seldom unfolds. */
async function coarsestStart(levels: readonly WeightedGraph[], options: StartOptions): Promise<Float32Array> {
  const coarsest = levels.at(-1)!;
  const positions = new Float32Array(coarsest.nodes * 3);
  const radius = Math.cbrt(levels[0]!.nodes);
  for (let p = 0; p < positions.length; p += 3) addJitter(positions, p, radius, options.random, false);
  if (!options.step.flat) return positions;
  const unfolded = await relax(coarsest, positions, iterationsAt(levels.length - 1, levels), {
    ...options,
    step: { ...options.step, flat: false },
  });
  pressFlat(unfolded);
  return unfolded;
}

function prolong(coarse: Float32Array, clusterOf: Uint32Array, graph: Csr, options: StartOptions): Float32Array {
  const fine = new Float32Array(clusterOf.length * 3);
  const spread = 0.5 * meanEdgeLength(graph, coarse);
  for (let i = 0; i < clusterOf.length; i++) {
    const c = clusterOf[i]! * 3;
    fine[i * 3] = coarse[c]!;
    fine[i * 3 + 1] = coarse[c + 1]!;
    fine[i * 3 + 2] = coarse[c + 2]!;
    addJitter(fine, i * 3, spread, options.random, options.step.flat);
  }
  return fine;
}

/** A coarse level's positions for all nodes of the graph. */
function finest(
  positions: Float32Array,
  maps: readonly Uint32Array[],
  level: number,
  levels: readonly WeightedGraph[],
  options: StartOptions,
): Float32Array {
  let fine = positions;
  for (let l = level; l > 0; l--) fine = prolong(fine, maps[l - 1]!, levels[l]!, options);
  return fine;
}

/** Mean length of an edge; 1 for a graph without edges. */
function meanEdgeLength({ nodes, offsets, neighbours }: Csr, positions: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < nodes; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const j = neighbours[e]!;
      const dx = positions[i * 3]! - positions[j * 3]!;
      const dy = positions[i * 3 + 1]! - positions[j * 3 + 1]!;
      const dz = positions[i * 3 + 2]! - positions[j * 3 + 2]!;
      sum += Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return neighbours.length > 0 ? sum / neighbours.length : 1;
}

async function relax(
  graph: WeightedGraph,
  positions: Float32Array,
  iterations: number,
  { kernel, step }: StartOptions,
): Promise<Float32Array> {
  const { nodes, offsets, neighbours, weights, masses } = graph;
  const flags = new Uint8Array(nodes);
  await kernel.load({ nodes, offsets, neighbours, stiffness: weights, masses, flags, positions });
  await kernel.relax({ ...step, theta: THETA }, iterations, meanEdgeLength(graph, positions));
  return (await kernel.read()).slice();
}
