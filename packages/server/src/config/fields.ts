/** Fields of endpoints in the configuration file: how each is read, and keys by reference. */
import { resolve } from 'node:path';
import type { KeyReference } from '@vortexflow/answering';
import type { SettingError } from './setting-error.ts';

/** Says what is wrong with one field. */
export type Fail = (field: string, text: string) => SettingError;
/** Reads one field. @throws Error whose message says what would be right */
export type Read<T> = (value: unknown) => T;

/** Text of a pattern. */
export function text(pattern: RegExp, what: string): Read<string> {
  return (value) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new Error(what);
    return value;
  };
}

/** A number of a range. */
export function number(least: number, most: number, whole: boolean): Read<number> {
  return (value) => {
    const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!fits) throw new Error(`a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    return value;
  };
}

/** What an endpoint calls a model. */
export const readModel = text(/^[^\s\p{C}]{1,200}$/u, 'the name of a model, up to 200 characters without blanks');
/** The name of a variable that holds a key. */
export const readVariable = text(/^[A-Za-z_]\w{0,127}$/, 'the NAME of an environment variable, not the key');
/** The path of a file that holds a key. */
export const readPath = text(/^[^\0]{1,1000}$/, 'the path of a file that holds the key');

/** The address of an endpoint. */
export function readBaseUrl(value: unknown): string {
  const what = 'an http or https address without user, password, query or fragment, e.g. http://127.0.0.1:11434/v1';
  if (typeof value !== 'string' || !URL.canParse(value)) throw new Error(what);
  const { protocol, username, password, search, hash } = new URL(value);
  if (!/^https?:$/.test(protocol) || username || password || search || hash) throw new Error(what);
  return value;
}

/** Every field by its name in the file. */
type Table = Readonly<Record<string, Read<unknown>>>;
type Fields<T extends Table> = { [Name in keyof T]?: ReturnType<T[Name]> };

/**
 * Reads the fields that a table knows.
 * @throws SettingError that names the field and what it takes; never a value
 */
export function readFields<T extends Table>(table: T, entry: Record<string, unknown>, fail: Fail): Fields<T> {
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(entry)) {
    if (/^(api_?)?key$/i.test(field))
      throw fail(field, 'is not taken: name a variable in key_env, or a file in key_file.');
    const read = Object.hasOwn(table, field) ? table[field] : undefined;
    if (!read) throw fail(field, `is not known; there are ${Object.keys(table).join(', ')}.`);
    if (value === undefined) continue;
    try {
      fields[field] = read(value);
    } catch (failure) {
      throw fail(field, `is not valid: it takes ${(failure as Error).message}.`);
    }
  }
  return fields as Fields<T>;
}

/** Where a key is found: in a variable or a file, or nowhere. @param folder from which a path is taken */
export function keyOf(
  variable: string | undefined,
  path: string | undefined,
  fail: Fail,
  folder: string,
): KeyReference | null {
  if (variable !== undefined && path !== undefined) throw fail('key_file', 'and key_env exclude each other.');
  if (variable !== undefined) return { env: variable };
  return path === undefined ? null : { file: resolve(folder, path) };
}
