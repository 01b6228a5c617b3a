/**
 * Communities by the Louvain method (V. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre: Fast unfolding of
 * communities in large networks, 2008). Nodes wait in a queue and come back only when a neighbour has moved, and
 * communities that fell apart are split at the end (both after V. Traag, L. Waltman, N. van Eck: From Louvain to
 * Leiden, 2019).
 */
import type { Random } from '@vortexflow/primitives';
import { type Adjacency, strengths } from './adjacency.ts';
import { findComponents } from './components.ts';
import { modularity } from './modularity.ts';
import { numberParts, type Partition, shuffledIndices } from './partition.ts';

export interface LouvainOptions {
  readonly random: Random;
  /** Greater gives smaller communities, > 0. Default 1. */
  readonly resolution?: number;
}

export interface Communities extends Partition {
  /** Of this partition, at the resolution asked for. Never below that of single nodes. */
  readonly modularity: number;
  /** Times that it went from single nodes to the largest communities, the last of which changed nothing. */
  readonly passes: number;
}

/** A graph whose nodes may be whole communities. */
interface Level extends Adjacency {
  readonly weights: Float64Array;
  /** Length n: what a node's own edges within it add to its strength, twice the weight of each. */
  readonly loops: Float64Array;
}

/** A node moves only for a gain above this share of its strength: rounding must not keep it going to and fro. */
const LEAST_GAIN = 1e-12;

/**
 * Maximises modularity greedily: nodes move between communities while that helps, then each community becomes a node,
 * until nothing moves; then from the found communities again, until a whole pass moves nothing. Every community is
 * connected. About O(m) a level in practice, a few levels a pass, a few passes. Same seed: same communities.
 */
export function louvain(graph: Adjacency, { random, resolution = 1 }: LouvainOptions): Communities {
  const finest: Level = {
    ...graph,
    weights: graph.weights ?? new Float64Array(graph.neighbours.length).fill(1),
    loops: new Float64Array(graph.nodes),
  };
  let found = numberParts(Uint32Array.from({ length: graph.nodes }, (_, node) => node));
  let passes = 0;
  for (let moved = true; moved; passes++) {
    const next = passFrom(finest, found, random, resolution);
    // A community without the node that held it together scores higher in its pieces.
    found = findComponents(graph, next.of);
    moved = next.moved;
  }
  return { ...found, modularity: modularity(graph, found.of, resolution), passes };
}

/** From the finest level to the coarsest. `moved`: whether a node or a community found a better place. */
function passFrom(finest: Level, start: Partition, random: Random, resolution: number) {
  let found = moveNodes(finest, start.of, random, resolution);
  let { moved } = found;
  const { of } = found;
  for (let level = finest; ;) {
    level = aggregate(level, found);
    found = moveNodes(
      level,
      Uint32Array.from({ length: level.nodes }, (_, node) => node),
      random,
      resolution,
    );
    if (!found.moved) return { of, moved };
    moved = true;
    for (const [node, community] of of.entries()) of[node] = found.of[community]!;
  }
}

/**
 * Moves single nodes until none gains. Each move raises modularity, so it ends.
 *
 * @param start community of each node, numbers below n
 */
function moveNodes(level: Level, start: Uint32Array, random: Random, resolution: number) {
  const moves = new LocalMoves(level, start, resolution);
  const queue = shuffledIndices(level.nodes, random);
  const waiting = new Uint8Array(level.nodes).fill(1);
  let moved = false;
  // A ring: a node waits at most once, so it never overflows.
  for (let head = 0, length = level.nodes; length > 0; length--) {
    const node = queue[head]!;
    head = (head + 1) % level.nodes;
    waiting[node] = 0;
    if (!moves.move(node)) continue;
    moved = true;
    for (let e = level.offsets[node]!; e < level.offsets[node + 1]!; e++) {
      const next = level.neighbours[e]!;
      if (waiting[next] || moves.of[next] === moves.of[node]) continue;
      waiting[next] = 1;
      queue[(head + length - 1) % level.nodes] = next;
      length++;
    }
  }
  return { ...numberParts(moves.of), moved };
}

