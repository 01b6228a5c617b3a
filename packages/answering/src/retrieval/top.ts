/** The best few of many without sorting all. */

/**
 * @param valueOf higher is better; equals go by number
 * @returns at most `most` of the items, best first. O(items + found * most)
 */
export function topOf(items: readonly number[], most: number, valueOf: (item: number) => number): number[] {
  const best: number[] = [];
  const values: number[] = [];
  for (const item of items) {
    const value = valueOf(item);
    let place = best.length;
    if (place === most && !isBetter(value, item, values[place - 1]!, best[place - 1]!)) continue;
    while (place > 0 && isBetter(value, item, values[place - 1]!, best[place - 1]!)) place--;
    if (place >= most) continue;
    best.splice(place, 0, item);
    values.splice(place, 0, value);
    if (best.length > most) {
      best.pop();
      values.pop();
    }
  }
  return best;
}

const isBetter = (value: number, item: number, than: number, other: number): boolean =>
  value > than || (value === than && item < other);
