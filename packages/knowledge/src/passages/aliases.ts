/**
 * Under which names a passage is known besides its title: the title without its parenthesis or what follows a comma, the
 * subject of the first sentence, "also known as" and "born", first and last name of a person.
 */
import { tokenise } from '../text/analysis.ts';
import { isSideOf, type Lead, leadOf } from './lead.ts';

/** One name of a passage. */
export interface Alias {
  readonly name: string;
  /** How sure the name leads here, 0 to 1. */
  readonly trust: number;
  /** Words that tell this bearer of the name from others, e.g. `1927 film`; may be empty. */
  readonly qualifier: string;
}

const TRUST = {
  title: 1,
  number: 0.2,
  bare: 0.95,
  beforeComma: 0.7,
  subject: 0.9,
  otherName: 0.8,
  shortened: 0.75,
  // Of a text about a side of what it begins with.
  side: 0.3,
} as const;
/** Longest name, in words. */
const LONGEST = 12;
/** How much of a text is searched for other names, characters: they stand at its beginning. */
const HEAD = 400;

const PARENTHESIS = /\s*\(([^()]*)\)\s*$/;
const LEAD = /^(?:the|a|an)\s+/i;
const OTHER_NAME =
  /\b(?:also known as|better known as|best known as|commonly known as|known professionally as|known as|also called|originally called|often called|born|née|née|nicknamed|formerly|abbreviated as|a\.?k\.?a\.?|stylized as|or)\s+(?:the\s+)?["“']?((?:\p{Lu}[\p{L}\p{M}\p{N}.'’-]*)(?:\s+(?:(?:of|the|de|di|da|van|von|der|and|la|le|al|bin|ibn|y)\s+){0,2}\p{Lu}[\p{L}\p{M}\p{N}.'’-]*){0,6})/gu;
const PARTICLE = '(?:de|del|della|di|da|van|von|der|den|ter|la|le|bin|ibn|al)';
/** First name, further names, and the last one with its particles: "Frederick Timmins de Cordova". */
const PERSON_NAME = new RegExp(
  `^(\\p{Lu}[\\p{L}\\p{M}'’-]+)\\s+(?:\\p{Lu}[\\p{L}\\p{M}.'’-]*\\s+){1,3}((?:${PARTICLE}\\s+){0,2}\\p{Lu}[\\p{L}\\p{M}'’-]+)$`,
  'u',
);
const ABOUT_PERSON = /\bborn\b|\b(?:was|is) an? \b|\b\d{4}\s*[–-]\s*(?:\d{4}|\))|\bdied\b/;
const MONTH = /^(?:january|february|march|april|may|june|july|august|september|october|november|december|in|on)\b/i;

/**
 * All names of a passage, each once, surest first.
 *
 * @param names title first, then aliases given by its author
 * @param lead what the text begins with
 */
export function aliasesOf(names: readonly string[], text: string, lead: Lead | null = leadOf(text)): Alias[] {
  const found = new Map<string, Alias>();
  const add = (name: string, trust: number, qualifier = ''): void => {
    const words = tokenise(name);
    if (words.length === 0 || words.length > LONGEST) return;
    const key = words.map(({ word }) => word).join(' ');
    const known = found.get(key);
    if (!known || known.trust < trust) found.set(key, { name: key, trust, qualifier });
  };
  for (const name of names) addTitle(name, add);
  const head = text.slice(0, HEAD);
  if (lead && !isSideOf(names[0] ?? '', lead.name)) addLead(lead, head, add);
  else if (lead) add(lead.name, TRUST.side);
  const person = (names[0] ?? '').replace(PARENTHESIS, '');
  addPerson(person, head, add);
  for (const match of head.matchAll(OTHER_NAME)) if (!MONTH.test(match[1]!)) add(match[1]!, TRUST.otherName);
  return [...found.values()].sort((a, b) => b.trust - a.trust);
}

type Add = (name: string, trust: number, qualifier?: string) => void;

function addTitle(title: string, add: Add): void {
  add(title, /\p{L}/u.test(title) ? TRUST.title : TRUST.number);
  const parenthesis = PARENTHESIS.exec(title);
  const bare = title.replace(PARENTHESIS, '');
  const qualifier = parenthesis?.[1] ?? '';
  if (parenthesis) add(bare, TRUST.bare, qualifier);
  const comma = bare.indexOf(',');
  if (comma > 0) add(bare.slice(0, comma), TRUST.beforeComma, `${bare.slice(comma + 1)} ${qualifier}`);
  if (LEAD.test(bare)) add(bare.replace(LEAD, ''), TRUST.beforeComma, qualifier);
}

function addPerson(name: string, head: string, add: Add, kind = ''): void {
  const parts = PERSON_NAME.exec(name);
  if (parts && ABOUT_PERSON.test(head)) add(`${parts[1]} ${parts[2]}`, TRUST.shortened, kind);
}

function addLead({ name, others, kind }: Lead, head: string, add: Add): void {
  for (const written of [name, ...others]) {
    add(written, TRUST.subject, kind);
    addPerson(written, head, add, kind);
  }
}
