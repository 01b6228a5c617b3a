/**
 * Every setting, one row each. Types, start-up checks, help text, the form, the schema for editors and the table in the
 * documentation all read these rows.
 */
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { checkStoreUrl } from '@vortexflow/knowledge';
import type { LayoutBackend } from '@vortexflow/layout';
import type { Strategy } from '@vortexflow/protocol';
import { readNetwork, readOrigin } from '../access/fields.ts';
import { AUDIT_SETTINGS } from './audit-settings.ts';
import { LIMIT_SETTINGS } from './limit-settings.ts';
import { type Setting, setting } from './setting.ts';
import { choice, fraction, integer, list, matching, named, PATH, text, truth } from './setting-type.ts';

export const PROFILES = ['development', 'staging', 'production'] as const;
export type Profile = (typeof PROFILES)[number];

const FUSION_NAMES: Readonly<Record<string, Strategy>> = {
  ensemble: 'Ensemble',
  weighted: 'WeightedAverage',
  majority: 'MajorityVote',
  stacking: 'Stacking',
  bayesian: 'BayesianAverage',
  adaptive: 'Adaptive',
};
const LAYOUT_BACKENDS = ['cpu', 'auto', 'gpu'] as const satisfies readonly LayoutBackend[];
const VALIDATION_MODES = ['flag', 'strict'] as const;
/** What becomes of a question that looks like an attack. */
export type ValidationMode = (typeof VALIDATION_MODES)[number];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

const STORE_URL = text('the address of a PostgreSQL database', (given) => {
  checkStoreUrl(given);
  return given;
});

const ORIGIN = 'an address without a path, e.g. https://graph.example';

/** The thread that takes requests keeps about four busy. */
const MOST_THREADS = 4;

/** What an owner key can be, wherever it is kept. */
export const OWNER_KEY = matching(/^[\x21-\x7e]{16,256}$/, '16 to 256 printable characters without blanks');

