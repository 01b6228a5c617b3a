/** Pairs of neighbouring words: they tell "from one place to another" from the same words in another order. */

/** Distinct pairs of one text. */
export interface WordPairs {
  readonly followers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly count: number;
}

export function wordPairs(words: readonly string[]): WordPairs {
  const followers = new Map<string, Set<string>>();
  let count = 0;
  for (let i = 0; i + 1 < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]!];
    const known = followers.get(word);
    if (known?.has(next)) continue;
    if (known) known.add(next);
    else followers.set(word, new Set([next]));
    count++;
  }
  return { followers, count };
}

/** More words than a text has that is compared. */
const MOST_WORDS = 2 ** 20;

/**
 * Dice's coefficient of the pairs of two texts, 0 to 1. Hundreds of definitions are compared with one description, so
 * that no text is made for a pair.
 */
export function pairsShared({ followers, count }: WordPairs, words: readonly string[]): number {
  const first = new Map<string, number>();
  const seen = new Set<number>();
  let shared = 0;
  let before = -1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    let place = first.get(word);
    if (place === undefined) first.set(word, (place = i));
    const pair = before * MOST_WORDS + place;
    if (before >= 0 && !seen.has(pair)) {
      seen.add(pair);
      if (followers.get(words[i - 1]!)?.has(word)) shared++;
    }
    before = place;
  }
  const size = count + seen.size;
  return size === 0 ? 0 : (2 * shared) / size;
}
