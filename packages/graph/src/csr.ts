/**
 * Compressed sparse rows: the arcs of node i are the places offsets[i] .. offsets[i + 1] of the other arrays.
 * Arrays may live in shared memory, so several threads read one graph.
 */

/** A directed multigraph. An undirected edge is two arcs. */
export interface CsrGraph {
  readonly nodes: number;
  /** Length nodes + 1, ascending. */
  readonly offsets: Uint32Array;
  /** Head of each arc. */
  readonly targets: Uint32Array;
  /** Relation of each arc, an index into a table that the owner of the graph keeps. */
  readonly kinds: Uint8Array;
  /** 16 bits per arc whose meaning the owner of the graph defines. */
  readonly labels: Uint16Array;
}

/** Arcs in any order, as parallel lists. */
export interface ArcList {
  readonly sources: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly kinds: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
}

/** Gives memory: plain or shared. */
export type Allocate = (bytes: number) => ArrayBufferLike;

const plainMemory: Allocate = (bytes) => new ArrayBuffer(bytes);

/**
 * Sorts arcs into rows by counting, O(nodes + arcs). Arcs of one node keep their given order.
 * @throws RangeError when an arc names a node outside 0 .. nodes-1
 */
export function buildCsr(nodes: number, arcs: ArcList, allocate: Allocate = plainMemory): CsrGraph {
  const count = arcs.sources.length;
  const offsets = new Uint32Array(allocate((nodes + 1) * 4));
  for (let arc = 0; arc < count; arc++) {
    const source = arcs.sources[arc] as number;
    if (!isNode(source, nodes) || !isNode(arcs.targets[arc] as number, nodes)) {
      throw new RangeError(`arc ${arc} joins ${source} and ${arcs.targets[arc]}; nodes are 0 to ${nodes - 1}`);
    }
    offsets[source + 1] = (offsets[source + 1] as number) + 1;
  }
  for (let node = 0; node < nodes; node++)
    offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
  const next = offsets.slice(0, nodes);
  const targets = new Uint32Array(allocate(count * 4));
  const kinds = new Uint8Array(allocate(count));
  const labels = new Uint16Array(allocate(count * 2));
  for (let arc = 0; arc < count; arc++) {
    const place = next[arcs.sources[arc] as number] as number;
    next[arcs.sources[arc] as number] = place + 1;
    targets[place] = arcs.targets[arc] as number;
    kinds[place] = arcs.kinds[arc] as number;
    labels[place] = arcs.labels[arc] as number;
  }
  return { nodes, offsets, targets, kinds, labels };
}

/** False for negative numbers, fractions and NaN too. */
const isNode = (value: number, nodes: number): boolean => value >>> 0 === value && value < nodes;

/**
 * The undirected simple graph behind the arcs: each joined pair once, smaller index first, no loops.
 *
 * @returns pairs of node indices, length 2m
 */
export function undirectedEdges(graph: CsrGraph): Uint32Array {
  const pairs: number[] = [];
  const seenFrom = new Int32Array(graph.nodes).fill(-1);
  // Both directions are looked at, because a pair may be joined by an arc one way only.
  const incoming = reversedOffsets(graph);
  for (let node = 0; node < graph.nodes; node++) {
    const visit = (other: number): void => {
      if (other <= node || seenFrom[other] === node) return;
      seenFrom[other] = node;
      pairs.push(node, other);
    };
    for (let arc = graph.offsets[node] as number; arc < (graph.offsets[node + 1] as number); arc++) {
      visit(graph.targets[arc] as number);
    }
    for (let place = incoming.offsets[node] as number; place < (incoming.offsets[node + 1] as number); place++) {
      visit(incoming.sources[place] as number);
    }
  }
  return Uint32Array.from(pairs);
}

function reversedOffsets(graph: CsrGraph): { offsets: Uint32Array; sources: Uint32Array } {
  const offsets = new Uint32Array(graph.nodes + 1);
  for (const target of graph.targets) offsets[target + 1] = (offsets[target + 1] as number) + 1;
  for (let node = 0; node < graph.nodes; node++)
    offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
  const next = offsets.slice(0, graph.nodes);
  const sources = new Uint32Array(graph.targets.length);
  for (let node = 0; node < graph.nodes; node++) {
    for (let arc = graph.offsets[node] as number; arc < (graph.offsets[node + 1] as number); arc++) {
      const target = graph.targets[arc] as number;
      sources[next[target] as number] = node;
      next[target] = (next[target] as number) + 1;
    }
  }
  return { offsets, sources };
}
