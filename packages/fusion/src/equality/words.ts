/** Normal form of a text that is neither boolean nor number nor date. */

const ARTICLES = new Set(['a', 'an', 'the']);
/** Digits in groups of three: "1,000,000". */
const GROUPED = /(?<![\d.,'])\d{1,3}(?:([,'])\d{3})(?:\1\d{3})*(?!\d)/g;

/**
 * Words in lower case without accents, punctuation, articles and thousands separators. Order counts, except where it
 * carries no meaning: in a list ("salt and pepper"), and between two words, which may be a name turned around ("Curie,
 * Marie"). Negations and numbers are words like all others, so texts that differ in one are never equal.
 *
 * @param lemmaOf dictionary form of a word
 */
export function normalForm(text: string, lemmaOf: (word: string) => string = (word) => word): string {
  const folded = fold(text);
  const parts = folded
    .split(/\s*(?:[,;&]|\band\b)\s*/)
    .map((part) => wordsOf(part).map(lemmaOf))
    .filter((words) => words.length > 0);
  // Nothing but punctuation: the text stands for itself.
  if (parts.length === 0) return folded;
  const isList = /[;&]|\band\b/.test(folded);
  const words = parts.flat();
  if (words.length === 2 && !isList) return words.sort().join(' ');
  return parts
    .map((part) => part.join(' '))
    .sort()
    .join(' + ');
}

/** NFKD, lower case, without combining marks; letters that have no decomposition as those that people write for them. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[‐-―−]/g, '-')
    .replaceAll(GROUPED, (digits) => digits.replaceAll(/[,']/g, ''))
    .trim();
}

function wordsOf(part: string): string[] {
  const words = part
    .replaceAll(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replaceAll(/'|(?<!\d)\.|\.(?!\d)/g, '')
    .split(/[^\p{L}\p{N}+#%°$€£.<>=*/^-]+/u)
    .map((word) => word.replace(/^-+(?!\d)|-+$/g, ''))
    .filter((word) => word !== '');
  const kept = words.filter((word) => !ARTICLES.has(word));
  return kept.length > 0 ? kept : words;
}
