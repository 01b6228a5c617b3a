/** Closed answer sets: as a number of answers, or by name, which lets each source be judged per label. */
import { compareText } from './numeric.ts';

/** How many answers are possible (0: the set is open), or the answers themselves as canonical keys. */
export type Labels = number | readonly string[];

/** More labels than this are only counted: a table of K * K numbers a source would hold nothing but zeros. */
export const MOST_CLASSES = 32;

/** A named set in a normal form: the order in which the labels were given does not matter. */
export interface LabelSet {
  /** Equal for equal sets: the number of labels and 53 bits of a hash. `''` when the labels are only counted. */
  readonly id: string;
  readonly size: number;
  /** Positions in ascending order of the labels; empty when they are only counted. */
  readonly indexOf: ReadonlyMap<string, number>;
}

const sets = new WeakMap<readonly string[], LabelSet>();

/** Worked out once per array of labels. */
export function labelSetOf(labels: Labels): LabelSet {
  if (typeof labels === 'number') return { id: '', size: labels, indexOf: new Map() };
  let set = sets.get(labels);
  if (!set) {
    set = nameSet([...new Set(labels)].sort(compareText));
    sets.set(labels, set);
  }
  return set;
}

function nameSet(sorted: readonly string[]): LabelSet {
  const size = sorted.length;
  if (size < 2 || size > MOST_CLASSES) return { id: '', size, indexOf: new Map() };
  return {
    id: `${size}:${hash53(JSON.stringify(sorted)).toString(36)}`,
    size,
    indexOf: new Map(sorted.map((label, i) => [label, i])),
  };
}

/** Two multiplicative hashes side by side. It only has to tell apart the few sets that one state ever sees. */
function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}
