/** Nodes or rows sorted into parts: what components, communities and clusters have in common. */
import type { Random } from '@vortexflow/primitives';

/** Every item is in one part. */
export interface Partition {
  /** Part of each item, length n. */
  readonly of: Uint32Array;
  /** Number of items of each part. */
  readonly sizes: Uint32Array;
}

/** Numbers parts anew, in the order of their first item. O(n). @param labels any numbers below the length */
export function numberParts(labels: Uint32Array): Partition {
  const numbers = new Int32Array(labels.length).fill(-1);
  const of = new Uint32Array(labels.length);
  const sizes: number[] = [];
  for (const [item, label] of labels.entries()) {
    if (numbers[label] === -1) numbers[label] = sizes.push(0) - 1;
    const part = numbers[label]!;
    of[item] = part;
    sizes[part]!++;
  }
  return { of, sizes: Uint32Array.from(sizes) };
}

/** 0 .. n-1 in random order (R. Durstenfeld: Algorithm 235, 1964). O(n). */
export function shuffledIndices(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    const moved = order[last]!;
    order[last] = order[pick]!;
    order[pick] = moved;
  }
  return order;
}
