/**
 * Dates and quantities that can be compared. A date is a year with, where known, a month and a day; two dates are
 * compared at the coarser precision, and equal ones give no verdict: "1898" is neither before nor after "May 1898".
 */

/** Proleptic Gregorian; 1 BC is year 0. */
export interface DateValue {
  readonly year: number;
  /** 1 to 12. */
  readonly month?: number;
  readonly day?: number;
  /** "circa", "?": right within some years. */
  readonly isRough?: boolean;
}

/** A number with the dimension of its unit, in the unit of the International System; a `span` in calendar years. */
export interface Quantity {
  readonly value: number;
  readonly dimension: 'number' | 'length' | 'mass' | 'duration' | 'span' | 'people';
}

/** The first is less (earlier), more (later), or nobody can tell. */
export type Verdict = 'less' | 'more' | null;

/** Rough dates nearer than this, in years, are not told apart. */
const ROUGH_YEARS = 20;
/** Quantities nearer than this share of the larger one are not told apart: sources round. */
const ROUNDING = 0.005;

export function compareDates(left: DateValue, right: DateValue): Verdict {
  const years = left.year - right.year;
  if (left.isRough || right.isRough) return Math.abs(years) <= ROUGH_YEARS ? null : verdict(years);
  if (years !== 0) return verdict(years);
  if (left.month === undefined || right.month === undefined) return null;
  if (left.month !== right.month) return verdict(left.month - right.month);
  return left.day === undefined || right.day === undefined ? null : verdict(left.day - right.day);
}

export function compareQuantities(left: Quantity, right: Quantity): Verdict {
  if (left.dimension !== right.dimension) return null;
  const difference = left.value - right.value;
  const isExact = left.dimension === 'number';
  const tolerance = isExact ? 0 : ROUNDING * Math.max(Math.abs(left.value), Math.abs(right.value));
  return Math.abs(difference) <= tolerance ? null : verdict(difference);
}

const verdict = (difference: number): Verdict => (difference < 0 ? 'less' : difference > 0 ? 'more' : null);

/** A date for people. */
export function sayDate({ year, month, day, isRough }: DateValue): string {
  const said = year > 0 ? `${year}` : `${1 - year} BC`;
  const name = month === undefined ? '' : `${MONTH_NAMES[month - 1]} `;
  return `${isRough ? 'about ' : ''}${day === undefined ? '' : `${day} `}${name}${said}`;
}

const MONTH_NAMES = 'January February March April May June July August September October November December'.split(' ');

/** Number of a month by its English name or the first three letters; undefined for another word. */
export function monthOf(word: string): number | undefined {
  const at = MONTH_NAMES.findIndex((name) => name.slice(0, 3).toLowerCase() === word.slice(0, 3).toLowerCase());
  return at >= 0 && MONTH_NAMES[at]?.toLowerCase().startsWith(word.toLowerCase()) ? at + 1 : undefined;
}
