/** The layers of the configuration: defaults < profile < file < environment < what is set while the server runs. */
import type { ModelSettings } from '@vortexflow/answering';
import { COMPOUND_NAMES } from './compound.ts';
import { type EmbeddingEndpoint, readFileEmbeddings } from './embeddings.ts';
import type { ConfigFile } from './file.ts';
import { readEnvironmentModel, readFileModels } from './models.ts';
import { PROFILE_DEFAULTS, profileOfNodeEnv } from './profiles.ts';
import { SettingError } from './setting-error.ts';
import { type Plain, readPlain } from './setting-type.ts';
import type { Setting } from './setting.ts';
import { keyOfSetting, type Profile, ROWS, SETTINGS, type TableValues } from './table.ts';

export { SettingError } from './setting-error.ts';

/** Where a value came from, the weakest first. */
export type SettingSource = 'default' | 'profile' | 'file' | 'environment' | 'runtime';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was set while the server ran, by the keys of the file. */
export type Overrides = Readonly<Record<string, Plain>>;

/** Values of all settings. */
export type SettingValues = TableValues & {
  /** Language models: those of the file, or the single one of the environment in their place. */
  readonly models: readonly ModelSettings[];
  /** The endpoint that embeds passages; only the file names one. */
  readonly embeddings: EmbeddingEndpoint | null;
};

/** All settings with where each came from. Nothing in it ever changes: other settings are another object. */
export interface Settings {
  readonly values: SettingValues;
  readonly sources: Readonly<Record<keyof SettingValues, SettingSource>>;
}

/** The layers above file and environment. */
export interface UpperLayers {
  readonly overrides?: Overrides;
  /** The profile whose defaults hold, whatever the layers say: that of the running server. */
  readonly profile?: Profile;
}

/**
 * Reads the settings. An empty variable counts as not set.
 * @throws SettingError for the first setting that holds what it cannot hold, and for names in the file that mean nothing
 */
export function readSettings(
  environment: Environment,
  file: ConfigFile | null = null,
  { overrides = {}, profile }: UpperLayers = {},
): Settings {
  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  const take = (name: string, [value, source]: readonly [unknown, SettingSource]): void => {
    values[name] = value;
    sources[name] = source;
  };
  if (file) checkNames(file);
  const layers = { environment, file, overrides };
  const own = configured(SETTINGS.profile, layers) ?? profileBeside(environment);
  take('profile', own);
  const defaults: Readonly<Record<string, unknown>> = PROFILE_DEFAULTS[profile ?? (own[0] as Profile)];
  for (const [name, row] of ROWS) {
    if (row === SETTINGS.profile) continue;
    const beside = Object.hasOwn(defaults, name) ? ([defaults[name], 'profile'] as const) : null;
    take(name, configured(row, layers) ?? beside ?? [row.fallback, 'default']);
  }
  if (sources['reasonerThreads'] === 'default') values['reasonerThreads'] = threadsBeside(values['workers'] as number);
  take('models', modelsOf(environment, file));
  const embeddings = file ? readFileEmbeddings(file) : null;
  take('embeddings', [embeddings, embeddings === null ? 'default' : 'file']);
  checkTls(values as unknown as SettingValues);
  checkOwnerKey(values as unknown as SettingValues);
  return deepFreeze({ values, sources }) as unknown as Settings;
}

interface Layers {
  readonly environment: Environment;
  readonly file: ConfigFile | null;
  readonly overrides: Overrides;
}

/**
 * What the strongest layer says that says anything; null when none does. All that say something are read: a mistake must
 * not wait in a weaker layer until the stronger one is taken back.
 */
function configured(
  row: Setting<unknown>,
  { environment, file, overrides }: Layers,
): readonly [unknown, SettingSource] | null {
  const key = keyOfSetting(row);
  const text = environment[row.variable]?.trim();
  const written = file?.values[key] ?? null;
  const said: (readonly [unknown, SettingSource])[] = [];
  if (Object.hasOwn(overrides, key)) said.push([readOverride(row, overrides[key]), 'runtime']);
  if (text) said.push([readOne(row, text), 'environment']);
  if (file && written !== null) said.push([readWritten(row, file, written), 'file']);
  return said[0] ?? null;
}

function profileBeside(environment: Environment): readonly [Profile, SettingSource] {
  const named = profileOfNodeEnv(environment['NODE_ENV']?.trim());
  return named ? [named, 'environment'] : [SETTINGS.profile.fallback, 'default'];
}

