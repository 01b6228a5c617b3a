/**
 * Settings as one table: name, environment variable, default, how to read it, what it is for. The start-up checks, the
 * help text and the documentation read the same rows. Order of precedence: defaults, then the environment.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkStoreUrl } from '@vortexflow/knowledge';
import type { LayoutBackend } from '@vortexflow/layout';
import type { Strategy } from '@vortexflow/protocol';

/** Where a value came from. */
type SettingSource = 'default' | 'environment';

/** Thrown when a variable holds what it cannot hold. The message names the variable and what it takes. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  readonly help: string;
  /** @throws Error whose message says what would be right */
  readonly read: (text: string) => T;
}

const FUSION_NAMES: Readonly<Record<string, Strategy>> = {
  ensemble: 'Ensemble',
  weighted: 'WeightedAverage',
  majority: 'MajorityVote',
  stacking: 'Stacking',
  bayesian: 'BayesianAverage',
  adaptive: 'Adaptive',
};

const LAYOUT_BACKENDS = ['cpu', 'auto', 'gpu'] as const satisfies readonly LayoutBackend[];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text.toLowerCase());
    if (choice === undefined) throw new Error(`one of ${choices.join(', ')}`);
    return choice;
  };
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new Error(`a whole number from ${least} to ${most}`);
    return value;
  };
}

function readHost(text: string): string {
  if (!/^[\w.:-]{1,253}$/.test(text)) throw new Error('a host name or IP address');
  return text;
}

function readKey(text: string): string {
  if (!/^[\x21-\x7e]{16,256}$/.test(text)) throw new Error('16 to 256 printable characters without blanks');
  return text;
}

function readStoreUrl(text: string): string {
  checkStoreUrl(text);
  return text;
}

function readVariable(text: string): string {
  if (!/^[A-Za-z_]\w{0,127}$/.test(text)) throw new Error('the NAME of an environment variable, not the password');
  return text;
}

const setting = <T>(variable: string, fallback: T, help: string, read: (text: string) => T): Setting<T> => ({
  variable,
  fallback,
  help,
  read,
});

/** Every setting. */
export const SETTINGS = {
  host: setting<string>(
    'HOST',
    '127.0.0.1',
    'Address to listen on. Elsewhere than loopback needs VORTEXFLOW_OWNER_KEY.',
    readHost,
  ),
  port: setting<number>(
    'PORT',
    7000,
    'Port to listen on; the next free one is used when it is taken.',
    integer(0, 65_535),
  ),
  strategy: setting<Strategy>(
    'FUSION_ALGORITHM',
    'Ensemble',
    `Fusion algorithm when a request names none: ${Object.keys(FUSION_NAMES).join(', ')}.`,
    (text) => FUSION_NAMES[oneOf(Object.keys(FUSION_NAMES))(text)] as Strategy,
  ),
  timeoutMs: setting<number>(
    'TIMEOUT_MS',
    5000,
    'Deadline of a question in ms when a request names none.',
    integer(1, 60_000),
  ),
  layoutBackend: setting<LayoutBackend>(
    'LAYOUT_BACKEND',
    'auto',
    'Where the layout is computed: cpu, auto (a graphics card where there is one), gpu (WebGPU, in software if need be).',
    oneOf(LAYOUT_BACKENDS),
  ),
  layoutMemoryMb: setting<number>(
    'LAYOUT_MEMORY_MB',
    2048,
    'Most memory that the layout may take, MB, on the processor and on the graphics card each.',
    integer(16, 65_536),
  ),
  logLevel: setting<LogLevel>(
    'LOG_LEVEL',
    'info',
    `Least severe log lines to write: ${LOG_LEVELS.join(', ')}.`,
    oneOf(LOG_LEVELS),
  ),
  logFormat: setting<LogFormat>(
    'LOG_FORMAT',
    'auto',
    'json, pretty, or auto: pretty on a terminal.',
    oneOf(LOG_FORMATS),
  ),
  dataFolder: setting<string>(
    'VORTEXFLOW_DATA',
    join(homedir(), '.vortexflow'),
    'Folder of the database, the owner key and the cached index.',
    (text) => text,
  ),
  storeUrl: setting<string | null>(
    'STORE_URL',
    null,
    'Database of the documents: postgres://USER@HOST:PORT/DATABASE; else a file in the data folder.',
    readStoreUrl,
  ),
  storePasswordEnv: setting<string | null>(
    'STORE_PASSWORD_ENV',
    null,
    'Name of the variable that holds the password of STORE_URL.',
    readVariable,
  ),
  storePasswordFile: setting<string | null>(
    'STORE_PASSWORD_FILE',
    null,
    'File that holds the password of STORE_URL, in its first line.',
    (text) => text,
  ),
  ownerKey: setting<string | null>(
    'VORTEXFLOW_OWNER_KEY',
    null,
    'Owner key; else one is made at the first start.',
    readKey,
  ),
} as const;

/** Variables whose values no message repeats: they may hold a secret, by mistake if not by intent. */
const SECRET: ReadonlySet<string> = new Set(
  [SETTINGS.ownerKey, SETTINGS.storeUrl, SETTINGS.storePasswordEnv, SETTINGS.storePasswordFile].map(
    ({ variable }) => variable,
  ),
);

/** Values of all settings. */
type SettingValues = { readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['fallback'] };

/** All settings with where each came from. */
export interface Settings {
  readonly values: SettingValues;
  readonly sources: Readonly<Record<keyof typeof SETTINGS, SettingSource>>;
}

/**
 * Reads the settings. An empty variable counts as not set.
 * @throws SettingError for the first variable that holds what it cannot hold
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  for (const [name, row] of Object.entries(SETTINGS)) {
    const text = environment[row.variable]?.trim();
    sources[name] = text ? 'environment' : 'default';
    values[name] = text ? readOne(row, text) : row.fallback;
  }
  return { values, sources } as unknown as Settings;
}

function readOne(row: Setting<unknown>, text: string): unknown {
  try {
    return row.read(text);
  } catch (failure) {
    const shown = SECRET.has(row.variable) ? '' : ` "${text}"`;
    throw new SettingError(`${row.variable}${shown} is not valid: it takes ${(failure as Error).message}.`);
  }
}

/** True for addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