/** Communities of one level while nodes move among them. Allocates nothing per move. */
class LocalMoves {
  /** Community of each node. */
  readonly of: Uint32Array;
  readonly #level: Level;
  readonly #strength: Float64Array;
  /** Strength of each community. */
  readonly #sums: Float64Array;
  /** Resolution over twice the weight of all edges. */
  readonly #chance: number;
  /** Weight between the node at hand and each community; all zero between two moves. */
  readonly #links: Float64Array;
  readonly #near: number[] = [];

  constructor(level: Level, start: Uint32Array, resolution: number) {
    this.#level = level;
    this.of = start.slice();
    this.#strength = strengths(level);
    for (const [node, loop] of level.loops.entries()) this.#strength[node]! += loop;
    this.#sums = new Float64Array(level.nodes);
    for (const [node, community] of start.entries()) this.#sums[community]! += this.#strength[node]!;
    const total = this.#strength.reduce((sum, strength) => sum + strength, 0);
    this.#chance = total > 0 ? resolution / total : 0;
    this.#links = new Float64Array(level.nodes);
  }

  /** Takes a node to the community where it gains most; false when it is there already. */
  move(node: number): boolean {
    const from = this.of[node]!;
    const strength = this.#strength[node]!;
    this.#weighLinks(node);
    this.#sums[from]! -= strength;
    let to = from;
    let most = this.#gain(from, strength) + LEAST_GAIN * strength;
    for (const community of this.#near) {
      const gain = this.#gain(community, strength);
      if (gain <= most) continue;
      most = gain;
      to = community;
    }
    this.#sums[to]! += strength;
    this.of[node] = to;
    for (const community of this.#near) this.#links[community] = 0;
    this.#near.length = 0;
    return to !== from;
  }

  /** What modularity gains, times half the total strength, when a lone node of that strength joins a community. */
  #gain(community: number, strength: number): number {
    return this.#links[community]! - this.#chance * strength * this.#sums[community]!;
  }

  #weighLinks(node: number): void {
    const { offsets, neighbours, weights } = this.#level;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const community = this.of[neighbours[e]!]!;
      if (this.#links[community] === 0) this.#near.push(community);
      this.#links[community]! += weights[e]!;
    }
  }
}

/** The graph whose nodes are the communities, O(n + m). */
function aggregate(level: Level, { of, sizes }: Partition): Level {
  const nodes = sizes.length;
  const members = membersOf(of, sizes);
  const offsets = new Uint32Array(nodes + 1);
  const loops = new Float64Array(nodes);
  const links = new Float64Array(nodes);
  const neighbours: number[] = [];
  const weights: number[] = [];
  for (let community = 0, first = 0; community < nodes; first += sizes[community++]!) {
    const near: number[] = [];
    for (const node of members.subarray(first, first + sizes[community]!)) {
      loops[community]! += level.loops[node]!;
      for (let e = level.offsets[node]!; e < level.offsets[node + 1]!; e++) {
        const other = of[level.neighbours[e]!]!;
        if (other === community) loops[community]! += level.weights[e]!;
        else if (links[other] === 0) near.push(other);
        if (other !== community) links[other]! += level.weights[e]!;
      }
    }
    for (const other of near) {
      // An edge of weight 0 may have listed a community twice.
      if (links[other] === 0) continue;
      neighbours.push(other);
      weights.push(links[other]!);
      links[other] = 0;
    }
    offsets[community + 1] = neighbours.length;
  }
  return { nodes, offsets, neighbours: Uint32Array.from(neighbours), weights: Float64Array.from(weights), loops };
}

/** Items sorted by part, counting, O(n). */
function membersOf(of: Uint32Array, sizes: Uint32Array): Uint32Array {
  const next = new Uint32Array(sizes.length);
  for (let part = 1; part < sizes.length; part++) next[part] = next[part - 1]! + sizes[part - 1]!;
  const members = new Uint32Array(of.length);
  for (const [item, part] of of.entries()) members[next[part]!++] = item;
  return members;
}
