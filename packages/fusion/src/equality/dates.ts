/** Dates as people write them, to the day, the month or the year. A day and month in figures alone are read only where
 * they can mean but one date: "13/05/1990", not "12/05/1990". */

export interface CalendarDate {
  /** Negative before Christ; `null` when it is not said ("12 May"). */
  readonly year: number | null;
  /** 1-12; absent when only the year is said. */
  readonly month?: number;
  /** 1-31 */
  readonly day?: number;
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const MONTH = `(${MONTHS.map((m) => `${m.slice(0, 3)}(?:${m.slice(3)})?`).join('|')}|sept)`;
const DAY = String.raw`(\d{1,2})(?:st|nd|rd|th)?`;
const YEAR = String.raw`(\d{1,4})(?: (ad|bc|ce|bce))?`;

type Reader = (groups: readonly (string | undefined)[]) => CalendarDate | null;
const form = (source: string, read: Reader): readonly [RegExp, Reader] => [new RegExp(`^${source}$`), read];

/** After commas and "of" have become spaces. */
const FORMS: readonly (readonly [RegExp, Reader])[] = [
  form(String.raw`(\d{4})-(\d{2})-(\d{2})(?:t[\d:.]+z?)?`, ([y, m, d]) => dated(Number(y), Number(m), Number(d))),
  form(String.raw`(\d{4})-(\d{2})`, ([y, m]) => dated(Number(y), Number(m))),
  form(`${DAY} ${MONTH} ${YEAR}`, ([d, m, y, era]) => dated(yearOf(y, era), monthOf(m), Number(d))),
  form(`${MONTH} ${DAY} ${YEAR}`, ([m, d, y, era]) => dated(yearOf(y, era), monthOf(m), Number(d))),
  form(`${DAY} ${MONTH}`, ([d, m]) => dated(null, monthOf(m), Number(d))),
  form(`${MONTH} ${YEAR}`, ([m, y, era]) => monthAnd(monthOf(m), y, era)),
  form(`${MONTH} ${DAY}`, ([m, d]) => dated(null, monthOf(m), Number(d))),
  form(String.raw`(\d{1,2})[/.](\d{1,2})[/.](\d{4})`, ([a, b, y]) => inFigures(Number(a), Number(b), Number(y))),
  form(String.raw`(\d{1,4}) (ad|bc|ce|bce)`, ([y, era]) => dated(yearOf(y, era))),
  form(String.raw`ad (\d{1,4})`, ([y]) => dated(Number(y))),
  // A bare number is a year only where people would take it for one.
  form(String.raw`(1\d{3}|20\d{2})`, ([y]) => dated(Number(y))),
];

/** @param text in lower case, with plain spaces and hyphens */
export function dateOf(text: string): CalendarDate | null {
  const plain = text
    .replaceAll(/[,.](?= |$)|\bof\b/g, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .replace(/^(?:(?:on|in)(?: the)?|the|year|the year|in the year) /, '')
    .replace(/^(?:year|the year) /, '');
  for (const [pattern, read] of FORMS) {
    const match = pattern.exec(plain);
    if (match) return read(match.slice(1));
  }
  return null;
}

const monthOf = (name: string | undefined): number => MONTHS.findIndex((m) => m.startsWith(name!.slice(0, 3))) + 1;
const yearOf = (digits: string | undefined, era: string | undefined): number =>
  era?.startsWith('b') ? -Number(digits) : Number(digits);

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
  if (year === 0 || (month !== undefined && (month < 1 || month > 12))) return null;
  if (day !== undefined && (day < 1 || day > LENGTHS[month! - 1]!)) return null;
  return { year, ...(month !== undefined && { month }), ...(day !== undefined && { day }) };
}

/** Whether two dates are one at the coarser precision of the two. A day without a year is only like its own kind. */
export function sameDate(a: CalendarDate, b: CalendarDate): boolean {
  if (a.year !== b.year) return false;
  if (a.month === undefined || b.month === undefined) return true;
  return a.month === b.month && (a.day === undefined || b.day === undefined || a.day === b.day);
}

/** 1: the year, 2: the month, 3: the day. */
export function precisionOf({ month, day }: CalendarDate): number {
  return day !== undefined ? 3 : month !== undefined ? 2 : 1;
}
