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
  /** A path must cost less. Default: any cost. */
  readonly maxCost?: number;
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
  const limit = options.maxCost ?? Infinity;
  using search = new Search(graph, from, options.cost ?? (() => 1), limit);
  const maxSettled = options.maxSettled ?? Infinity;
  for (let settled = 0; ; settled++) {
    const node = search.takeNext();
    if (node === undefined || !(search.costTo(node) < limit)) return null;
    if (node === to) return { ...search.trace(to), cost: search.costTo(to) };
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
  const limit = options.maxCost ?? Infinity;
  using ahead = new Search(graph, from, cost, limit);
  using back = new Search(graph, to, (kind, target, source) => cost(inverse(kind), source, target), limit);
  let best = { node: from === to && limit > 0 ? from : -1, cost: from === to ? 0 : limit };
  const meet = (reached: number): void => {
    const total = ahead.costTo(reached) + back.costTo(reached);
    if (total < best.cost) best = { node: reached, cost: total };
  };
  const maxSettled = options.maxSettled ?? Infinity;
  for (let settled = 0; settled < maxSettled; settled++) {
    const [aheadFrom, backFrom] = [ahead.frontier, back.frontier];
    if (!(aheadFrom + backFrom < best.cost)) break;
    const active = aheadFrom <= backFrom ? ahead : back;
    const node = active.takeNext();
    if (node === undefined) break;
    active.relaxArcs(node, meet);
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

/** What a search knows of each node; valid where `seen` is the current round, so that nothing needs clearing. */
class Scratch {
  readonly nodes: number;
  readonly cost: Float64Array;
  readonly from: Int32Array;
  readonly kind: Int32Array;
  readonly seen: Uint32Array;
  readonly settled: Uint32Array;
  round = 0;

  constructor(nodes: number) {
    this.nodes = nodes;
    this.cost = new Float64Array(nodes);
    this.from = new Int32Array(nodes);
    this.kind = new Int32Array(nodes);
    this.seen = new Uint32Array(nodes);
    this.settled = new Uint32Array(nodes);
  }
}

/** Scratches that nobody uses: 24 bytes a node each, two at most. */
const idle: Scratch[] = [];
const MOST_IDLE = 2;
const MOST_ROUNDS = 2 ** 32 - 1;

function takeScratch(nodes: number): Scratch {
  const at = idle.findIndex((one) => one.nodes >= nodes && one.round < MOST_ROUNDS);
  // Some room, for a graph that grows.
  const scratch = at >= 0 ? (idle.splice(at, 1)[0] as Scratch) : new Scratch(Math.ceil(nodes * 1.25));
  scratch.round++;
  return scratch;
}

function giveScratch(scratch: Scratch): void {
  idle.push(scratch);
  // The largest one serves all graphs.
  if (idle.length > MOST_IDLE) idle.sort((a, b) => b.nodes - a.nodes).length = MOST_IDLE;
}

/** One Dijkstra search that settles a node at a time. To be disposed of. */
class Search implements Disposable {
  readonly #graph: GraphView;
  readonly #start: number;
  readonly #scratch: Scratch;
  readonly #heap = new NodeHeap();
  readonly #visit: ArcVisitor;
  #node = 0;
  #soFar = 0;
  #reached: ((node: number) => void) | undefined;

  /** @param limit nodes that cost as much are not looked at */
  constructor(
    graph: GraphView,
    start: number,
    cost: (kind: number, target: number, source: number) => number,
    limit: number,
  ) {
    this.#graph = graph;
    this.#start = start;
    const scratch = (this.#scratch = takeScratch(graph.nodeCount));
    const { round } = scratch;
    scratch.seen[start] = round;
    scratch.cost[start] = 0;
    this.#heap.push(start, 0);
    this.#visit = (target, kind) => {
      const total = this.#soFar + cost(kind, target, this.#node);
      if (!(total < limit) || (scratch.seen[target] === round && !(total < scratch.cost[target]!))) return;
      scratch.seen[target] = round;
      scratch.cost[target] = total;
      scratch.from[target] = this.#node;
      scratch.kind[target] = kind;
      this.#heap.push(target, total);
      this.#reached?.(target);
    };
  }

  [Symbol.dispose](): void {
    giveScratch(this.#scratch);
  }

  /** Least cost that a node not yet settled can have; Infinity when all that can be reached are settled. */
  get frontier(): number {
    return this.#heap.cheapest;
  }

  /** Least cost known; Infinity for a node that was not reached. */
  costTo(node: number): number {
    return this.#scratch.seen[node] === this.#scratch.round ? this.#scratch.cost[node]! : Infinity;
  }

  /** Settles the cheapest node without looking at its arcs; undefined when none is left. */
  takeNext(): number | undefined {
    const { settled, round } = this.#scratch;
    for (let node = this.#heap.pop(); node !== undefined; node = this.#heap.pop()) {
      if (settled[node] === round) continue;
      settled[node] = round;
      return node;
    }
    return undefined;
  }

  /** Looks at the arcs of a settled node. @param reached called for each node that is cheaper to reach by one of them */
  relaxArcs(node: number, reached?: (node: number) => void): void {
    this.#node = node;
    this.#soFar = this.#scratch.cost[node]!;
    this.#reached = reached;
    this.#graph.forEachArc(node, this.#visit);
  }

  /** Nodes and relations from the start to a node. */
  trace(goal: number): Trace {
    const { from, kind } = this.#scratch;
    const nodes = [goal];
    const kinds: number[] = [];
    for (let node = goal; node !== this.#start;) {
      kinds.push(kind[node]!);
      node = from[node]!;
      nodes.push(node);
    }
    return { nodes: nodes.reverse(), kinds: kinds.reverse() };
  }
}
