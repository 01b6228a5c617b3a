/** What sort of answer a question wants, as far as its words tell, and whether a sentence has such a thing to offer. */
import type { Token } from '@vortexflow/knowledge';
import { asksYesOrNo } from '../understanding/cues.ts';

/** `name`: of a person, a place, a work. */
export type WantedKind = 'date' | 'number' | 'name' | 'yes_no' | 'other';

const DATE = /\bwhen\b|\b(?:what|which) (?:\w+ )?(?:year|date|day|month|decade|century)\b|\bdate of\b|\byear of\b/i;
const NUMBER =
  /\bhow (?:many|much|old|long|tall|high|far|large|big|deep|wide|fast|heavy)\b|\b(?:number|population|percentage|amount|price|score|height|length|area|size|age) of\b/i;
const NAME = /\b(?:who|whom|whose|where|which|what)\b/i;
const MONTH = /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/i;
const YEAR = /\b\d{3,4}s?\b/;
const DIGITS = /\d/;
const NUMERAL =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion)\b/i;

/** Sort of answer that a question wants. */
export function wantedKind(question: string): WantedKind {
  if (asksYesOrNo(question)) return 'yes_no';
  if (DATE.test(question)) return 'date';
  if (NUMBER.test(question)) return 'number';
  return NAME.test(question) ? 'name' : 'other';
}

/**
 * Whether a sentence has something of a kind that neither the question nor the title says already.
 *
 * @param tokens of the sentence
 * @param known normal forms of the words of both
 */
export function offers(
  kind: WantedKind,
  sentence: string,
  tokens: readonly Token[],
  known: ReadonlySet<string>,
): boolean {
  if (kind === 'yes_no' || kind === 'other') return false;
  const fresh = tokens.filter(({ word }) => !known.has(word));
  const written = fresh.map(({ start, end }) => sentence.slice(start, end));
  if (kind === 'date') return written.some((word) => YEAR.test(word) || MONTH.test(word));
  if (kind === 'number') return written.some((word) => DIGITS.test(word) || NUMERAL.test(word));
  return fresh.some(({ start }, i) => start > 0 && /^\p{Lu}/u.test(written[i] as string));
}
