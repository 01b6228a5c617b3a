/** Connected components. */
import type { Csr } from './csr.ts';

export interface Components {
  /** Component of each node; numbered in the order of their first node. */
  readonly of: Uint32Array;
  /** Number of nodes of each component. */
  readonly sizes: Uint32Array;
}

const NONE = 0xffffffff;

/** Finds them breadth first, O(n + m). */
export function findComponents({ nodes, offsets, neighbours }: Csr): Components {
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
        if (of[next] !== NONE) continue;
        of[next] = component;
        queue[tail++] = next;
      }
    }
    sizes.push(tail);
  }
  return { of, sizes: Uint32Array.from(sizes) };
}
