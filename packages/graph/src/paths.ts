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
  readonly cost?: (kind: number, target: number) => number;
  /** Most nodes to settle before giving up. Default: all. */
  readonly maxSettled?: number;
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
  const cost = options.cost ?? (() => 1);
  const maxSettled = options.maxSettled ?? Infinity;
  const best = new Map<number, number>([[from, 0]]);
  const cameFrom = new Map<number, { node: number; kind: number }>();
  const settled = new Set<number>();
  const heap = new NodeHeap();
  heap.push(from, 0);
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (node === to) return tracePath(cameFrom, from, to, best.get(to) as number);
    if (settled.has(node)) continue;
    settled.add(node);
    if (settled.size > maxSettled) return null;
    const here = node;
    const soFar = best.get(here) as number;
    graph.forEachArc(here, (target, kind) => {
      const total = soFar + cost(kind, target);
      if (!(total < (best.get(target) ?? Infinity))) return;
      best.set(target, total);
      cameFrom.set(target, { node: here, kind });
      heap.push(target, total);
    });
  }
  return null;
}

function tracePath(
  cameFrom: Map<number, { node: number; kind: number }>,
  from: number,
  to: number,
  cost: number,
): Path {
  const nodes = [to];
  const kinds: number[] = [];
  for (let node = to; node !== from;) {
    const step = cameFrom.get(node) as { node: number; kind: number };
    nodes.push(step.node);
    kinds.push(step.kind);
    node = step.node;
  }
  return { nodes: nodes.reverse(), kinds: kinds.reverse(), cost };
}
