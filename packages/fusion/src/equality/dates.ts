/**
 * Dates as people write them, to the day, the month or the year. A day and month in figures alone are read only where
 * they can mean but one date: "13/05/1990", not "12/05/1990".
 */
import { plainText } from './plain.ts';

export interface CalendarDate {
  /** Proleptic Gregorian, 1 BC being year 0, so that years can be subtracted; `null` when it is not said ("12 May"). */
  readonly year: number | null;
  /** 1-12; absent when only the year is said. */
  readonly month?: number;
  /** 1-31 */
  readonly day?: number;
  /** "circa", "about", "?": right within some years. */
  readonly isRough?: boolean;
}

export interface DateOptions {
  /** A bare number is a year, as behind "born in"; else only from 1000 to 2099, where people would take it for one. */
  readonly anyYear?: boolean;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const PLAIN_MONTHS = MONTHS.map((name) => name.toLowerCase());
/** A month's name or its beginning; what is no month is found out by {@link monthOf}. */
const MONTH = '([a-z]{3,9})';
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;
const YEAR = String.raw`(\d{1,4})(?: (ad|bc|ce|bce))?`;

type Reader = (groups: readonly (string | undefined)[]) => CalendarDate | null;
const form = (source: string, read: Reader): readonly [RegExp, Reader] => [new RegExp(`^${source}$`), read];

/** After commas and "of" have become spaces. */
const FORMS: readonly (readonly [RegExp, Reader])[] = [
  form(String.raw`(\d{4})-(\d{2})-(\d{2})(?:t[\d:.]+z?)?`, ([y, m, d]) => dated(yearOf(y, ''), Number(m), Number(d))),
  form(String.raw`(\d{4})-(\d{2})`, ([y, m]) => dated(yearOf(y, ''), Number(m))),
  form(`${DAY} ${MONTH} ${YEAR}`, ([d, m, y, era]) => dated(yearOf(y, era), monthOf(m), Number(d))),
  form(`${MONTH} ${DAY} ${YEAR}`, ([m, d, y, era]) => dated(yearOf(y, era), monthOf(m), Number(d))),
  form(`${DAY} ${MONTH}`, ([d, m]) => dated(null, monthOf(m), Number(d))),
  form(`${MONTH} ${YEAR}`, ([m, y, era]) => monthAnd(monthOf(m), y, era)),
  form(`${MONTH} ${DAY}`, ([m, d]) => dated(null, monthOf(m), Number(d))),
  form(String.raw`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, ([a, b, y]) => inFigures(Number(a), Number(b), yearOf(y, ''))),
  form(String.raw`(\d{1,4}) (ad|bc|ce|bce)`, ([y, era]) => dated(yearOf(y, era))),
  form(String.raw`ad (\d{1,4})`, ([y]) => dated(yearOf(y, ''))),
  // A bare number is a year only where people would take it for one.
  form(String.raw`(1\d{3}|20\d{2})`, ([y]) => dated(yearOf(y, ''))),
];

/** "c. 1600", "about 1600", "1600?", "630? BC". */
const ROUGH = /^(?:c(?:irca|a)?\b\.?|about) ?|(?<=\d) ?\?(?= |$)/g;

/** @param text in lower case, with plain spaces and hyphens */
export function dateOf(text: string, { anyYear = false }: DateOptions = {}): CalendarDate | null {
  const said = text.replaceAll(ROUGH, '');
  const plain = said
    .replaceAll(/[,.](?= |$)|\bof\b/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .replace(/^(?:(?:on|in)(?: the)?|the|year|the year|in the year) /, '')
    .replace(/^(?:year|the year) /, '');
  const date = formOf(plain) ?? (anyYear && /^\d{1,4}$/.test(plain) ? dated(yearOf(plain, '')) : null);
  return date && said !== text ? { ...date, isRough: true } : date;
}

/** A date that is all that a text says; null for everything else. */
export const readDate = (text: string, options?: DateOptions): CalendarDate | null => dateOf(plainText(text), options);

function formOf(plain: string): CalendarDate | null {
  for (const [pattern, read] of FORMS) {
    const match = pattern.exec(plain);
    const date = match && read(match.slice(1));
    if (date) return date;
  }
  return null;
}

/** 1-12; 0, which no date takes, for a word that no month begins with. */
const monthOf = (beginning: string | undefined): number =>
  PLAIN_MONTHS.findIndex((name) => name.startsWith(beginning!)) + 1;

/** The English name of a month, 1-12. */
export const monthName = (month: number): string => MONTHS[month - 1]!;

/** NaN, which no date takes, for the year 0, which there never was. */
function yearOf(digits: string | undefined, era: string | undefined): number {
  const number = Number(digits);
  if (number === 0) return Number.NaN;
  return era?.startsWith('b') ? 1 - number : number;
}

/** "May 12" is a day, "May 1990" a year. */
function monthAnd(month: number, digits: string | undefined, era: string | undefined): CalendarDate | null {
  const number = Number(digits);
  return era === undefined && digits!.length <= 2 ? dated(null, month, number) : dated(yearOf(digits, era), month);
}

function inFigures(a: number, b: number, year: number): CalendarDate | null {
  if (a === b || b > 12) return dated(year, a, b);
  return a > 12 ? dated(year, b, a) : null;
}

const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function dated(year: number | null, month?: number, day?: number): CalendarDate | null {
  if (Number.isNaN(year) || (month !== undefined && (month < 1 || month > 12))) return null;
  if (day !== undefined && (day < 1 || day > LENGTHS[month! - 1]!)) return null;
  return { year, ...(month !== undefined && { month }), ...(day !== undefined && { day }) };
}

/**
 * Whether two dates are one at the coarser precision of the two; "about 1600" is 1600, only coarser. A day without a year
 * is only like its own kind.
 */
export function sameDate(a: CalendarDate, b: CalendarDate): boolean {
  if (a.year !== b.year) return false;
  if (a.month === undefined || b.month === undefined) return true;
  return a.month === b.month && (a.day === undefined || b.day === undefined || a.day === b.day);
}

/** 1: the year, 2: the month, 3: the day; half of one less when it is rough. */
export function precisionOf({ month, day, isRough }: CalendarDate): number {
  return (day !== undefined ? 3 : month !== undefined ? 2 : 1) - (isRough ? 0.5 : 0);
}
