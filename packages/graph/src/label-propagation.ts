/**
 * Communities by label propagation (U. Raghavan, R. Albert, S. Kumara: Near linear time algorithm to detect community
 * structures in large-scale networks, 2007). Faster and coarser than Louvain; no objective is optimised.
 */
import type { Random } from '@vortexflow/primitives';
import type { Adjacency } from './adjacency.ts';
import { findComponents } from './components.ts';
import { type Partition, shuffledIndices } from './partition.ts';

export interface LabelPropagationOptions {
  readonly random: Random;
  /** Default 50; most graphs are done in 10. */
  readonly maxRounds?: number;
}

export interface LabelCommunities extends Partition {
  readonly rounds: number;
  /** True when every node has a label that no other exceeds among its neighbours. */
  readonly converged: boolean;
}

/**
 * Every node takes the label that weighs most among its neighbours, one node after the other in random order, until no
 * node wants another. A label that ends up in several places is split, so every community is connected.
 * O(rounds x (n + m)). Same seed: same communities.
 */
export function labelPropagation(graph: Adjacency, options: LabelPropagationOptions): LabelCommunities {
  const { random, maxRounds = 50 } = options;
  const labels = Uint32Array.from({ length: graph.nodes }, (_, node) => node);
  const vote = new LabelVote(graph, labels, random);
  let rounds = 0;
  let converged = graph.neighbours.length === 0;
  while (!converged && rounds < maxRounds) {
    rounds++;
    converged = true;
    for (const node of shuffledIndices(graph.nodes, random)) {
      const label = vote.winnerAt(node);
      if (label === labels[node]) continue;
      labels[node] = label;
      converged = false;
    }
  }
  return { ...findComponents(graph, labels), rounds, converged };
}

/** Counts the labels around a node. Allocates nothing per node. */
class LabelVote {
  readonly #graph: Adjacency;
  readonly #labels: Uint32Array;
  readonly #random: Random;
  /** Weight of each label; all zero between two votes. */
  readonly #votes: Float64Array;
  readonly #seen: number[] = [];

  constructor(graph: Adjacency, labels: Uint32Array, random: Random) {
    this.#graph = graph;
    this.#labels = labels;
    this.#random = random;
    this.#votes = new Float64Array(graph.nodes);
  }

  /** The heaviest label among the neighbours: the node's own when it is one of them, else any of them by chance. */
  winnerAt(node: number): number {
    const seen = this.#seen;
    const votes = this.#votes;
    const most = this.#count(node);
    let winner = this.#labels[node]!;
    if (votes[winner]! < most) {
      const best = seen.filter((label) => votes[label] === most);
      winner = best[Math.floor(this.#random() * best.length)]!;
    }
    for (const label of seen) votes[label] = 0;
    seen.length = 0;
    return winner;
  }

  /** Fills the votes; returns the greatest. */
  #count(node: number): number {
    const { offsets, neighbours, weights } = this.#graph;
    let most = 0;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const label = this.#labels[neighbours[e]!]!;
      if (this.#votes[label] === 0) this.#seen.push(label);
      this.#votes[label]! += weights ? weights[e]! : 1;
      most = Math.max(most, this.#votes[label]!);
    }
    return most;
  }
}
