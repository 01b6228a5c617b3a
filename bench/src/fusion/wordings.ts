/**
 * One answer in the words of several people: "12 May 1990", "May 12, 1990", "1990-05-12". What is written here comes from
 * the meanings that a generator chose, so which wordings are one answer is known and not guessed.
 */
import type { Random } from '@vortexflow/primitives';

/** Something that can be an answer, and how it may be written. The first wording is the usual one. */
export interface Meaning {
  readonly id: string;
  readonly wordings: readonly string[];
}

export type MeaningKind = 'name' | 'alias' | 'day' | 'year' | 'measure' | 'number';
export const MEANING_KINDS: readonly MeaningKind[] = ['name', 'alias', 'day', 'year', 'measure', 'number'];

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const FIRST = 'Ada Bruno Chloé Dmitri Elena Faruk Greta Hugo Inés Jonas Keiko Lukas'.split(' ');
const SYLLABLES = 'ba cor del fen gar hol iva jun kel lor mar nov ost pel ros sul tam ulm vel wes'.split(' ');
const ONES = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

const at = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;
const upTo = (from: number, to: number, random: Random): number => from + Math.floor(random() * (to - from + 1));
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');

function properName(random: Random): string {
  return capital(at(SYLLABLES, random) + at(SYLLABLES, random) + at(SYLLABLES, random));
}

function nameOf(random: Random): Meaning {
  const [first, last] = [at(FIRST, random), properName(random)];
  const plain = first.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return {
    id: `name ${first} ${last}`,
    wordings: [`${first} ${last}`, `${last}, ${first}`, `${plain} ${last}`.toLowerCase(), `${plain}  ${last}.`],
  };
}

/** Names that only a table can know to be one: an abbreviation, a former name, an article. */
function aliasOf(random: Random): Meaning {
  const words = [properName(random), at(['City', 'Institute', 'River', 'Society'], random), properName(random)];
  const letters = words.map((word) => word.charAt(0)).join('');
  const name = words.join(' ');
  return { id: `alias ${name}`, wordings: [name, `the ${name}`, `${letters} ${words[2]!.slice(0, 5)}`, words[2]!] };
}

function dayOf(random: Random): Meaning {
  const [year, month, day] = [upTo(1801, 1999, random), upTo(1, 12, random), upTo(1, 28, random)];
  const name = MONTHS[month - 1]!;
  const pad = (value: number): string => String(value).padStart(2, '0');
  return {
    id: `day ${year} ${month} ${day}`,
    wordings: [
      `${day} ${name} ${year}`,
      `${name} ${day}, ${year}`,
      `${year}-${pad(month)}-${pad(day)}`,
      `on the ${day}th of ${name} ${year}`,
    ],
  };
}

function yearOf(random: Random): Meaning {
  const year = upTo(1701, 1999, random);
  return { id: `year ${year}`, wordings: [String(year), `in ${year}`, `the year ${year}`, `AD ${year}`] };
}

function measureOf(random: Random): Meaning {
  const km = random() < 0.3 ? upTo(2, 12, random) : upTo(2, 99, random) * 125;
  const spelled = ONES[km] === undefined ? `${km}` : ONES[km];
  return {
    id: `measure ${km}`,
    wordings: [`${grouped(km)} km`, `${km} kilometres`, `${grouped(km * 1000)} m`, `${spelled} kilometers`],
  };
}

function numberOf(random: Random): Meaning {
  const value = upTo(3, 900, random) * 10_000;
  return {
    id: `number ${value}`,
    wordings: [grouped(value), String(value), `${value / 1e6} million`, `exactly ${grouped(value)}`],
  };
}

const MAKERS: Readonly<Record<MeaningKind, (random: Random) => Meaning>> = {
  name: nameOf,
  alias: aliasOf,
  day: dayOf,
  year: yearOf,
  measure: measureOf,
  number: numberOf,
};

/** So many different meanings of one kind, which must have far more of them. */
export function meanings(kind: MeaningKind, count: number, random: Random): Meaning[] {
  const made = new Map<string, Meaning>();
  while (made.size < count) {
    const meaning = MAKERS[kind](random);
    made.set(meaning.id, meaning);
  }
  return [...made.values()];
}
