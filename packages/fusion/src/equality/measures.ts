/** Numbers with their units, in the base unit of what they measure. */
import { leadingNumber } from './numbers.ts';
import { plainText } from './plain.ts';
import { unitOf } from './units.ts';

export interface Measure {
  /** In the base unit: metres, kilograms, seconds; months for `calendar`. */
  readonly value: number;
  /** A key of the table of units; `''` for a bare number. */
  readonly dimension: string;
}

const SIGNS = /^([$€£])\s*/;
/** Words before a number that only say that it is one. "About 5" is not said to be 5. */
const LEADS = /^(?:exactly|a total of)\s+/;

/** @param plain as {@link plainText} makes it */
export function measureOf(plain: string): Measure | null {
  const sign = SIGNS.exec(plain)?.[1] ?? '';
  const number = leadingNumber(plain.replace(SIGNS, '').replace(LEADS, ''));
  if (!number || (sign && number.rest)) return null;
  const name = sign || number.rest;
  const unit = name === '' ? { dimension: '', factor: 1, offset: 0 } : unitOf(name);
  if (!unit) return null;
  // Twelve digits: what conversion adds beyond them is rounding.
  return { value: Number((number.value * unit.factor + unit.offset).toPrecision(12)), dimension: unit.dimension };
}

/** A number, with or without a unit, that is all that a text says; null for everything else. */
export const readMeasure = (text: string): Measure | null => measureOf(plainText(text));
