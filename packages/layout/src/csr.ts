/** Adjacency as compressed sparse rows: the neighbours of node i are `neighbours[offsets[i]] .. [offsets[i + 1] - 1]`. */

/** An undirected graph, each edge stored in both rows. 4n + 8m bytes. */
export interface Csr {
  readonly nodes: number;
  /** Length n + 1. */
  readonly offsets: Uint32Array;
  /** Length 2m. */
  readonly neighbours: Uint32Array;
}

/** Builds the rows in O(n + m). Self-loops are left out; parallel edges stay parallel. */
export function buildCsr(nodes: number, edges: Uint32Array): Csr {
  const offsets = new Uint32Array(nodes + 1);
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    if (a === b) continue;
    offsets[a + 1]!++;
    offsets[b + 1]!++;
  }
  for (let i = 0; i < nodes; i++) offsets[i + 1]! += offsets[i]!;
  const neighbours = new Uint32Array(offsets[nodes]!);
  const next = offsets.slice(0, nodes);
  for (let e = 0; e < edges.length; e += 2) {
    const a = edges[e]!;
    const b = edges[e + 1]!;
    if (a === b) continue;
    neighbours[next[a]!++] = b;
    neighbours[next[b]!++] = a;
  }
  return { nodes, offsets, neighbours };
}
