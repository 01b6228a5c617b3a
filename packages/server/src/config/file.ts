/** The configuration file: one YAML mapping, in the data folder or where VORTEXFLOW_CONFIG says. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { SettingError } from './setting-error.ts';

/** Name of the file in the data folder. */
const FILE_NAME = 'vortexflow.yaml';
/** A file of settings is a few kilobytes; more is a mistake. */
const MAX_LENGTH = 1_000_000;

/** A configuration file that was read. */
export interface ConfigFile {
  /** Folder from which relative paths in it are taken. */
  readonly folder: string;
  /** Top-level keys with their values as plain data. */
  readonly values: Readonly<Record<string, unknown>>;
  /** An error that says where in the file something is. @param path keys and places from the top */
  problem(path: readonly (string | number)[], text: string): SettingError;
}

/**
 * Reads the file, if there is one.
 * @throws SettingError when it is no YAML mapping, or when VORTEXFLOW_CONFIG names none
 */
export function readConfigFile(environment: Readonly<Record<string, string | undefined>>): ConfigFile | null {
  const named = environment['VORTEXFLOW_CONFIG']?.trim();
  const folder = environment['VORTEXFLOW_DATA']?.trim() || join(homedir(), '.vortexflow');
  const path = resolve(named || join(folder, FILE_NAME));
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (failure) {
    if (!named && (failure as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SettingError(
      `The configuration file ${path} cannot be read (${(failure as NodeJS.ErrnoException).code}).`,
    );
  }
  return parseConfig(text, path);
}

/** @throws SettingError with the line of the first mistake */
export function parseConfig(text: string, path: string): ConfigFile {
  if (text.length > MAX_LENGTH) throw new SettingError(`${path} is longer than ${MAX_LENGTH} characters.`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const [mistake] = document.errors;
  // The message of the parser may quote the line, and with it a secret.
  if (mistake)
    throw new SettingError(`${path}, line ${lines.linePos(mistake.pos[0]).line}: this is no YAML (${mistake.code}).`);
  const values = plain(document, path);
  if (values === null) return { folder: dirname(path), values: {}, problem: problemIn(document, lines, path) };
  if (typeof values !== 'object' || Array.isArray(values))
    throw new SettingError(`${path} must hold settings as "name: value" lines.`);
  return {
    folder: dirname(path),
    values: values as Record<string, unknown>,
    problem: problemIn(document, lines, path),
  };
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