export const SETTINGS = {
  host: setting<string>({
    variable: 'HOST',
    fallback: '127.0.0.1',
    type: matching(/^[\w.:-]{1,253}$/, 'a host name or IP address'),
    title: 'Address',
    help: 'Address to listen on. Elsewhere than loopback needs VORTEXFLOW_OWNER_KEY or VORTEXFLOW_OWNER_KEY_FILE.',
  }),
  port: setting<number>({
    variable: 'PORT',
    fallback: 7000,
    type: integer(0, 65_535),
    title: 'Port',
    help: 'Port to listen on; the next free one is used when it is taken.',
  }),
  strategy: setting<Strategy>({
    variable: 'FUSION_ALGORITHM',
    fallback: 'Ensemble',
    type: named(FUSION_NAMES),
    title: 'Fusion algorithm',
    help: `Fusion algorithm when a request names none: ${Object.keys(FUSION_NAMES).join(', ')}.`,
    applies: 'at once',
    role: 'admin',
  }),
  timeoutMs: setting<number>({
    variable: 'TIMEOUT_MS',
    fallback: 5000,
    type: integer(1, 60_000),
    title: 'Deadline of a question',
    help: 'Deadline of a question in ms when a request names none.',
    unit: 'ms',
    applies: 'at once',
    role: 'admin',
  }),
  minConfidence: setting<number>({
    variable: 'MIN_CONFIDENCE',
    fallback: 0.6,
    type: fraction,
    title: 'Least confidence of an answer',
    help: 'Confidence below which an answer is withheld when a request names none, 0 to 1.',
    applies: 'at once',
    role: 'admin',
  }),
  learningRate: setting<number>({
    variable: 'LEARNING_RATE',
    fallback: 0.01,
    type: fraction,
    title: 'Learning rate',
    help: 'How much of what the strategy Adaptive knows fades with each feedback, 0 to 1.',
    applies: 'at once',
    role: 'admin',
  }),
  cascade: setting<boolean>({
    variable: 'LLM_CASCADE',
    fallback: false,
    type: truth,
    title: 'Cascade to language models',
    help: 'true: language models are also asked in Balanced and Thorough when the others are not sure enough.',
    applies: 'at once',
    // It decides whether questions leave this machine, and whether they cost money.
    role: 'owner',
  }),
  cascadeBelow: setting<number>({
    variable: 'LLM_CASCADE_BELOW',
    fallback: 0.6,
    type: fraction,
    title: 'Confidence of the cascade',
    help: 'Confidence below which that happens, 0 to 1.',
    applies: 'at once',
    role: 'owner',
  }),
  workers: setting<number>({
    variable: 'WORKERS',
    fallback: 0,
    type: integer(0, 64),
    title: 'Serving processes',
    help: 'Serving processes behind the port, so that one may die; 0: all in this process. 2 in the profiles staging and production.',
  }),
  maxConnections: setting<number>({
    variable: 'MAX_CONNECTIONS',
    fallback: 10_000,
    type: integer(1, 1_000_000),
    title: 'Connections',
    help: 'Most connections at a time; further ones are closed at once.',
    applies: 'at once',
    role: 'owner',
  }),
  publicOrigin: setting<string | null>({
    variable: 'PUBLIC_ORIGIN',
    fallback: null,
    type: text(ORIGIN, readOrigin),
    title: 'Public address',
    help: 'Address that browsers use, e.g. https://graph.example: what sign-ins are bound to. Needed behind a proxy.',
    reason: 'sessions, links and tokens that are out are bound to it',
  }),
  tlsCertFile: setting<string | null>({
    variable: 'TLS_CERT_FILE',
    fallback: null,
    type: PATH,
    title: 'Certificate',
    help: "File with the server's certificate and those of its issuers, PEM: it then speaks TLS. Read again when it changes.",
  }),
  tlsKeyFile: setting<string | null>({
    variable: 'TLS_KEY_FILE',
    fallback: null,
    type: PATH,
    title: 'Key of the certificate',
    help: 'File with its private key, PEM without a passphrase, which others may not read.',
    isSecret: true,
  }),
  tlsRedirectPort: setting<number | null>({
    variable: 'TLS_REDIRECT_PORT',
    fallback: null,
    type: integer(1, 65_535),
    title: 'Port of plain HTTP',
    help: 'Port on which plain HTTP is sent on to PUBLIC_ORIGIN, e.g. 80.',
  }),
  corsOrigins: setting<readonly string[]>({
    variable: 'CORS_ORIGINS',
    fallback: [],
    type: list('addresses without a path, e.g. https://app.example', readOrigin),
    title: 'Pages of other sites',
    help: 'Pages of other sites that may read answers (not cookies), separated by commas.',
    applies: 'at once',
  }),
  trustedProxies: setting<readonly string[]>({
    variable: 'TRUSTED_PROXIES',
    fallback: [],
    type: list('IP addresses or networks, e.g. 127.0.0.1, 10.0.0.0/8', readNetwork),
    title: 'Trusted proxies',
    help: 'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.',
    applies: 'at once',
  }),
  serviceKeysFile: setting<string | null>({
    variable: 'SERVICE_KEYS_FILE',
    fallback: null,
    type: PATH,
    title: 'Keys of services',
    help: 'File with the Ed25519 keys of services that sign tokens (JWT): {"keys": [{"kid", "x", "subject", "role"}]}.',
  }),
  ratePerAddress: setting<number>({
    variable: 'RATE_PER_ADDRESS',
    fallback: 20,
    type: integer(1, 1_000_000),
    title: 'Questions of one address',
    help: 'Questions a second from one address without a key; five times as many at once. Not counted on this machine.',
    unit: '1/s',
    applies: 'at once',
  }),
  ratePerKey: setting<number>({
    variable: 'RATE_PER_KEY',
    fallback: 200,
    type: integer(1, 1_000_000),
    title: 'Questions of one key',
    help: 'The same for one key or session. The owner key is not counted.',
    unit: '1/s',
    applies: 'at once',
  }),
  quotaCostPerDay: setting<number>({
    variable: 'QUOTA_COST_PER_DAY',
    fallback: 0,
    type: integer(0, 1_000_000_000),
    title: 'Questions of one account a day',
    help: 'Questions a day (UTC) of one user, service or key of the owner; dear requests count as several. 0: any number.',
    unit: '1/d',
    applies: 'at once',
  }),
  quotaDocuments: setting<number>({
    variable: 'QUOTA_DOCUMENTS',
    fallback: 0,
    type: integer(0, 1_000_000_000),
    title: 'Documents of one account',
    help: 'Documents that one such account may have stored. 0: any number.',
    applies: 'at once',
  }),
  quotaBytes: setting<number>({
    variable: 'QUOTA_BYTES',
    fallback: 0,
    type: integer(0, 1_000_000_000_000),
    title: 'Bytes of the documents of one account',
    help: 'Bytes of titles and texts that one such account may have stored. 0: any number.',
    unit: 'B',
    applies: 'at once',
  }),
  ...LIMIT_SETTINGS,
  reasonerThreads: setting<number>({
    variable: 'REASONER_THREADS',
    fallback: Math.max(2, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2))),
    type: integer(1, 64),
    title: 'Reasoning threads',
    help: 'Threads that reason in each process; by default WORKERS share them. Of two or more, one may die without a question lost.',
    applies: 'roll',
  }),
  layoutBackend: setting<LayoutBackend>({
    variable: 'LAYOUT_BACKEND',
    fallback: 'auto',
    type: choice(LAYOUT_BACKENDS),
    title: 'Where the layout is computed',
    help: 'Where the layout is computed: cpu, auto (a graphics card where there is one), gpu (WebGPU, in software if need be).',
    applies: 'roll',
  }),
  layoutMemoryMb: setting<number>({
    variable: 'LAYOUT_MEMORY_MB',
    fallback: 2048,
    type: integer(16, 65_536),
    title: 'Memory of the layout',
    help: 'Most memory that the layout may take, MB, on the processor and on the graphics card each.',
    unit: 'MB',
    applies: 'roll',
  }),
  validationMode: setting<ValidationMode>({
    variable: 'VALIDATION_MODE',
    fallback: 'flag',
    type: choice(VALIDATION_MODES),
    title: 'Questions that look like attacks',
    help: 'flag: questions that look like attacks get a remark. strict: they are refused.',
    applies: 'at once',
    role: 'admin',
  }),
  logLevel: setting<LogLevel>({
    variable: 'LOG_LEVEL',
    fallback: 'info',
    type: choice(LOG_LEVELS),
    title: 'Log level',
    help: `Least severe log lines to write: ${LOG_LEVELS.join(', ')}.`,
    applies: 'at once',
    role: 'admin',
  }),
  logFormat: setting<LogFormat>({
    variable: 'LOG_FORMAT',
    fallback: 'auto',
    type: choice(LOG_FORMATS),
    title: 'Log format',
    help: 'json, pretty, or auto: pretty on a terminal.',
  }),
  profile: setting<Profile>({
    variable: 'VORTEXFLOW_PROFILE',
    fallback: 'development',
    type: choice(PROFILES),
    title: 'Profile',
    help: `What kind of installation this is, for other defaults: ${PROFILES.join(', ')}. NODE_ENV counts where this says nothing.`,
  }),
  dataFolder: setting<string>({
    variable: 'VORTEXFLOW_DATA',
    fallback: join(homedir(), '.vortexflow'),
    type: PATH,
    title: 'Data folder',
    help: 'Folder of the database, the owner key and the cached index.',
    // The file lies in that folder.
    elsewhere: 'is set by VORTEXFLOW_DATA only',
  }),
  ...AUDIT_SETTINGS,
  storeUrl: setting<string | null>({
    variable: 'STORE_URL',
    fallback: null,
    type: STORE_URL,
    title: 'Database',
    help: 'Database of the documents: postgres://USER@HOST:PORT/DATABASE; else a file in the data folder.',
    applies: 'roll',
    isSecret: true,
  }),
  storePasswordEnv: setting<string | null>({
    variable: 'STORE_PASSWORD_ENV',
    fallback: null,
    type: matching(/^[A-Za-z_]\w{0,127}$/, 'the NAME of an environment variable, not the password'),
    title: 'Variable of the database password',
    help: 'Name of the variable that holds the password of STORE_URL.',
    applies: 'roll',
    isSecret: true,
  }),
  storePasswordFile: setting<string | null>({
    variable: 'STORE_PASSWORD_FILE',
    fallback: null,
    type: PATH,
    title: 'File of the database password',
    help: 'File that holds the password of STORE_URL, in its first line.',
    applies: 'roll',
    isSecret: true,
  }),
  ownerKey: setting<string | null>({
    variable: 'VORTEXFLOW_OWNER_KEY',
    fallback: null,
    type: OWNER_KEY,
    title: 'Owner key',
    help: 'Owner key; else one is made at the first start.',
    isSecret: true,
    elsewhere:
      'is a secret, which no file of settings holds: name a file that holds it in owner_key_file, or set VORTEXFLOW_OWNER_KEY',
  }),
  ownerKeyFile: setting<string | null>({
    variable: 'VORTEXFLOW_OWNER_KEY_FILE',
    fallback: null,
    type: PATH,
    title: 'File of the owner key',
    help: 'File that holds the owner key in its first line.',
    isSecret: true,
  }),
} as const;

