/**
 * Texts that are made of one piece over and over: they are written to keep a parser or a regular expression busy. Found by
 * comparing each symbol with those one to eight before it: O(characters).
 */
import { CONTROL, SYMBOLS } from './symbols.ts';

const MAX_PERIOD = 8;
/** Symbols of a repetition from which it counts: longer than rulers of a table, which are let be anyhow. */
const LEAST = 64;
/** Hidden characters in a row from which they count: an emoji has a few. */
const LEAST_HIDDEN = 8;
/** What people draw lines with; letters and digits, too, are repeated in play. */
const OF_LINES: ReadonlySet<number> = new Set(
  Array.from(' -=*_#~+.|:¶0abcdefghijklmnopqrstuvwxyzöß⊢⊣', (one) => SYMBOLS.indexOf(one)),
);

/** What a text repeats, if it does. */
export function repetitionOf(symbols: Uint8Array): 'flood' | 'unicode' | null {
  const runs = new Int32Array(MAX_PERIOD + 1);
  let hidden = 0;
  /** Where the latest symbol stands that no line is drawn with. */
  let special = -1;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] as number;
    hidden = symbol === CONTROL ? hidden + 1 : 0;
    if (hidden >= LEAST_HIDDEN) return 'unicode';
    if (!OF_LINES.has(symbol)) special = i;
    for (let period = 1; period <= MAX_PERIOD; period++) {
      const isSame = i >= period && symbol === symbols[i - period];
      runs[period] = isSame ? (runs[period] as number) + 1 : 0;
      // The piece that is repeated is what came last.
      if ((runs[period] as number) >= LEAST && special > i - period) return 'flood';
    }
  }
  return null;
}
