/** A shuffle that is the same every time: the edges that a slow device drops must not flicker from load to load. */

/**
 * Edges in a fixed random order, Fisher-Yates with xorshift32.
 *
 * @param edges pairs of node indices, length 2m
 * @returns a new array of the same pairs
 */
export function shuffledEdges(edges: Uint32Array): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(edges);
  let state = 0x9e3779b9;
  for (let i = out.length / 2 - 1; i > 0; i--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const j = (state >>> 0) % (i + 1);
    for (const side of [0, 1]) {
      const kept = out[i * 2 + side]!;
      out[i * 2 + side] = out[j * 2 + side]!;
      out[j * 2 + side] = kept;
    }
  }
  return out;
}
