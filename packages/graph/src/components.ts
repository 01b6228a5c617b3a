/** Connected components, breadth first (E. F. Moore: The shortest path through a maze, 1959). */
import type { Adjacency } from './adjacency.ts';
import type { Partition } from './partition.ts';

const NONE = 0xffffffff;

/**
 * Parts that no edge joins, numbered in the order of their first node. O(n + m).
 *
 * @param within label of each node, length n: edges between different labels do not count, so every label falls into
 * its connected pieces
 */
export function findComponents({ nodes, offsets, neighbours }: Adjacency, within?: Uint32Array): Partition {
  const of = new Uint32Array(nodes).fill(NONE);
  const queue = new Uint32Array(nodes);
  const sizes: number[] = [];
  for (let root = 0; root < nodes; root++) {
    if (of[root] !== NONE) continue;
    const component = sizes.length;
    let head = 0;
    let tail = 0;
    queue[tail++] = root;
    of[root] = component;
    while (head < tail) {
      const node = queue[head++]!;
      for (let e = offsets[node]!; e < offsets[node + 1]!; e++) {
        const next = neighbours[e]!;
        if (of[next] !== NONE || (within && within[next] !== within[node])) continue;
        of[next] = component;
        queue[tail++] = next;
      }
    }
    sizes.push(tail);
  }
  return { of, sizes: Uint32Array.from(sizes) };
}
