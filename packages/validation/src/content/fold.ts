/**
 * Disguises taken off: compatibility forms (NFKC, Unicode annex 15), look-alikes, letter case, marks and characters that
 * nobody sees. Character by character, so that the cost is linear: NFKC of a whole text sorts runs of combining marks.
 */
import { looksLike } from './confusables.ts';

/** Not part of how a text reads: combining marks and default ignorables. */
const IS_DROPPED = /^[\p{M}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u;
/** NFKC makes up to 18 characters of one. */
const MAX_UNFOLDED = 4;
/** Foldings kept, characters: a text that uses more of them pays for each again. */
const MAX_KEPT = 4096;
const kept = new Map<string, string>();

/** The text as it reads, in small letters. */
export function fold(text: string): string {
  let start = 0;
  let folded = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128) continue;
    folded += text.slice(start, i);
    const isPair = code >= 0xd800 && code <= 0xdbff && i + 1 < text.length;
    folded += foldOne(isPair ? text.slice(i, i + 2) : text.charAt(i));
    if (isPair) i++;
    start = i + 1;
  }
  return (start === 0 ? text : folded + text.slice(start)).toLowerCase();
}

function foldOne(character: string): string {
  const known = kept.get(character);
  if (known !== undefined) return known;
  let folded = '';
  if (!IS_DROPPED.test(character)) {
    // Apart first: an accent is a mark then.
    for (const one of Array.from(character.normalize('NFKD')).slice(0, MAX_UNFOLDED)) {
      if (!IS_DROPPED.test(one)) folded += looksLike(looksLike(one).toLowerCase());
    }
  }
  if (kept.size < MAX_KEPT) kept.set(character, folded);
  return folded;
}
