/**
 * A graph of any size with what makes real graphs hard to draw: communities whose sizes follow a power law (as in
 * A. Lancichinetti, S. Fortunato, F. Radicchi: Benchmark graphs for testing community detection algorithms, 2008) and
 * degrees that do so too, by preferential attachment (A.-L. Barabási, R. Albert: Emergence of scaling in random
 * networks, 1999).
 */
import { type Random, seededRandom } from '@vortexflow/primitives';
import { type BenchGraph, simpleEdges } from './graph.ts';

export interface CommunityGraphOptions {
  readonly nodes: number;
  readonly seed: number;
}

const SMALLEST = 20;
/** Of all nodes; keeps one community from swallowing the others. */
const LARGEST_SHARE = 0.02;
/** Density of sizes s is proportional to s^-EXPONENT. */
const EXPONENT = 2;
/** Edges a node, beside the one by which it joined its community. A few of them come out double and are lost. */
const WITHIN = 0.5;
const BETWEEN = 0.15;

/** About 1.6 edges a node; connected within each community, and nearly always as a whole. O(m log m). */
export function generateCommunities({ nodes, seed }: CommunityGraphOptions): BenchGraph {
  const random = seededRandom(seed);
  // Numbers in random order: a real graph does not come sorted by community.
  const names = shuffled(nodes, random);
  const pairs: number[] = [];
  for (let first = 0; first < nodes;) {
    const size = Math.min(communitySize(nodes, random), nodes - first);
    growCommunity(first, size, random, pairs);
    first += size;
  }
  // An end of an edge chosen at random is a node chosen by its degree.
  const ends = pairs.slice();
  for (let extra = 0; extra < nodes * BETWEEN; extra++) pairs.push(pick(ends, random), pick(ends, random));
  const named = Uint32Array.from(pairs, (node) => names[node] as number);
  return { name: `${nodes.toLocaleString('en')} generated`, nodes, edges: simpleEdges(nodes, named) };
}

/** By inverting the cumulative distribution of the power law. */
function communitySize(nodes: number, random: Random): number {
  const size = SMALLEST * (1 - random()) ** (-1 / (EXPONENT - 1));
  return Math.floor(Math.min(size, Math.max(SMALLEST, nodes * LARGEST_SHARE)));
}

function growCommunity(first: number, size: number, random: Random, pairs: number[]): void {
  const ends = [first];
  const join = (a: number, b: number): void => {
    pairs.push(a, b);
    ends.push(a, b);
  };
  for (let node = first + 1; node < first + size; node++) join(node, pick(ends, random));
  for (let extra = 0; extra < size * WITHIN; extra++) join(pick(ends, random), pick(ends, random));
}

const pick = (list: readonly number[], random: Random): number => list[Math.floor(random() * list.length)] as number;

function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last] as number;
    order[last] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
