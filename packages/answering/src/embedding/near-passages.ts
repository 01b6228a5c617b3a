/** Vectors of passages from an endpoint, as signed bytes, and which of them are nearest to a question. */
import { dotBytes, quantiseTo, TEXT_SCALE } from '@vortexflow/knowledge';

/** A passage that an endpoint finds near to the question. Plain data. */
export interface NearPassage {
  readonly node: number;
  /** Of the two vectors, -1 to 1. */
  readonly cosine: number;
}

/** Passages that are compared before others have a turn on the thread: 1 to 2 ms at 768 numbers each. */
const SLICE = 1024;

/** A vector as signed bytes of length 127. */
export function quantise(vector: Float32Array): Int8Array {
  const bytes = new Int8Array(vector.length);
  quantiseTo(bytes, 0, vector);
  return bytes;
}

/** One vector a node, all of one length. */
export class NearPassages {
  readonly #rows = new Map<number, Int8Array>();

  get size(): number {
    return this.#rows.size;
  }

  has(node: number): boolean {
    return this.#rows.has(node);
  }

  put(node: number, row: Int8Array): void {
    this.#rows.set(node, row);
  }

  remove(node: number): void {
    this.#rows.delete(node);
  }

  clear(): void {
    this.#rows.clear();
  }

  /** The nearest ones, nearest first; of equals the lower node. O(passages * dimensions), in slices. */
  async nearest(wanted: Int8Array, most: number): Promise<NearPassage[]> {
    const best: NearPassage[] = [];
    let seen = 0;
    for (const [node, row] of this.#rows) {
      if (++seen % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
      if (row.length !== wanted.length) continue;
      const cosine = dotBytes(row, 0, wanted, 0, wanted.length) / TEXT_SCALE ** 2;
      let place = best.length;
      while (place > 0 && isNearer({ node, cosine }, best[place - 1]!)) place--;
      if (place >= most) continue;
      best.splice(place, 0, { node, cosine });
      if (best.length > most) best.pop();
    }
    return best;
  }
}

const isNearer = (one: NearPassage, other: NearPassage): boolean =>
  one.cosine > other.cosine || (one.cosine === other.cosine && one.node < other.node);
