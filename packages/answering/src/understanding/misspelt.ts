/**
 * Misspelt words of grammar and of asking: "waht", "oposite", "knid". Only a word that the knowledge does not know is
 * repaired, and only when one edit (Damerau: a letter missing, too many, another one, or two swapped) makes it a word
 * that questions are made of. Found over shared deletions (Garbe's symmetric delete).
 */
import { stem, STOP_WORDS } from '@vortexflow/knowledge';
import { ASKING, AUXILIARIES, CUES_BY_STEM, LIGHT, QUESTION_WORDS } from './cues.ts';
import { COMPARATIVES } from './comparatives.ts';
import { baseForms, type KnowsName } from './names.ts';

/** Shorter words are one edit away from too many others. */
const SHORTEST = 4;

/** Short or known words that are hardly ever meant as they stand, by what must stand in front (`^`: the start). */
const COMMON_SLIPS: ReadonlyMap<string, { readonly right: string; readonly behind: ReadonlySet<string> | null }> =
  new Map(
    [
      ['wat', 'what', '^'],
      ['wht', 'what', ''],
      ['hwat', 'what', ''],
      ['wich', 'which', ''],
      ['teh', 'the', ''],
      ['hte', 'the', ''],
      ['yuo', 'you', ''],
      ['adn', 'and', ''],
      ['si', 'is', 'what who which'],
      ['iz', 'is', '^ what who which'],
      ['dose', 'does', 'what which how who why'],
      ['wether', 'whether', '^ me know say check tell wonder'],
      ['off', 'of', 'part member kind sort type'],
    ].map(([wrong = '', right = '', behind = '']) => [
      wrong,
      { right, behind: behind === '' ? null : new Set(behind.split(' ')) },
    ]),
  );

let index: ReadonlyMap<string, readonly string[]> | undefined;

function vocabulary(): Set<string> {
  const words = new Set([
    ...ASKING,
    ...LIGHT,
    ...QUESTION_WORDS,
    ...AUXILIARIES,
    ...STOP_WORDS,
    ...COMPARATIVES.keys(),
  ]);
  for (const rows of CUES_BY_STEM.values()) for (const cue of rows) for (const word of cue.words) words.add(word);
  for (const word of words) if (word.length >= SHORTEST && !word.endsWith('s')) words.add(`${word}s`);
  return words;
}

let known: ReadonlySet<string> | undefined;

function deletionIndex(): ReadonlyMap<string, readonly string[]> {
  if (index) return index;
  known = vocabulary();
  const built = new Map<string, string[]>();
  for (const word of known) {
    if (word.length < SHORTEST) continue;
    for (const key of deletions(word)) built.set(key, [...(built.get(key) ?? []), word]);
  }
  index = built;
  return index;
}

/** The word and what is left of it when one letter is taken away. */
export function deletions(word: string): string[] {
  const found = [word];
  for (let at = 0; at < word.length; at++) found.push(word.slice(0, at) + word.slice(at + 1));
  return found;
}

/** True when one edit turns one word into the other. Linear. */
export function isOneEdit(left: string, right: string): boolean {
  if (left === right || Math.abs(left.length - right.length) > 1) return false;
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  const restLeft = left.slice(start);
  const restRight = right.slice(start);
  if (restLeft.length > restRight.length) return restLeft.slice(1) === restRight;
  if (restLeft.length < restRight.length) return restLeft === restRight.slice(1);
  const isSwap =
    restLeft[0] === restRight[1] && restLeft[1] === restRight[0] && restLeft.slice(2) === restRight.slice(2);
  return isSwap || restLeft.slice(1) === restRight.slice(1);
}

/** The word of a question that a misspelt word is, or the word itself. */
export function repairFrameWord(word: string, before: string | undefined, knows: KnowsName): string {
  const slip = COMMON_SLIPS.get(word);
  if (slip && (slip.behind === null || slip.behind.has(before ?? '^'))) return slip.right;
  const candidates = deletionIndex();
  if (
    word.length < SHORTEST ||
    known?.has(word) ||
    CUES_BY_STEM.has(stem(word)) ||
    knows(word) ||
    baseForms(word, knows).length > 0
  )
    return word;
  for (const key of deletions(word)) {
    for (const right of candidates.get(key) ?? []) if (isOneEdit(word, right)) return right;
  }
  return word;
}
