/** Shortest paths over anything that can list its arcs. */
import { NodeHeap } from './heap.ts';

/** Called for each arc of a node. */
export type ArcVisitor = (target: number, kind: number, label: number) => void;

/** A graph seen through its arcs: a CSR graph, or one that still grows. */
export interface GraphView {
  /** Number of nodes; nodes are 0 .. nodeCount-1. */
  readonly nodeCount: number;
  /** Calls `visit` for each arc that leaves `node`, in a fixed order. */
  forEachArc(node: number, visit: ArcVisitor): void;
}

/** What a search may cost and where it may go. */
export interface PathOptions {
  /** Cost of an arc, > 0; Infinity forbids it. Default: 1 for every arc. */
  readonly cost?: (kind: number, target: number, source: number) => number;
  /** Most nodes to settle before giving up. Default: all. */
  readonly maxSettled?: number;
  /**
   * Kind of the arc that leads back. Give it only when every arc has one: then the search runs from both ends, which
   * settles far fewer nodes and finds a path of the same cost.
   */
  readonly inverse?: (kind: number) => number;
}

/** A path and what it cost. */
export interface Path {
  /** Nodes from start to goal, both included. */
  readonly nodes: number[];
  /** kinds[i] is the relation of the arc from nodes[i] to nodes[i + 1]. */
  readonly kinds: number[];
  readonly cost: number;
}

/**
 * Cheapest path from one node to another (Dijkstra 1959, with a binary heap): O((n + m) log n) at worst, much less
 * when the goal is near. Equal costs are decided by arc order, so the result is repeatable.
 *
 * @returns null when the goal cannot be reached within the limits
 */
export function shortestPath(graph: GraphView, from: number, to: number, options: PathOptions = {}): Path | null {
  return options.inverse
    ? searchFromBothEnds(graph, from, to, options, options.inverse)
    : searchForward(graph, from, to, options);
}

function searchForward(graph: GraphView, from: number, to: number, options: PathOptions): Path | null {
  const search = new Search(graph, from, options.cost ?? (() => 1));
  const maxSettled = options.maxSettled ?? Infinity;
  for (let settled = 0; ; settled++) {
    const node = search.takeNext();
    if (node === undefined) return null;
    if (node === to) return { ...search.trace(to), cost: search.costTo(to) as number };
    if (settled >= maxSettled) return null;
    search.relaxArcs(node);
  }
}

/**
 * Two searches that meet (Nicholson 1966). The first meeting need not be on the cheapest path: the search ends when the
 * two frontiers together cost as much as the best meeting so far.
 */
function searchFromBothEnds(
  graph: GraphView,
  from: number,
  to: number,
  options: PathOptions,
  inverse: (kind: number) => number,
): Path | null {
  const cost = options.cost ?? (() => 1);
  const ahead = new Search(graph, from, cost);
  const back = new Search(graph, to, (kind, target, source) => cost(inverse(kind), source, target));
  let best = { node: from === to ? from : -1, cost: from === to ? 0 : Infinity };
  const maxSettled = options.maxSettled ?? Infinity;
  for (let settled = 0; settled < maxSettled && ahead.frontier + back.frontier < best.cost; settled++) {
    const [active, other] = ahead.frontier <= back.frontier ? [ahead, back] : [back, ahead];
    const node = active.takeNext();
    if (node === undefined) break;
    for (const reached of active.relaxArcs(node)) {
      const total = (active.costTo(reached) ?? Infinity) + (other.costTo(reached) ?? Infinity);
      if (total < best.cost) best = { node: reached, cost: total };
    }
  }
  return best.node < 0 ? null : join(ahead.trace(best.node), back.trace(best.node), best.cost, inverse);
}

function join(first: Trace, second: Trace, cost: number, inverse: (kind: number) => number): Path {
  const nodes = [...first.nodes, ...second.nodes.slice(0, -1).reverse()];
  const kinds = [...first.kinds, ...second.kinds.map(inverse).reverse()];
  return { nodes, kinds, cost };
}

interface Trace {
  readonly nodes: number[];
  readonly kinds: number[];
}

/** One Dijkstra search that settles a node at a time. */
class Search {
  readonly #graph: GraphView;
  readonly #start: number;
  readonly #cost: (kind: number, target: number, source: number) => number;
  readonly #best: Map<number, number>;
  readonly #cameFrom = new Map<number, { node: number; kind: number }>();
  readonly #settled = new Set<number>();
  readonly #heap = new NodeHeap();

  constructor(graph: GraphView, start: number, cost: (kind: number, target: number, source: number) => number) {
    this.#graph = graph;
    this.#start = start;
    this.#cost = cost;
    this.#best = new Map([[start, 0]]);
    this.#heap.push(start, 0);
  }

  /** Least cost that a node not yet settled can have; Infinity when all that can be reached are settled. */
  get frontier(): number {
    return this.#heap.cheapest;
  }

  costTo(node: number): number | undefined {
    return this.#best.get(node);
  }

  /** Settles the cheapest node without looking at its arcs; undefined when none is left. */
  takeNext(): number | undefined {
    for (let node = this.#heap.pop(); node !== undefined; node = this.#heap.pop()) {
      if (this.#settled.has(node)) continue;
      this.#settled.add(node);
      return node;
    }
    return undefined;
  }

  /** Looks at the arcs of a settled node. Returns the nodes that are cheaper to reach by them. */
  relaxArcs(node: number): number[] {
    const relaxed: number[] = [];
    const soFar = this.#best.get(node) as number;
    this.#graph.forEachArc(node, (target, kind) => {
      const total = soFar + this.#cost(kind, target, node);
      if (!(total < (this.#best.get(target) ?? Infinity))) return;
      this.#best.set(target, total);
      this.#cameFrom.set(target, { node, kind });
      this.#heap.push(target, total);
      relaxed.push(target);
    });
    return relaxed;
  }

  /** Nodes and relations from the start to a node. */
  trace(goal: number): Trace {
    const nodes = [goal];
    const kinds: number[] = [];
    for (let node = goal; node !== this.#start;) {
      const step = this.#cameFrom.get(node) as { node: number; kind: number };
      nodes.push(step.node);
      kinds.push(step.kind);
      node = step.node;
    }
    return { nodes: nodes.reverse(), kinds: kinds.reverse() };
  }
}
