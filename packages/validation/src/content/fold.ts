/**
 * Disguises taken off: compatibility forms (NFKC, Unicode annex 15), look-alikes, letter case, marks and characters that
 * nobody sees. Character by character, so that the cost is linear: NFKC of a whole text sorts runs of combining marks.
 */
import { looksLike } from './confusables.ts';

/** Not part of how a text reads: combining marks and default ignorables. */
const IS_DROPPED = /^[\p{M}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u;
/** NFKC makes up to 18 characters of one. */
const MAX_UNFOLDED = 4;
/** Foldings of characters of one code unit, by it, as far as they have been met. */
const met: (string | undefined)[] = [];

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
  return character.length > 1 ? foldAnew(character) : (met[character.charCodeAt(0)] ??= foldAnew(character));
}

function foldAnew(character: string): string {
  // Apart first: an accent is a mark then.
  const apart = character.normalize('NFKD');
  if (apart === character) return foldPart(character);
  return Array.from(apart, foldPart).slice(0, MAX_UNFOLDED).join('');
}

const foldPart = (character: string): string => (IS_DROPPED.test(character) ? '' : looksLike(character.toLowerCase()));
