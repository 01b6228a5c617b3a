/**
 * Dates and measures in texts: "(1898-1976)", "born in 1930", "(106-43 BC)", "founded in 1636", "on 12 March 1898",
 * "29,029 feet high", "equal to 1000 meters". What is not said plainly is not read.
 */
import { readDate, readMeasure } from '@vortexflow/fusion/internal';
import { BASE_UNITS, type DateValue, type Quantity } from './values.ts';

/** When something began and ended, as far as a text says. */
export interface Span {
  readonly begin: DateValue | null;
  readonly end: DateValue | null;
}

/**
 * Where a date may stand: what it says, and whether it is one, is read as in any answer. A month is capital here, as texts
 * are full of words.
 */
const YEAR = String.raw`(?:c(?:irca|a?\.)\s*|about\s+)?\d{1,4}(?!\d|,\s*\d{3,4}\b)\s*\??`;
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?`;
const DAY_MONTH = String.raw`(?:${DAY}\s+(?:of\s+)?)?[A-Z][a-z]{2,8}\.?,?\s+`;
const MONTH_DAY = String.raw`[A-Z][a-z]{2,8}\.?\s+${DAY},\s+`;
const ISO = String.raw`\d{4}-\d{2}-\d{2}(?!\d)`;
const DATE = String.raw`(${ISO}|(?:${DAY_MONTH}|${MONTH_DAY})?${YEAR}(?:\s*(?:BC|BCE|AD|CE)\b)?)`;
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

const ERA = /(?:BC|BCE|AD|CE)$/;

/** Reads a text's dates; null when it has none that could be told. */
export function spanOf(text: string): Span | null {
  const [, from, to] = RANGE.exec(text) ?? [];
  if (from !== undefined && to !== undefined) {
    const end = dateOf(to);
    // "(106-43 BC)": the era stands once, behind both.
    const begin = dateOf(ERA.test(from) ? from : `${from} ${ERA.exec(to)?.[0] ?? ''}`);
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
  const said = match?.[1] ?? '';
  return /[A-Z]|\d{4}/.test(said) ? dateOf(said) : null;
}

function dateOf(said: string): DateValue | null {
  const date = readDate(said, { anyYear: true });
  return date && date.year !== null ? { ...date, year: date.year } : null;
}

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s+(thousand|million|billion|trillion))?`;
const MEASURE = new RegExp(
  String.raw`(?:\bequal to\s+${NUMBER}\s+([a-z]+)\b)|(?:${NUMBER}[\s-]+([a-z]+)\s+(?:high|tall|long|deep|wide|in (?:height|length))\b)|(?:\bpopulation (?:of|is|was)\s+(?:about |over )?${NUMBER}\b)|(?:\b(?:height|length|elevation|mass|weight)\s+(?:of|is)\s+${NUMBER}\s+([a-z]+)\b)`,
);

/** The first measure that a text states; null when it states none. */
export function measureOf(text: string): Quantity | null {
  const match = MEASURE.exec(text);
  if (!match) return null;
  const at = [1, 4, 7, 9].find((group) => match[group] !== undefined) as number;
  const unit = at === 7 ? 'people' : (match[at + 2] ?? '');
  const measure = readMeasure(`${match[at]} ${match[at + 1] ?? ''} ${unit}`);
  return measure && isComparable(measure.dimension) ? { value: measure.value, dimension: measure.dimension } : null;
}

const isComparable = (dimension: string): dimension is Quantity['dimension'] => Object.hasOwn(BASE_UNITS, dimension);

/** A number in digits or words; null for everything else. */
export function numberOf(text: string): Quantity | null {
  const measure = readMeasure(text);
  return measure?.dimension === '' ? { value: measure.value, dimension: 'number' } : null;
}