/** Name of a setting in {@link SETTINGS}. */
export type SettingName = keyof typeof SETTINGS;

/** A value for every row. */
export type TableValues = { readonly [Name in SettingName]: (typeof SETTINGS)[Name]['fallback'] };

/** Name of a setting in the file and on the wire: the variable's in small letters, without its prefix. */
export const keyOfSetting = ({ variable }: Pick<Setting<unknown>, 'variable'>): string =>
  variable.toLowerCase().replace(/^(?:vortexflow|llm)_/, '');

/** Rows as code that does not care for the single type sees them. */
export const ROWS: readonly (readonly [SettingName, Setting<unknown>])[] = Object.entries(
  SETTINGS,
) as unknown as readonly (readonly [SettingName, Setting<unknown>])[];

const BY_KEY: ReadonlyMap<string, readonly [SettingName, Setting<unknown>]> = new Map(
  ROWS.map((entry) => [keyOfSetting(entry[1]), entry]),
);

/** The row of a key of the file; undefined when there is none. */
export const settingOfKey = (key: string): readonly [SettingName, Setting<unknown>] | undefined => BY_KEY.get(key);

/** Whether a role may change a setting while the server runs. What is not said is not allowed. */
export function mayChange(role: string, { role: needed }: Pick<Setting<unknown>, 'role'>): boolean {
  return role === 'owner' || (role === 'admin' && needed === 'admin');
}
