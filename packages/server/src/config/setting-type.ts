/** What a setting can hold: how it is read from text and from JSON, how it is written back, and what a form shows. */

/** A value as JSON, YAML and the history spell it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

export interface SettingType<T> {
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  /** What it takes, for messages: "a whole number from 1 to 64". */
  readonly takes: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  /** @throws Error whose message says what would be right */
  parse(text: string): T;
  /** The same value as {@link parse} takes it. */
  write(value: T): Plain;
}

export function integer(minimum: number, maximum: number): SettingType<number> {
  const takes = `a whole number from ${minimum} to ${maximum}`;
  const parse = (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) throw new Error(takes);
    return value;
  };
  return { kind: 'integer', takes, minimum, maximum, parse, write: (value) => value };
}

/** A number that need not be whole. */
export function decimal(minimum: number, maximum: number): SettingType<number> {
  const takes = `a number from ${minimum} to ${maximum}`;
  const parse = (text: string): number => {
    const value = /^(?:\d+\.?\d*|\.\d+)(?:e-?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) throw new Error(takes);
    return value;
  };
  return { kind: 'number', takes, minimum, maximum, parse, write: (value) => value };
}

export const fraction = decimal(0, 1);

/** One of several words; capitals do not matter. */
export function choice<T extends string>(choices: readonly T[]): SettingType<T> {
  return named(Object.fromEntries(choices.map((name) => [name, name])) as Record<T, T>);
}

/** One of several words that stand for something else. */
export function named<T>(table: Readonly<Record<string, T>>): SettingType<T> {
  const choices = Object.keys(table);
  const takes = `one of ${choices.join(', ')}`;
  const parse = (text: string): T => {
    const name = text.toLowerCase();
    if (!choices.includes(name)) throw new Error(takes);
    return table[name] as T;
  };
  const write = (value: T): Plain => choices.find((name) => table[name] === value) ?? null;
  return { kind: 'choice', takes, choices, parse, write };
}

export const truth: SettingType<boolean> = {
  ...named({ true: true, false: false }),
  kind: 'boolean',
  write: (value) => value,
};

/** @param parse throws an Error that says what would be right */
export function text(takes: string, parse: (text: string) => string): SettingType<string> {
  return { kind: 'text', takes, parse, write: (value) => value };
}

/** A text of a pattern. */
export function matching(pattern: RegExp, takes: string): SettingType<string> {
  return text(takes, (given) => {
    if (!pattern.test(given)) throw new Error(takes);
    return given;
  });
}

export const PATH = matching(/^[^\0]{1,4096}$/, 'a path');

/** Several of them, separated by commas. @param parse one, as in {@link text} */
export function list(takes: string, parse: (text: string) => string): SettingType<readonly string[]> {
  const parts = (given: string): string[] => given.split(',').map((one) => one.trim());
  return {
    kind: 'text',
    takes: `${takes}, separated by commas`,
    parse: (given) =>
      parts(given)
        .filter((one) => one !== '')
        .map(parse),
    write: (values) => values.join(', '),
  };
}

/**
 * Whole numbers with names, all of them at once, so that none of them has a value that nobody wrote.
 * @param example also gives the names and their order
 */
export function numbers<Name extends string>(
  example: Readonly<Record<Name, number>>,
  least: Readonly<Record<Name, number>>,
  most: Readonly<Record<Name, number>>,
): SettingType<Readonly<Record<Name, number>>> {
  const names = Object.keys(example) as Name[];
  const write = (value: Readonly<Record<Name, number>>): string =>
    names.map((name) => `${name} ${value[name]}`).join(', ');
  const ranges = names.map((name) => `${name} from ${least[name]} to ${most[name]}`);
  const takes = `numbers written as "${write(example)}": ${ranges.join(', ')}`;
  const parse = (text: string): Readonly<Record<Name, number>> => {
    const values = new Map<Name, number>();
    for (const part of text.split(',')) {
      const [, word, digits] = /^\s*([a-z]+)\s+(\d{1,15})\s*$/i.exec(part) ?? [];
      const name = names.find((one) => one === word?.toLowerCase());
      const value = Number(digits);
      if (name === undefined || values.has(name) || value < least[name] || value > most[name]) throw new Error(takes);
      values.set(name, value);
    }
    if (values.size < names.length) throw new Error(takes);
    return Object.freeze(Object.fromEntries(values)) as Readonly<Record<Name, number>>;
  };
  return { kind: 'text', takes, parse, write };
}

/** A value as it stands in the environment. */
export const textOfPlain = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value));

const JSON_TYPES: Readonly<Record<SettingType<unknown>['kind'], string>> = {
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  choice: 'string',
  text: 'string',
};

/** Reads a JSON value, whose type must be the right one: "5" is no number. @throws Error as {@link SettingType.parse} */
export function readPlain<T>(type: SettingType<T>, value: unknown): T {
  if (typeof value !== JSON_TYPES[type.kind]) throw new Error(type.takes);
  return type.parse(String(value));
}
