/** Long texts on their way from the reading thread: in pieces, which together make the same string. */

/**
 * Characters of a piece. Longer strings have pages of their own in V8's heap, two bytes a character at worst, and a
 * collection that frees some dozens of them holds the event loop up for 20 to 40 ms.
 */
const PIECE = 49_152;

/** The pieces of a text, one at least. */
export function* piecesOf(text: string): Generator<string, void, undefined> {
  let from = 0;
  do yield text.slice(from, from + PIECE);
  while ((from += PIECE) < text.length);
}

/** An element of a list with lists of pieces for its long texts. It has no lists of its own. */
export function cutTexts(item: unknown): unknown {
  return mapped(item, (value) => (typeof value === 'string' && value.length > PIECE ? [...piecesOf(value)] : value));
}

/** From what {@link cutTexts} made. V8 keeps such a text in pieces until somebody reads it. */
export function joinTexts(item: unknown): unknown {
  return mapped(item, (value) =>
    Array.isArray(value) ? value.reduce((text: string, piece) => text + piece, '') : value,
  );
}

function mapped(item: unknown, change: (value: unknown) => unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const entries = Object.entries(item).map(([key, value]): [string, unknown] => [key, change(value)]);
  return entries.some(([key, value]) => value !== (item as Record<string, unknown>)[key])
    ? Object.fromEntries(entries)
    : item;
}
