/** The graph of an engine as its caller numbers it, and the numbering that its kernel works with. */
import { buildCsr, stiffnessOf, subgraph, type WeightedCsr } from './csr.ts';
import type { LayoutChange, LayoutGraph } from './engine.ts';
import { createSortBuffers, sortAlongHilbert } from './hilbert.ts';
import { type KernelGraph, NODE_FLAG } from './kernel.ts';
import { looseFlags } from './shell.ts';

/** A graph that changes. Removed nodes keep their index. */
export class LayoutState {
  /** Where every node is as far as the engine has read it; removed ones stay. x, y, z interleaved. */
  positions: Float32Array;
  readonly nodes: number;
  readonly #edges: Uint32Array;
  readonly #weights: Float32Array;
  readonly #groups: Uint8Array | undefined;
  readonly #radii: Float32Array | undefined;
  /** 1 for removed nodes. */
  readonly #removed: Uint8Array;
  /** 1 for pinned nodes. */
  readonly #pinned: Uint8Array;

  private constructor(parts: StateParts) {
    this.nodes = parts.removed.length;
    this.positions = parts.positions;
    this.#edges = parts.edges;
    this.#weights = parts.weights;
    this.#groups = parts.groups;
    this.#radii = parts.radii;
    this.#removed = parts.removed;
    this.#pinned = parts.pinned;
  }

  /** @param positions length 3n, NaN where nodes have no place yet */
  static of({ nodes, edges, weights, groups, radii, removed }: LayoutGraph, positions: Float32Array): LayoutState {
    const gone = new Uint8Array(nodes);
    for (const node of removed ?? []) gone[node] = 1;
    return new LayoutState({
      positions,
      edges: edges.slice(),
      weights: weights?.slice() ?? new Float32Array(edges.length / 2).fill(1),
      groups: groups?.slice(),
      radii: radii?.slice(),
      removed: gone,
      pinned: new Uint8Array(nodes),
    });
  }

