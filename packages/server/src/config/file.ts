/** The configuration file: one YAML mapping, in the data folder or where VORTEXFLOW_CONFIG says. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { SettingError } from './setting-error.ts';

/** Name of the file in the data folder. */
const FILE_NAME = 'vortexflow.yaml';
/** A file of settings is a few kilobytes. The worst of this size takes the parser .3 s, in which nothing else happens; time grows with the square. */
export const MAX_CONFIG_BYTES = 32_768;

/** A configuration file that was read. */
export interface ConfigFile {
  /** Folder from which relative paths in it are taken. */
  readonly folder: string;
  /** Top-level keys with their values as plain data. */
  readonly values: Readonly<Record<string, unknown>>;
  /** There is nothing in it, not even a comment: what a program leaves that was stopped while it wrote. */
  readonly isBlank: boolean;
  /** An error that says where in the file something is. @param path keys and places from the top */
  problem(path: readonly (string | number)[], text: string): SettingError;
}

/** Where the file is, and whether somebody said so: then it must be there. */
export function configPath(environment: Readonly<Record<string, string | undefined>>): {
  readonly path: string;
  readonly isNamed: boolean;
} {
  const named = environment['VORTEXFLOW_CONFIG']?.trim();
  const folder = environment['VORTEXFLOW_DATA']?.trim() || join(homedir(), '.vortexflow');
  return { path: resolve(named || join(folder, FILE_NAME)), isNamed: Boolean(named) };
}

/**
 * Reads the file, if there is one.
 * @throws SettingError when it is no YAML mapping, or when VORTEXFLOW_CONFIG names none
 */
export function readConfigFile(environment: Readonly<Record<string, string | undefined>>): ConfigFile | null {
  const { path, isNamed } = configPath(environment);
  let bytes: Buffer;
  try {
    bytes = readBounded(path);
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    if (!isNamed && code === 'ENOENT') return null;
    throw new SettingError(`The configuration file ${path} cannot be read (${code}).`);
  }
  return parseConfig(textOf(bytes, path), path);
}

/** No more than one byte beyond the limit: a file of gigabytes, or one without an end, must not fill the memory. */
function readBounded(path: string): Buffer {
  // A pipe would hold up everything until somebody writes into it.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) throw Object.assign(new Error('no file'), { code: 'EISDIR' });
    const bytes = Buffer.alloc(MAX_CONFIG_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function textOf(bytes: Buffer, path: string): string {
  if (bytes.length > MAX_CONFIG_BYTES) throw tooLong(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SettingError(`${path} is no UTF-8 text.`);
  }
}

const tooLong = (path: string): SettingError =>
  new SettingError(`${path} is longer than ${MAX_CONFIG_BYTES} bytes; settings take a few kilobytes.`);

/** @throws SettingError with the line of the first mistake */
export function parseConfig(text: string, path: string): ConfigFile {
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) throw tooLong(path);
  const lines = new LineCounter();
  const document = parse(text, lines, path);
  const values = plain(document, path);
  const problem = problemIn(document, lines, path);
  const isBlank = text.trim() === '';
  if (values === null) return { folder: dirname(path), values: {}, isBlank, problem };
  if (typeof values !== 'object' || Array.isArray(values))
    throw new SettingError(`${path} must hold settings as "name: value" lines.`);
  return { folder: dirname(path), values: values as Record<string, unknown>, isBlank, problem };
}

function parse(text: string, lines: LineCounter, path: string): Document {
  // Control characters that YAML does not know are in binary files only (YAML 1.2.2, section 5.1).
  // oxlint-disable-next-line no-control-regex
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (control)
    throw new SettingError(`${path}, line ${text.slice(0, control.index).split('\n').length}: this is no text.`);
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  } catch {
    // Thousands of brackets within each other exhaust the parser's stack.
    throw new SettingError(`${path} is nested too deeply.`);
  }
  // A tag that is not known is a warning to the parser, and its value would be taken as text.
  const [mistake] = [...document.errors, ...document.warnings];
  // The message of the parser may quote the line, and with it a secret.
  if (mistake)
    throw new SettingError(`${path}, line ${lines.linePos(mistake.pos[0]).line}: this is no YAML (${mistake.code}).`);
  return document;
}

function plain(document: Document, path: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch {
    // Aliases that would grow without bound.
    throw new SettingError(`${path} refers to itself too often.`);
  }
}

function problemIn(document: Document, lines: LineCounter, path: string): ConfigFile['problem'] {
  return (place, text) => {
    // The nearest part that is there: a missing key has no line of its own.
    for (let length = place.length; length > 0; length--) {
      const node = document.getIn(place.slice(0, length), true);
      if (isNode(node) && node.range) {
        return new SettingError(`${path}, line ${lines.linePos(node.range[0]).line}: ${text}`);
      }
    }
    return new SettingError(`${path}: ${text}`);
  };
}
