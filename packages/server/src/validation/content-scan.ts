/** Tier 3 over all texts of a request: so many characters of them, and few in one turn of the event loop. */
import type { ContentScanner } from '@vortexflow/validation';
import type { GivenText } from './checks.ts';

/** Most characters of one request that are scanned: what 131,072 bytes may hold. */
const MAX_SCANNED = 131_072;
/** Characters in one turn, about: they take 2 ms. No question has as many. */
const IN_ONE_TURN = 32_768;

/**
 * Stops wherever others should have a turn.
 * @returns where what was found stands first, by remark, e.g. `content:sqli`
 */
export function* scanContent(
  texts: Iterable<GivenText>,
  scanner: ContentScanner,
): Generator<undefined, ReadonlyMap<string, string>, undefined> {
  const found = new Map<string, string>();
  let left = MAX_SCANNED;
  let inTurn = IN_ONE_TURN;
  for (const { pointer, text } of texts) {
    if (left <= 0) break;
    if (inTurn <= 0) {
      yield;
      inTurn = IN_ONE_TURN;
    }
    const { attack } = scanner.scan(text.slice(0, left));
    left -= text.length;
    inTurn -= text.length;
    if (attack !== null && !found.has(`content:${attack}`)) found.set(`content:${attack}`, pointer);
  }
  return found;
}
