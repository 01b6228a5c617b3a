/**
 * Where nodes start: the graph is coarsened until it is tiny, the tiny graph is laid out from random positions, and every
 * finer graph starts from the positions of the coarser one. Far better and far cheaper than any number of ticks from
 * random positions.
 *
 * The energy of every level is that of the finest graph with clusters held together (mass = nodes, weight = edges), so
 * nothing has to be rescaled between levels.
 *
 * Y. Hu: Efficient and high quality force-directed graph drawing (The Mathematica Journal 10, 2005).
 */
import type { Random } from '@vortexflow/primitives';
import { coarsen, unitWeights, type WeightedGraph } from './coarsen.ts';
import type { Csr } from './csr.ts';
import { FarField } from './far-field.ts';
import { addJitter } from './jitter.ts';
import { addGravity, addQuadraticAttraction } from './springs.ts';

const COARSEST_NODES = 200;
/** A level must shrink at least to this share, or coarsening stops. */
const WORTHWHILE = 0.9;
/** Coarser than in ticks: the start has to be right in the large only. */
const THETA = 1.4;
const COARSEST_ITERATIONS = 200;
const FINEST_ITERATIONS = 10;
/** Most node moves a level may cost when coarsening stopped early, as on graphs without edges. */
const MOVES_LIMIT = 600_000;

/** Strengths of the forces, as in the ticks. */
interface StartForces {
  readonly repulsion: number;
  readonly gravity: number;
}

/** Places the nodes around the origin; at least one node. Returns x, y, z interleaved, to scale among themselves only. */
export function multilevelStart(graph: Csr, random: Random, forces: StartForces): Float32Array {
  const { levels, maps } = buildHierarchy(graph);
  let positions = randomBall(levels.at(-1)!.nodes, Math.cbrt(graph.nodes), random);
  for (let level = levels.length - 1; level >= 0; level--) {
    relax(levels[level]!, positions, iterationsAt(level, levels), forces);
    if (level > 0) positions = prolong(positions, maps[level - 1]!, levels[level]!, random);
  }
  return positions;
}

/** Level 0 is the graph itself; `maps[i]` tells the cluster of level i + 1 for each node of level i. */
function buildHierarchy(graph: Csr): { levels: WeightedGraph[]; maps: Uint32Array[] } {
  const levels: WeightedGraph[] = [unitWeights(graph)];
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

function randomBall(nodes: number, radius: number, random: Random): Float32Array {
  const positions = new Float32Array(nodes * 3);
  for (let p = 0; p < positions.length; p += 3) addJitter(positions, p, radius, random);
  return positions;
}

function prolong(coarse: Float32Array, clusterOf: Uint32Array, graph: Csr, random: Random): Float32Array {
  const fine = new Float32Array(clusterOf.length * 3);
  const spread = 0.5 * meanEdgeLength(graph, coarse);
  for (let i = 0; i < clusterOf.length; i++) {
    const c = clusterOf[i]! * 3;
    fine[i * 3] = coarse[c]!;
    fine[i * 3 + 1] = coarse[c + 1]!;
    fine[i * 3 + 2] = coarse[c + 2]!;
    addJitter(fine, i * 3, spread, random);
  }
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

/** Moves every node one step along its force, however strong; steps shrink tenfold over the iterations. */
function relax(graph: WeightedGraph, positions: Float32Array, iterations: number, strengths: StartForces): void {
  const farField = new FarField(graph.masses, 'always');
  const forces = new Float32Array(graph.nodes * 3);
  let step = meanEdgeLength(graph, positions);
  const shrink = 0.1 ** (1 / iterations);
  for (let k = 0; k < iterations; k++) {
    farField.evaluate(positions, forces, THETA, strengths.repulsion);
    addQuadraticAttraction(graph, positions, forces);
    addGravity(positions, forces, strengths.gravity);
    stepAlong(forces, positions, step);
    step *= shrink;
  }
}

function stepAlong(forces: Float32Array, positions: Float32Array, step: number): void {
  for (let p = 0; p < positions.length; p += 3) {
    const x = forces[p]!;
    const y = forces[p + 1]!;
    const z = forces[p + 2]!;
    const scale = step / (Math.sqrt(x * x + y * y + z * z) + 1e-9);
    positions[p]! += scale * x;
    positions[p + 1]! += scale * y;
    positions[p + 2]! += scale * z;
  }
}
