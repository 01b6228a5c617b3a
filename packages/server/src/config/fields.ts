/** Tables of fields of what only the file spells out: how each is read and checked, and what a form and a page say of it. */
import { resolve } from 'node:path';
import type { KeyReference } from '@vortexflow/answering';
import type { SettingError } from './setting-error.ts';
import { matching, type Plain, readPlain, type SettingType, text } from './setting-type.ts';

/** Says what is wrong with one field. */
export type Fail = (field: string, text: string) => SettingError;

/** What a field can hold: as {@link SettingType}, or a table of its own. */
export interface FieldType<T> extends Omit<SettingType<T>, 'kind' | 'parse' | 'write'> {
  readonly kind: SettingType<T>['kind'] | 'record';
  /** Of a record. */
  readonly properties?: Readonly<Record<string, Plain>>;
  /** @throws Error whose message says what would be right */
  read(value: unknown): T;
}

export interface Field<T, None> {
  readonly type: FieldType<T>;
  readonly help: string;
  /** What it is when it is not given. */
  readonly fallback: None;
  readonly isRequired: boolean;
  /** The variable that holds it where there are no others; '' where there is none. */
  readonly variable: string;
}

export type FieldTable = Readonly<Record<string, Field<unknown, unknown>>>;

/** What a table reads. */
export type Fields<T extends FieldTable> = {
  [Name in keyof T]: T[Name] extends Field<infer Value, infer None> ? Value | None : never;
};

const fieldType = <T>(type: SettingType<T> | FieldType<T>): FieldType<T> =>
  'read' in type ? type : { ...type, read: (value) => readPlain(type, value) };

/** A field that must be given. */
export const required = <T>(
  type: SettingType<T> | FieldType<T>,
  help: string,
  { variable = '' }: { readonly variable?: string } = {},
): Field<T, never> => ({
  type: fieldType(type),
  help,
  fallback: undefined as never,
  isRequired: true,
  variable,
});

/** A field that need not be given. @param fallback what holds then */
export const optional = <T, None>(
  type: SettingType<T> | FieldType<T>,
  help: string,
  fallback: None,
  { variable = '' }: { readonly variable?: string } = {},
): Field<T, None> => ({ type: fieldType(type), help, fallback, isRequired: false, variable });

/** What an endpoint calls a model. */
export const MODEL_NAME = matching(/^[^\s\p{C}]{1,200}$/u, 'the name of a model, up to 200 characters without blanks');
/** The name of a variable that holds a key. */
export const KEY_VARIABLE = matching(/^[A-Za-z_]\w{0,127}$/, 'the NAME of an environment variable, not the key');
/** The path of a file that holds a key. */
export const KEY_PATH = matching(/^[^\0]{1,1000}$/, 'the path of a file that holds the key');

/** The address of an endpoint. */
export const BASE_URL = text(
  'an http or https address without user, password, query or fragment, e.g. http://127.0.0.1:11434/v1',
  (given) => {
    if (!URL.canParse(given)) throw new Error(BASE_URL.takes);
    const { protocol, username, password, search, hash } = new URL(given);
    if (!/^https?:$/.test(protocol) || username || password || search || hash) throw new Error(BASE_URL.takes);
    return given;
  },
);

/**
 * Reads the fields that a table knows.
 * @throws SettingError that names the field and what it takes; never a value
 */
export function readFields<T extends FieldTable>(
  table: T,
  entry: Readonly<Record<string, unknown>>,
  fail: Fail,
): Fields<T> {
  for (const field of Object.keys(entry)) {
    if (/^(api_?)?key$/i.test(field))
      throw fail(field, 'is not taken: name a variable in key_env, or a file in key_file.');
    if (!Object.hasOwn(table, field)) throw fail(field, `is not known; there are ${Object.keys(table).join(', ')}.`);
  }
  const fields = Object.entries(table).map(
    ([field, row]) => [field, readField(field, row, entry[field], fail)] as const,
  );
  return Object.fromEntries(fields) as Fields<T>;
}

function readField(
  field: string,
  { type, fallback, isRequired }: Field<unknown, unknown>,
  value: unknown,
  fail: Fail,
): unknown {
  if (value === undefined) {
    if (isRequired) throw fail(field, 'is missing.');
    return fallback;
  }
  try {
    return type.read(value);
  } catch (failure) {
    throw fail(field, `is not valid: it takes ${(failure as Error).message}.`);
  }
}

/** Where a key is found: in a variable or a file, or nowhere. @param folder from which a path is taken */
export function keyOf(variable: string | null, path: string | null, fail: Fail, folder: string): KeyReference | null {
  if (variable !== null && path !== null) throw fail('key_file', 'and key_env exclude each other.');
  if (variable !== null) return { env: variable };
  return path === null ? null : { file: resolve(folder, path) };
}