  /** The graph as it is now, to be loaded elsewhere. */
  toGraph(): LayoutGraph {
    const removed = Uint32Array.from(this.#removed.keys()).filter((node) => this.#removed[node] === 1);
    return {
      nodes: this.nodes,
      edges: this.#edges,
      weights: this.#weights,
      removed,
      start: this.positions,
      ...(this.#groups && { groups: this.#groups }),
      ...(this.#radii && { radii: this.#radii }),
    };
  }

  /**
   * The state after a change; this one stays as it is. New nodes have no place.
   * @throws RangeError when something that is removed is not there, or an edge leads to a removed node
   */
  changed(change: LayoutChange): LayoutState {
    const nodes = this.nodes + change.nodes;
    const removed = extended(this.#removed, nodes);
    for (const node of change.removedNodes ?? []) {
      if (removed[node]) throw new RangeError(`node ${node} has been removed already`);
      removed[node] = 1;
    }
    const lost = change.edges.find((node) => removed[node] === 1);
    if (lost !== undefined) throw new RangeError(`an edge names node ${lost}, which has been removed`);
    const kept = this.#keptEdges(change.removedEdges ?? new Uint32Array(), removed);
    const added = change.edges.length / 2;
    const positions = new Float32Array(nodes * 3).fill(NaN);
    positions.set(this.positions);
    return new LayoutState({
      positions,
      edges: joined(kept.edges, change.edges),
      weights: joined(kept.weights, change.weights ?? new Float32Array(added).fill(1)),
      groups: appended(this.#groups, change.groups, this.nodes, nodes, (length) => new Uint8Array(length)),
      radii: appended(this.#radii, change.radii, this.nodes, nodes, (length) => new Float32Array(length)),
      removed,
      // Nothing sees a removed node, so it holds nothing either.
      pinned: extended(this.#pinned, nodes).map((pinned, node) => (removed[node] ? 0 : pinned)),
    });
  }

  #keptEdges(taken: Uint32Array, removed: Uint8Array): { edges: Uint32Array; weights: Float32Array } {
    const wanted = new Map<number, number>();
    for (let e = 0; e < taken.length; e += 2) {
      const key = this.#key(taken[e]!, taken[e + 1]!);
      wanted.set(key, (wanted.get(key) ?? 0) + 1);
    }
    const edges = new Uint32Array(this.#edges.length);
    const weights = new Float32Array(this.#weights.length);
    let kept = 0;
    for (let e = 0; e < this.#weights.length; e++) {
      const a = this.#edges[2 * e]!;
      const b = this.#edges[2 * e + 1]!;
      const left = wanted.size > 0 ? wanted.get(this.#key(a, b)) : undefined;
      if (left) wanted.set(this.#key(a, b), left - 1);
      if (left || removed[a] || removed[b]) continue;
      edges[2 * kept] = a;
      edges[2 * kept + 1] = b;
      weights[kept++] = this.#weights[e]!;
    }
    const missing = [...wanted].find(([, count]) => count > 0);
    if (missing) {
      const [a, b] = [Math.floor(missing[0] / this.nodes), missing[0] % this.nodes];
      throw new RangeError(`there is no edge between ${a} and ${b} to remove`);
    }
    return { edges: edges.slice(0, 2 * kept), weights: weights.slice(0, kept) };
  }

  #key(a: number, b: number): number {
    return Math.min(a, b) * this.nodes + Math.max(a, b);
  }

  /** Marks nodes as pinned or not. */
  setPinned(nodes: Uint32Array, pinned: boolean): void {
    for (const node of nodes) this.#pinned[node] = pinned ? 1 : 0;
  }

  isPinned(node: number): boolean {
    return this.#pinned[node] === 1;
  }

  get anyPinned(): boolean {
    return this.#pinned.includes(1);
  }

  /** Rows, flags and attributes of the nodes that are there, in their given order. */
  live(): LiveGraph {
    const nodes = unmarked(this.#removed);
    const whole = buildCsr(this.nodes, this.#edges, this.#weights);
    const rows = nodes.length === this.nodes ? whole : subgraph(whole, nodes);
    const flags = looseFlags(rows);
    for (let number = 0; number < nodes.length; number++) {
      if (this.#pinned[nodes[number]!]) flags[number]! |= NODE_FLAG.pinned;
    }
    return { nodes, rows, flags };
  }

  /** What the kernel gets, with neighbours in space next to each other in memory, and which node each of its nodes is. */
  forKernel(live: LiveGraph): { graph: KernelGraph; nodeOf: Uint32Array } {
    const order = new Uint32Array(live.nodes.length);
    sortAlongHilbert(gather(this.positions, live.nodes), order, createSortBuffers(order.length));
    const nodeOf = order.map((number) => live.nodes[number]!);
    const rows = subgraph(live.rows, order);
    const { nodes, offsets, neighbours } = rows;
    const groups = this.#groups;
    const radii = this.#radii;
    const graph: KernelGraph = {
      nodes,
      offsets,
      neighbours,
      stiffness: stiffnessOf(rows),
      masses: new Float32Array(nodes).fill(1),
      flags: pick(live.flags, order, new Uint8Array(nodes)),
      positions: gather(this.positions, nodeOf),
      ...(groups && { groups: pick(groups, nodeOf, new Uint8Array(nodes)) }),
      ...(radii && { radii: pick(radii, nodeOf, new Float32Array(nodes)) }),
    };
    return { graph, nodeOf };
  }
}

interface StateParts {
  readonly positions: Float32Array;
  readonly edges: Uint32Array;
  readonly weights: Float32Array;
  readonly groups: Uint8Array | undefined;
  readonly radii: Float32Array | undefined;
  readonly removed: Uint8Array;
  readonly pinned: Uint8Array;
}

/** The nodes that have not been removed, numbered without gaps. */
export interface LiveGraph {
  /** Node behind each number. */
  readonly nodes: Uint32Array;
  readonly rows: WeightedCsr;
  readonly flags: Uint8Array;
}

function pick<T extends Uint8Array | Float32Array>(values: T, of: Uint32Array, out: T): T {
  for (let k = 0; k < of.length; k++) out[k] = values[of[k]!]!;
  return out;
}

/** x, y, z of some nodes. */
export function gather(positions: Float32Array, nodes: Uint32Array): Float32Array {
  const out = new Float32Array(nodes.length * 3);
  for (let k = 0; k < nodes.length; k++) {
    const p = nodes[k]! * 3;
    out[k * 3] = positions[p]!;
    out[k * 3 + 1] = positions[p + 1]!;
    out[k * 3 + 2] = positions[p + 2]!;
  }
  return out;
}

/** Writes x, y, z of some nodes back. */
export function scatter(positions: Float32Array, nodes: Uint32Array, values: Float32Array): void {
  for (let k = 0; k < nodes.length; k++) {
    const p = nodes[k]! * 3;
    positions[p] = values[k * 3]!;
    positions[p + 1] = values[k * 3 + 1]!;
    positions[p + 2] = values[k * 3 + 2]!;
  }
}

/** Indices of what is not marked. A loop: iterators over 100,000 nodes cost tens of milliseconds. */
export function unmarked(marks: Uint8Array, mark = 1): Uint32Array {
  const found = new Uint32Array(marks.length);
  let count = 0;
  for (let i = 0; i < marks.length; i++) if ((marks[i]! & mark) === 0) found[count++] = i;
  return found.slice(0, count);
}

function extended(flags: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(flags);
  return out;
}

function joined<T extends Uint32Array | Float32Array>(first: T, second: T): T {
  const out = new (first.constructor as new (length: number) => T)(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

/** Attributes of old and new nodes; none when neither has any. */
function appended<T extends Uint8Array | Float32Array>(
  old: T | undefined,
  added: T | undefined,
  before: number,
  nodes: number,
  create: (length: number) => T,
): T | undefined {
  if (!old && !added) return undefined;
  const out = create(nodes);
  if (old) out.set(old);
  if (added) out.set(added, before);
  return out;
}
