/**
 * Settings as one table: name, environment variable, default, how to read it, what it is for. The start-up checks, the
 * help text and the documentation read the same rows. Order of precedence: defaults, the file, the environment.
 */
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelSettings } from '@vortexflow/answering';
import { checkStoreUrl } from '@vortexflow/knowledge';
import type { LayoutBackend } from '@vortexflow/layout';
import type { Strategy } from '@vortexflow/protocol';
import { listOf, readNetwork, readOrigin } from '../access/fields.ts';
import { type EmbeddingEndpoint, readFileEmbeddings } from './embeddings.ts';
import type { ConfigFile } from './file.ts';
import { readEnvironmentModel, readFileModels } from './models.ts';
import { SettingError } from './setting-error.ts';

export { SettingError } from './setting-error.ts';

/** Where a value came from. */
type SettingSource = 'default' | 'file' | 'environment';

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

function fraction(text: string): number {
  const value = /^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new Error('a number from 0 to 1');
  return value;
}

function truth(text: string): boolean {
  return oneOf(['true', 'false'])(text) === 'true';
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

/** The thread that takes requests keeps about four busy. */
const MOST_THREADS = 4;

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
  learningRate: setting<number>(
    'LEARNING_RATE',
    0.01,
    'How much of what the strategy Adaptive knows fades with each feedback, 0 to 1.',
    fraction,
  ),
  cascade: setting<boolean>(
    'LLM_CASCADE',
    false,
    'true: language models are also asked in Balanced and Thorough when the others are not sure enough.',
    truth,
  ),
  cascadeBelow: setting<number>('LLM_CASCADE_BELOW', 0.6, 'Confidence below which that happens, 0 to 1.', fraction),
  workers: setting<number>(
    'WORKERS',
    process.env['NODE_ENV'] === 'production' ? 2 : 0,
    'Serving processes behind the port, so that one may die; 0: all in this process. 2 where NODE_ENV is production.',
    integer(0, 64),
  ),
  maxConnections: setting<number>(
    'MAX_CONNECTIONS',
    10_000,
    'Most connections at a time; further ones are closed at once.',
    integer(1, 1_000_000),
  ),
  publicOrigin: setting<string | null>(
    'PUBLIC_ORIGIN',
    null,
    'Address that browsers use, e.g. https://graph.example: what sign-ins are bound to. Needed behind a proxy.',
    readOrigin,
  ),
  corsOrigins: setting<readonly string[]>(
    'CORS_ORIGINS',
    [],
    'Pages of other sites that may read answers (not cookies), separated by commas.',
    listOf(readOrigin),
  ),
  trustedProxies: setting<readonly string[]>(
    'TRUSTED_PROXIES',
    [],
    'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.',
    listOf(readNetwork),
  ),
  serviceKeysFile: setting<string | null>(
    'SERVICE_KEYS_FILE',
    null,
    'File with the Ed25519 keys of services that sign tokens (JWT): {"keys": [{"kid", "x", "subject", "role"}]}.',
    (text) => text,
  ),
  ratePerAddress: setting<number>(
    'RATE_PER_ADDRESS',
    20,
    'Questions a second from one address without a key; five times as many at once. Not counted on this machine.',
    integer(1, 1_000_000),
  ),
  ratePerKey: setting<number>(
    'RATE_PER_KEY',
    200,
    'The same for one key or session. The owner key is not counted.',
    integer(1, 1_000_000),
  ),
  reasonerThreads: setting<number>(
    'REASONER_THREADS',
    Math.max(2, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2))),
    'Threads that reason in each process; by default WORKERS share them. Of two or more, one may die without a question lost.',
    integer(1, 64),
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
type SettingValues = { readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['fallback'] } & {
  /** Language models: those of the file, or the single one of the environment in their place. */
  readonly models: readonly ModelSettings[];
  /** The endpoint that embeds passages; only the file names one. */
  readonly embeddings: EmbeddingEndpoint | null;
};

/** All settings with where each came from. */
export interface Settings {
  readonly values: SettingValues;
  readonly sources: Readonly<Record<keyof SettingValues, SettingSource>>;
}

/** Name of a setting in the file: the variable's in small letters, without its prefix. */
const fileKey = ({ variable }: Setting<unknown>): string => variable.toLowerCase().replace(/^(?:vortexflow|llm)_/, '');

/**
 * Reads the settings. An empty variable counts as not set.
 * @throws SettingError for the first setting that holds what it cannot hold, and for names in the file that mean nothing
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | null = null,
): Settings {
  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  if (file) checkNames(file);
  for (const [name, row] of Object.entries(SETTINGS)) {
    const text = environment[row.variable]?.trim();
    const written = file?.values[fileKey(row)] ?? null;
    sources[name] = text ? 'environment' : written === null ? 'default' : 'file';
    values[name] = text
      ? readOne(row, text)
      : file && written !== null
        ? readWritten(row, file, written)
        : row.fallback;
  }
  if (sources['reasonerThreads'] === 'default') values['reasonerThreads'] = threadsBeside(values['workers'] as number);
  const own = readEnvironmentModel(environment);
  const listed = file ? readFileModels(file) : [];
  values['models'] = own ? [own] : listed;
  sources['models'] = own ? 'environment' : listed.length > 0 ? 'file' : 'default';
  values['embeddings'] = file ? readFileEmbeddings(file) : null;
  sources['embeddings'] = values['embeddings'] === null ? 'default' : 'file';
  return { values, sources } as unknown as Settings;
}

/** Threads of each of several processes: no more in all than one process alone would have. */
function threadsBeside(workers: number): number {
  return Math.max(1, Math.floor(SETTINGS.reasonerThreads.fallback / Math.max(1, workers)));
}

function checkNames(file: ConfigFile): void {
  const rows = Object.values(SETTINGS).filter((row) => row !== SETTINGS.dataFolder);
  const known = [...rows.map(fileKey), 'models', 'embeddings'];
  for (const name of Object.keys(file.values)) {
    // The file lies in that folder.
    if (name === fileKey(SETTINGS.dataFolder)) throw file.problem([name], `${name} is set by VORTEXFLOW_DATA only.`);
    if (!known.includes(name)) throw file.problem([name], `${name} is not known; there are ${known.join(', ')}.`);
  }
}

function readOne(row: Setting<unknown>, text: string): unknown {
  try {
    return row.read(text);
  } catch (failure) {
    throw new SettingError(`${row.variable}${shown(row, text)} is not valid: it takes ${(failure as Error).message}.`);
  }
}

function readWritten(row: Setting<unknown>, file: ConfigFile, value: unknown): unknown {
  const name = fileKey(row);
  const text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
  try {
    return row.read(text);
  } catch (failure) {
    const problem = `${name}${shown(row, text)} is not valid: it takes ${(failure as Error).message}.`;
    throw file.problem([name], problem);
  }
}

/** A value as messages repeat it; a secret must not end up in a log. */
const shown = ({ variable }: Setting<unknown>, text: string): string => (SECRET.has(variable) ? '' : ` "${text}"`);

/** Whether browsers reach us over TLS: through a proxy that speaks it. */
export const isTls = ({ values }: Settings): boolean => values.publicOrigin?.startsWith('https:') ?? false;

/** True for addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
