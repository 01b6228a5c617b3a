/** Texts as the trainer sees them: windows of tokens, cut as the scanner cuts them. */
import { BLOCK, readingsOf, SYMBOLS } from '@vortexflow/validation/internal';
import type { LabelledText } from './corpus.ts';

/** Longest token, symbols. */
const MAX_TOKEN = 6;
const BASE = SYMBOLS.length + 1;

/** A window: which tokens it holds, and its length in symbols. */
export interface Window {
  tokens: Int32Array;
  readonly length: number;
}

export interface Sample {
  readonly of: LabelledText;
  readonly windows: readonly Window[];
}

export interface Featured {
  readonly samples: readonly Sample[];
  /** Tokens by their numbers. */
  readonly tokens: readonly string[];
}

/** A token as a number: its symbols as digits. */
function tokenOf(key: number): string {
  let token = '';
  for (let left = key; left > 0; left = Math.floor(left / BASE)) token = SYMBOLS[(left % BASE) - 1] + token;
  return token;
}

/** Distinct tokens of each window of a text, as numbers. */
function windowsOf(text: string): { keys: Set<number>; length: number }[] {
  return readingsOf(text).flatMap((symbols) => {
    const blocks: Set<number>[] = [];
    for (let end = 0; end < symbols.length; end++) {
      const block = Math.floor(end / BLOCK);
      const keys = (blocks[block] ??= new Set());
      let [key, factor] = [0, 1];
      for (let size = 1; size <= MAX_TOKEN && end - size + 1 >= 0; size++) {
        key += ((symbols[end - size + 1] as number) + 1) * factor;
        factor *= BASE;
        keys.add(key);
      }
    }
    if (blocks.length === 1) return [{ keys: blocks[0] as Set<number>, length: symbols.length }];
    return blocks.slice(1).map((keys, i) => ({
      keys: keys.union(blocks[i] as Set<number>),
      length: Math.min(symbols.length, (i + 2) * BLOCK) - i * BLOCK,
    }));
  });
}

/**
 * @param known whether a text may add tokens: those of a fold that is left out may not
 * @param least texts in which a token must be
 */
export function featuresOf(
  texts: readonly LabelledText[],
  known: (text: LabelledText) => boolean,
  least: number,
): Featured {
  const cut = texts.map((of) => ({ of, windows: windowsOf(of.text) }));
  const counts = new Map<number, number>();
  for (const { of, windows } of cut) {
    if (!known(of)) continue;
    const all = new Set<number>();
    for (const { keys } of windows) for (const key of keys) all.add(key);
    for (const key of all) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const numbers = new Map<number, number>();
  for (const [key, count] of counts) if (count >= least) numbers.set(key, numbers.size);
  const samples = cut.map(({ of, windows }) => ({
    of,
    windows: windows.map(({ keys, length }) => ({
      tokens: Int32Array.from([...keys].map((key) => numbers.get(key)).filter((number) => number !== undefined)),
      length,
    })),
  }));
  return { samples, tokens: [...numbers.keys()].map(tokenOf) };
}
