/**
 * When two answers are the same answer: by what they say, never by what they are like. An embedding takes "1995" for
 * "1996"; here a text is a boolean, a date, a number with its unit, or words in a normal form, and the caller may add
 * which names are one entity.
 */
import { type CalendarDate, dateOf, sameDate } from './dates.ts';
import { measureOf } from './measures.ts';
import { plainText } from './plain.ts';
import { normalForm } from './words.ts';

/** What an answer says. `key` is equal for equal answers, apart from dates of different precision. */
export type Answer =
  | { readonly kind: 'boolean'; readonly key: string; readonly value: boolean }
  | {
      readonly kind: 'date';
      readonly key: string;
      readonly date: CalendarDate;
      /** Key of the same figures as a plain number: "1995" may be a year or a count. */
      readonly number?: string;
    }
  | { readonly kind: 'number'; readonly key: string; readonly value: number; readonly dimension: string }
  | {
      readonly kind: 'entity';
      readonly key: string;
      /** Key of the same words when nobody knows the entity: a table may know one of two spellings of a name. */
      readonly text: string;
    }
  | { readonly kind: 'text'; readonly key: string };

export interface EqualityOptions {
  /** Identity of the thing that a text names, such as a node's id; `undefined` when it names none, or several. */
  readonly entityOf?: (text: string) => string | undefined;
  /** Dictionary form of a lower-case word ("mice": "mouse"). */
  readonly lemmaOf?: (word: string) => string;
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  correct: true,
  no: false,
  false: false,
  incorrect: false,
};
/** Longer texts are never a number or a date: reading them as one would only cost time. */
const LONGEST_TYPED = 80;

/** Reads an answer: typed if it can be, then as an entity, then as words. */
export function readAnswer(text: string, options: EqualityOptions = {}): Answer {
  const plain = plainText(text);
  if (plain.length <= LONGEST_TYPED) {
    const typed = booleanOf(plain) ?? dateAnswer(plain) ?? numberOf(plain);
    if (typed) return typed;
  }
  const key = `t:${normalForm(text, options.lemmaOf)}`;
  const entity = options.entityOf?.(text);
  return entity === undefined ? { kind: 'text', key } : { kind: 'entity', key: `e:${entity}`, text: key };
}

/** Whether two answers are equal. Symmetric, but through dates not transitive: both days of May are "May". */
export function sameAnswer(a: Answer, b: Answer): boolean {
  if (a.key === b.key) return true;
  if (a.kind === 'date' && b.kind === 'date') return sameDate(a.date, b.date);
  return otherKeyOf(a) === b.key || otherKeyOf(b) === a.key || (a.kind === 'entity' && otherKeyOf(b) === a.text);
}

/** The second way to read an answer: a year as a count, a known name as its words. */
function otherKeyOf(answer: Answer): string | undefined {
  return answer.kind === 'date' ? answer.number : answer.kind === 'entity' ? answer.text : undefined;
}

/** "Yes, it is" says no more than "yes"; "no one" and "No, Paris" say something else. */
function booleanOf(plain: string): Answer | null {
  const word = /^([a-z]+)(?:, (?:it|they|he|she|that|this|there|both|neither)\b.*)?$/.exec(plain)?.[1] ?? '';
  if (!Object.hasOwn(BOOLEANS, word)) return null;
  const value = BOOLEANS[word]!;
  return { kind: 'boolean', key: `b:${value}`, value };
}

function dateAnswer(plain: string): Answer | null {
  const date = dateOf(plain);
  if (!date) return null;
  const { year, month, day, isRough } = date;
  const key = `d:${isRough ? '~' : ''}${year ?? ''}/${month ?? ''}/${day ?? ''}`;
  return { kind: 'date', key, date, ...(/^\d+$/.test(plain) && { number: numberKey(Number(plain), '') }) };
}

function numberOf(plain: string): Answer | null {
  const measure = measureOf(plain);
  if (!measure) return null;
  const { value } = measure;
  // To "how many live there", 500 and 500 people are one answer.
  const dimension = measure.dimension === 'people' ? '' : measure.dimension;
  return { kind: 'number', key: numberKey(value, dimension), value, dimension };
}

const numberKey = (value: number, dimension: string): string => `n:${value} ${dimension}`;
