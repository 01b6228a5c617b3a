/** Distances from one node to all others (E. Dijkstra: A note on two problems in connexion with graphs, 1959). */
import type { Adjacency } from './adjacency.ts';
import { NodeHeap } from './heap.ts';

/**
 * Length of the shortest way to every node; Infinity where there is none. A weight is a length here. O((n + m) log n)
 * with weights, O(n + m) without.
 *
 * @returns length n
 * @throws RangeError when there is no such source
 */
export function distancesFrom(graph: Adjacency, source: number): Float64Array {
  if (!(source in graph.offsets) || source >= graph.nodes)
    throw new RangeError(`there is no node ${source}; nodes are 0 to ${graph.nodes - 1}`);
  const distances = new Float64Array(graph.nodes).fill(Infinity);
  distances[source] = 0;
  if (graph.weights) settleByCost(graph, graph.weights, source, distances);
  else settleByHops(graph, source, distances);
  return distances;
}

function settleByHops({ nodes, offsets, neighbours }: Adjacency, source: number, distances: Float64Array): void {
  const queue = new Uint32Array(nodes);
  queue[0] = source;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head]!;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const next = neighbours[e]!;
      if (distances[next] !== Infinity) continue;
      distances[next] = distances[node]! + 1;
      queue[tail++] = next;
    }
  }
}

function settleByCost(
  { nodes, offsets, neighbours }: Adjacency,
  lengths: Float64Array,
  source: number,
  distances: Float64Array,
): void {
  const settled = new Uint8Array(nodes);
  const heap = new NodeHeap();
  heap.push(source, 0);
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (settled[node]) continue;
    settled[node] = 1;
    for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
      const next = neighbours[e]!;
      const distance = distances[node]! + lengths[e]!;
      if (distance >= distances[next]!) continue;
      distances[next] = distance;
      heap.push(next, distance);
    }
  }
}
