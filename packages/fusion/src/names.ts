/** Which texts of a batch are worth looking up in a table of names, so that a few are asked for instead of all. */
import { type BatchItem, type FusionBatch, textsOf } from './batch.ts';
import { readAnswer } from './equality/answer.ts';

/** Longer texts are sentences, not names. */
const LONGEST_NAME = 100;
const MOST_WORDS = 10;

export interface BatchNames {
  /** Each once. */
  readonly names: readonly string[];
  /** Whether there was room for those of every item. */
  readonly complete: boolean;
}

/**
 * Texts that may be names of one thing: neither numbers nor dates nor sentences, in items whose answers differ even so.
 * With labels, every label is one. Whole items are taken, in their order, up to the first that there is no room for: the
 * order of candidates changes nothing. O(texts), about 10 microseconds each.
 *
 * @param most how many names
 */
export function namesToLookUp({ labels, train, items }: FusionBatch, most: number): BatchNames {
  const keyOf = nameKeys();
  const names = new Set<string>();
  const shared = labels ?? [];
  const take = (texts: readonly string[]): boolean => {
    const keys = new Map(texts.map((text) => [text, keyOf(text)]));
    if (new Set(keys.values()).size < 2) return true;
    const found = [...keys].filter(([text, key]) => key.startsWith(NAME) && !names.has(text));
    if (names.size + found.length > most) return false;
    for (const [text] of found) names.add(text);
    return true;
  };
  const truths = train.map(({ truth }) => truth);
  // Two labels differ, so that with labels every item's answers are looked up.
  const complete =
    take(shared) &&
    [...train, ...items].every((item, i) => take([...answersOf(item), ...(truths[i] ?? []), ...shared.slice(0, 2)]));
  return { names: [...names], complete };
}

const answersOf = ({ candidates }: BatchItem): string[] => candidates.flatMap(textsOf);

const NAME = 't:';

/** Reads each different text once. Texts too long for a name get a key that is none. */
function nameKeys(): (text: string) => string {
  const keys = new Map<string, string>();
  return (text) => {
    let key = keys.get(text);
    if (key === undefined) {
      const isShort = text.length <= LONGEST_NAME && text.split(/\s+/, MOST_WORDS + 1).length <= MOST_WORDS;
      key = isShort ? readAnswer(text).key : `long:${text}`;
      keys.set(text, key);
    }
    return key;
  };
}
