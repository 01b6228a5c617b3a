/** An undirected simple graph with a name for tables. */
export interface BenchGraph {
  readonly name: string;
  readonly nodes: number;
  /** Pairs of node indices, length 2m; each joined pair once, no loops. */
  readonly edges: Uint32Array;
}

/** Makes a graph simple: loops go, and of pairs given more than once, either way round, one stays. O(m log m). */
export function simpleEdges(nodes: number, pairs: ArrayLike<number>): Uint32Array {
  // Both ends fit into one exact double, and typed arrays sort numbers fast.
  const keys = new Float64Array(pairs.length / 2);
  let count = 0;
  for (let e = 0; e < pairs.length; e += 2) {
    const a = pairs[e] as number;
    const b = pairs[e + 1] as number;
    if (a !== b) keys[count++] = Math.min(a, b) * nodes + Math.max(a, b);
  }
  const sorted = keys.subarray(0, count).sort();
  const edges = new Uint32Array(2 * count);
  let length = 0;
  for (const [place, key] of sorted.entries()) {
    if (place > 0 && key === sorted[place - 1]) continue;
    edges[length++] = Math.floor(key / nodes);
    edges[length++] = key % nodes;
  }
  return edges.slice(0, length);
}
