/**
 * Characters that look like ASCII ones and are not made so by NFKC: the letters that whole words are disguised with, and
 * the signs that markup and queries live on. From Unicode's confusables (UTS #39, confusables.txt 16.0), by hand: pairs of
 * a prototype and what is mistaken for it.
 */
const LOOKALIKES: readonly (readonly [ascii: string, others: string])[] = [
  // Cyrillic, Greek, Armenian, Latin letters of their own.
  ['a', 'аɑα'],
  ['b', 'ƅь'],
  ['c', 'сϲᴄ'],
  ['d', 'ԁժ'],
  ['e', 'еҽ'],
  ['f', 'ϝք'],
  ['g', 'ɡց'],
  ['h', 'һհ'],
  ['i', 'іıɩιӏ'],
  ['j', 'јϳ'],
  ['k', 'кκ'],
  ['l', 'ⅼǀ'],
  ['m', 'м'],
  ['n', 'ոη'],
  ['o', 'оοօσ'],
  ['p', 'рρ'],
  ['q', 'ԛգ'],
  ['r', 'гᴦ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτ'],
  ['u', 'υսʋ'],
  ['v', 'ѵνᴠ'],
  ['w', 'ԝѡա'],
  ['x', 'хχ'],
  ['y', 'уγү'],
  ['z', 'ᴢ'],
  // Signs.
  ["'", '‘’‛′ʹʻʼʽˈ׳´ʾ'],
  ['"', '“”‟″ʺ״〃'],
  ['<', '‹❮ᐸ˂⟨〈'],
  ['>', '›❯ᐳ˃⟩〉'],
  ['/', '⁄∕╱⧸〳'],
  ['\\', '∖⧵⧹╲'],
  ['(', '❨❲〔'],
  [')', '❩❳〕'],
  ['{', '❴'],
  ['}', '❵'],
  [':', 'ː˸։׃∶ꓽ'],
  ['.', '․܁'],
  ['-', '‐‑‒–—−'],
  ['=', '᐀゠꓿'],
  ['|', '∣⏐│'],
  ['*', '∗⁎٭'],
  ['%', '٪'],
];

const OF_LOOKALIKE: ReadonlyMap<string, string> = new Map(
  LOOKALIKES.flatMap(([ascii, others]) => Array.from(others, (other) => [other, ascii] as const)),
);

/** The ASCII character that a small letter or a sign is mistaken for, or itself. */
export const looksLike = (character: string): string => OF_LOOKALIKE.get(character) ?? character;
