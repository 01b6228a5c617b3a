/** How many names the picture may show at once. */

const USUAL = 80;
const MOST = 200;

/** The number in a query string such as `?names=120`, 0 .. 200. */
export function namesWish(query: string): number {
  const wish = Number.parseInt(new URLSearchParams(query).get('names') ?? '', 10);
  return Number.isNaN(wish) ? USUAL : Math.min(MOST, Math.max(0, wish));
}
