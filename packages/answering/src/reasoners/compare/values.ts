/**
 * Dates and quantities that can be compared. A date is a year with, where known, a month and a day; two dates are
 * compared at the coarser precision, and equal ones give no verdict: "1898" is neither before nor after "May 1898".
 */
import { type CalendarDate, monthName } from '@vortexflow/fusion/internal';

/** A date whose year is said. */
export type DateValue = CalendarDate & { readonly year: number };

/** A number with the dimension of its unit, in the unit of the International System; a `span` in calendar years. */
export interface Quantity {
  readonly value: number;
  readonly dimension: keyof typeof BASE_UNITS;
}

/** What can be compared, and how its unit is written behind a number. */
export const BASE_UNITS = {
  number: '',
  length: ' m',
  area: ' m²',
  volume: ' m³',
  mass: ' kg',
  duration: ' s',
  span: ' years',
  speed: ' m/s',
  power: ' W',
  people: ' people',
} as const;

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
  const name = month === undefined ? '' : `${monthName(month)} `;
  return `${isRough ? 'about ' : ''}${day === undefined ? '' : `${day} `}${name}${said}`;
}
