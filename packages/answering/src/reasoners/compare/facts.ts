/**
 * Dates and measures in texts: "(1898-1976)", "born in 1930", "(106-43 BC)", "founded in 1636", "on 12 March 1898",
 * "29,029 feet high", "equal to 1000 meters". What is not said plainly is not read.
 */
import { type DateValue, monthOf, type Quantity } from './values.ts';

/** When something began and ended, as far as a text says. */
export interface Span {
  readonly begin: DateValue | null;
  readonly end: DateValue | null;
}

const YEAR = String.raw`(?:c(?:irca|a?\.)\s*|about\s+)?\d{1,4}(?!\d|,\s*\d{3,4}\b)\s*\??`;
const DAY_MONTH = String.raw`(?:(\d{1,2})\s+)?([A-Z][a-z]{2,8})\.?\s+`;
const MONTH_DAY = String.raw`([A-Z][a-z]{2,8})\s+(\d{1,2}),\s+`;
const DATE = String.raw`(?:${DAY_MONTH}|${MONTH_DAY})?(${YEAR})(?:\s*(BC|BCE|AD|CE)\b)?`;
const RANGE = new RegExp(String.raw`\((?:[^()]*?[;,]\s*)?${DATE}\s*(?:-|–|—|to)\s*${DATE}\s*(?:[;,][^()]*)?\)`);
/** A lone year in parentheses: "(1066)". */
const LONE = new RegExp(String.raw`\((?:in\s+)?${DATE}\)`);
const BEGINNING = new RegExp(
  String.raw`\b(?:born|founded|established|built|created|formed|opened|released|published|completed|began|launched|invented|introduced)\b\s+(?:(?:[A-Z]?[\w.'-]+,?\s+){0,4}?(?:in|on|about)\s+)?${DATE}`,
);
const ENDING = new RegExp(
  String.raw`\b(?:died|dissolved|closed|ended|demolished|abolished)\b(?:\s+(?:in|on|about)\s+|\s+)${DATE}`,
);
const HAPPENED = new RegExp(String.raw`\b(?:[Ii]n|on)\s+${DATE}(?![\d,.]*\d)`);

/** Reads a text's dates; null when it has none that could be told. */
export function spanOf(text: string): Span | null {
  const range = RANGE.exec(text);
  if (range) {
    const end = dateOf(range.slice(7, 13));
    // "(106-43 BC)": the era stands once, behind both.
    const begin = dateOf(range.slice(1, 7), range[12]);
    if (begin && end) return { begin, end };
  }
  const begin = plainDateOf(BEGINNING.exec(text));
  const end = plainDateOf(ENDING.exec(text));
  if (begin || end) return { begin, end };
  const happened = plainDateOf(LONE.exec(text) ?? HAPPENED.exec(text));
  return happened ? { begin: happened, end: happened } : null;
}

/** "Released 3 albums", "in 500 countries": a number alone is a year only from four digits on, or with an era or a month. */
function plainDateOf(match: RegExpExecArray | null): DateValue | null {
  const groups = match?.slice(1, 7) ?? [];
  const [, month, usMonth, , year, era] = groups;
  const isPlain = (month ?? usMonth ?? era) !== undefined || /\d{4}/.test(year ?? '');
  return isPlain ? dateOf(groups) : null;
}

/** Groups of DATE: day, month, month, day, year, era. */
function dateOf(groups: readonly (string | undefined)[] | undefined, eraBehind?: string): DateValue | null {
  if (!groups) return null;
  const [day, month, usMonth, usDay, year, era] = groups;
  if (year === undefined) return null;
  const number = Number(/\d+/.exec(year)?.[0]);
  const isBefore = (era ?? eraBehind ?? '').startsWith('B');
  const named = monthOf(month ?? usMonth ?? '?');
  if ((month ?? usMonth) !== undefined && named === undefined) return null;
  const at = Number(day ?? usDay);
  return {
    year: isBefore ? 1 - number : number,
    ...(named === undefined ? {} : { month: named }),
    ...(named !== undefined && at >= 1 && at <= 31 ? { day: at } : {}),
    ...(/[c?a]/.test(year.replace(/\d/g, '')) ? { isRough: true } : {}),
  };
}

const UNITS: ReadonlyMap<string, readonly [Quantity['dimension'], number]> = new Map(
  (
    [
      ['length', 0.3048, 'foot feet ft'],
      ['length', 0.0254, 'inch inches in'],
      ['length', 0.9144, 'yard yards'],
      ['length', 1609.344, 'mile miles mi'],
      ['length', 1, 'meter meters metre metres m'],
      ['length', 1000, 'kilometer kilometers kilometre kilometres km'],
      ['length', 0.01, 'centimeter centimeters centimetre centimetres cm'],
      ['length', 0.001, 'millimeter millimeters millimetre millimetres mm'],
      ['mass', 0.001, 'gram grams g'],
      ['mass', 1, 'kilogram kilograms kg'],
      ['mass', 0.45359237, 'pound pounds lb lbs'],
      ['mass', 0.028349523, 'ounce ounces oz'],
      ['mass', 1000, 'tonne tonnes'],
      ['duration', 1, 'second seconds'],
      ['duration', 60, 'minute minutes'],
      ['duration', 3600, 'hour hours'],
      ['duration', 86400, 'day days'],
      ['people', 1, 'people inhabitants residents'],
    ] as const
  ).flatMap(([dimension, factor, words]) => words.split(' ').map((word) => [word, [dimension, factor]] as const)),
);

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s+(thousand|million|billion))?`;
const MEASURE = new RegExp(
  String.raw`(?:\bequal to\s+${NUMBER}\s+([a-z]+)\b)|(?:${NUMBER}[\s-]+([a-z]+)\s+(?:high|tall|long|deep|wide|in (?:height|length))\b)|(?:\bpopulation (?:of|is|was)\s+(?:about |over )?${NUMBER}\b)|(?:\b(?:height|length|elevation|mass|weight)\s+(?:of|is)\s+${NUMBER}\s+([a-z]+)\b)`,
);
const SCALES: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };

/** The first measure that a text states; null when it states none. */
export function measureOf(text: string): Quantity | null {
  const match = MEASURE.exec(text);
  if (!match) return null;
  const at = [1, 4, 7, 9].find((group) => match[group] !== undefined) as number;
  const value = Number((match[at] as string).replaceAll(',', '')) * (SCALES[match[at + 1] ?? ''] ?? 1);
  if (at === 7) return { value, dimension: 'people' };
  const unit = UNITS.get(match[at + 2] ?? '');
  return unit ? { value: value * unit[1], dimension: unit[0] } : null;
}

/** A number written in digits; null for everything else. */
export function numberOf(text: string): Quantity | null {
  const plain = text.trim().replaceAll(',', '');
  return /^[-+]?\d+(?:\.\d+)?$/.test(plain) ? { value: Number(plain), dimension: 'number' } : null;
}