function modelsOf(environment: Environment, file: ConfigFile | null): readonly [unknown, SettingSource] {
  const own = readEnvironmentModel(environment);
  // Also when the environment has another: a mistake in the file must not come to light years later.
  const listed = file ? readFileModels(file) : [];
  if (own) return [[own], 'environment'];
  return [listed, listed.length > 0 ? 'file' : 'default'];
}

/** Threads of each of several processes: no more in all than one process alone would have. */
function threadsBeside(workers: number): number {
  return Math.max(1, Math.floor(SETTINGS.reasonerThreads.fallback / Math.max(1, workers)));
}

function checkNames(file: ConfigFile): void {
  const rows = ROWS.map(([, row]) => row);
  const known = [...rows.filter(({ elsewhere }) => elsewhere === null).map(keyOfSetting), ...COMPOUND_NAMES];
  for (const name of Object.keys(file.values)) {
    const elsewhere = rows.find((row) => keyOfSetting(row) === name)?.elsewhere ?? null;
    if (elsewhere !== null) throw file.problem([name], `${name} ${elsewhere}.`);
    if (!known.includes(name)) throw file.problem([name], `${name} is not known; there are ${known.join(', ')}.`);
  }
}

function readOne(row: Setting<unknown>, text: string): unknown {
  try {
    return row.type.parse(text);
  } catch (failure) {
    throw new SettingError(`${row.variable}${shown(row, text)} is not valid: it takes ${(failure as Error).message}.`);
  }
}

function readOverride(row: Setting<unknown>, value: unknown): unknown {
  try {
    return readPlain(row.type, value);
  } catch (failure) {
    throw new SettingError(
      `${keyOfSetting(row)}${shown(row, typeof value === 'string' ? value : JSON.stringify(value))} is not valid: it takes ${(failure as Error).message}.`,
    );
  }
}

function readWritten(row: Setting<unknown>, file: ConfigFile, value: unknown): unknown {
  const name = keyOfSetting(row);
  const text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
  try {
    return row.type.parse(text);
  } catch (failure) {
    const problem = `${name}${shown(row, text)} is not valid: it takes ${(failure as Error).message}.`;
    throw file.problem([name], problem);
  }
}

/** A value as messages repeat it; a secret must not end up in a log. */
const shown = ({ isSecret }: Setting<unknown>, text: string): string => (isSecret ? '' : ` "${text.slice(0, 200)}"`);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** @throws SettingError */
function checkOwnerKey({ ownerKey, ownerKeyFile }: SettingValues): void {
  if (ownerKey === null || ownerKeyFile === null) return;
  const { ownerKey: key, ownerKeyFile: file } = SETTINGS;
  throw new SettingError(`${key.variable} and ${file.variable} exclude each other: set one of them.`);
}

/** What one setting of TLS asks of the others. @throws SettingError */
function checkTls({ tlsCertFile, tlsKeyFile, tlsRedirectPort, publicOrigin, host }: SettingValues): void {
  const [cert, key, origin] = [SETTINGS.tlsCertFile, SETTINGS.tlsKeyFile, SETTINGS.publicOrigin].map(
    ({ variable }) => variable,
  );
  if (tlsCertFile !== null && tlsKeyFile === null) throw new SettingError(`${cert} needs ${key}: set both or none.`);
  if (tlsCertFile === null && tlsKeyFile !== null) throw new SettingError(`${key} needs ${cert}: set both or none.`);
  if (tlsCertFile === null) {
    if (tlsRedirectPort === null) return;
    throw new SettingError(
      `${SETTINGS.tlsRedirectPort.variable} needs ${cert} and ${key}: there is no TLS to send to.`,
    );
  }
  if (publicOrigin === null && !isLoopbackHost(host))
    throw new SettingError(`${cert} needs ${origin}, the https address that browsers use.`);
  if (publicOrigin?.startsWith('http:'))
    throw new SettingError(`${origin} ${publicOrigin} must begin with https: where ${cert} is set.`);
}

/**
 * Whether browsers are to come over TLS alone from now on. Not to names of this machine itself: what they remember for
 * one port of it they would hold against all others.
 */
export function isTls({ values: { publicOrigin } }: Settings): boolean {
  const url = publicOrigin === null ? null : new URL(publicOrigin);
  return url?.protocol === 'https:' && !isLoopbackHost(url.hostname);
}

/** True for addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
