/** `vortexflow config`: settings of the running server, or those that the next one would start with. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type {
  ConfigDiffResponse,
  ConfigResponse,
  ConfigRollbackResponse,
  ConfigVersionsResponse,
  ErrorResponse,
} from '@vortexflow/protocol';
import { contentOf, type Difference, differences } from '../config/content.ts';
import { dataFiles } from '../config/data-folder.ts';
import { configPath, parseConfig, readConfigFile } from '../config/file.ts';
import type { Plain } from '../config/setting-type.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { settingOfKey } from '../config/table.ts';
import { VersionLog } from '../config/version-log.ts';
import { type Command, UsageError } from './arguments.ts';
import { type RunningAt, runningAt } from './connection.ts';

interface Context {
  readonly operands: readonly string[];
  readonly json: boolean;
  readonly settings: Settings;
}

const ACTIONS: Readonly<Record<string, (context: Context) => Promise<void>>> = {
  show,
  set: async (context) => change(context, Object.fromEntries(context.operands.map(readAssignment))),
  unset: async (context) => change(context, Object.fromEntries(context.operands.map((name) => [name, null]))),
  history,
  diff,
  rollback,
  validate,
};

export async function runConfig(command: Command, settings: Settings): Promise<number> {
  const [name = 'show', ...operands] = command.operands;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new UsageError(`"config" takes ${Object.keys(ACTIONS).join(', ')}, not "${name}".`);
  await action({ operands, json: command.json, settings });
  return 0;
}

async function show({ operands, json, settings }: Context): Promise<void> {
  const server = await runningAt(settings);
  const state = server ? await call<ConfigResponse>(server, 'GET', '') : offline(settings);
  const names = operands.length > 0 ? operands : Object.keys(state.settings);
  const unknown = names.find((name) => !Object.hasOwn(state.settings, name));
  if (unknown !== undefined) throw new UsageError(`There is no setting "${unknown}".`);
  if (json)
    return printJson(
      operands.length === 0 ? state : Object.fromEntries(names.map((name) => [name, state.settings[name]])),
    );
  const lines = names.map((name) => {
    const { value, source } = state.settings[name] as ConfigResponse['settings'][string];
    return `${name.padEnd(22)} ${JSON.stringify(value).padEnd(24)} ${source}`;
  });
  process.stdout.write(`${[...lines, ...remarks(state)].join('\n')}\n`);
}

type State = Pick<ConfigResponse, 'settings' | 'problem' | 'waiting'> &
  Partial<Pick<ConfigResponse, 'version' | 'time' | 'author'>>;

function offline(settings: Settings): State {
  const { values, sources } = contentOf(settings);
  const entries = Object.entries(values).map(([name, value]) => {
    const source = sources[name] ?? 'default';
    return [name, { value, source, applies: settingOfKey(name)?.[1].applies ?? 'roll', changeable: false }] as const;
  });
  return { settings: Object.fromEntries(entries), problem: null, waiting: [] };
}

function remarks({ version, time, author, problem, waiting }: State): string[] {
  const where =
    version === undefined
      ? 'No server runs: this is how one would start.'
      : `Version ${version} of ${time}, by ${author}.`;
  return [
    '',
    where,
    ...(problem ? [`What the file says now does not hold: ${problem.message}`] : []),
    ...waiting.map(({ setting, reason }) => `${setting} does not hold yet: ${reason}.`),
  ];
}

/** `name=value`, the value as it would stand in the environment. */
function readAssignment(text: string): readonly [string, Plain] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError('"config set" takes NAME=VALUE...');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  const row = settingOfKey(name)?.[1];
  if (!row) throw new UsageError(`There is no setting "${name}".`);
  try {
    return [name, row.type.write(row.type.parse(value))];
  } catch (failure) {
    throw new UsageError(`${name} takes ${(failure as Error).message}.`);
  }
}

async function change({ operands, json, settings }: Context, set: Record<string, Plain>): Promise<void> {
  if (operands.length === 0) throw new UsageError('Which setting?');
  const server = await requireServer(settings);
  const { version, etag } = await latest(server);
  const state = await call<ConfigResponse>(server, 'PATCH', '', set, etag);
  if (json) return printJson(state);
  const what = state.version === version ? 'Nothing was different' : `Version ${state.version} is in force`;
  process.stdout.write(`${what}.\n`);
}

/** What a change is made from: somebody else's, made meanwhile, is not written over. */
async function latest(server: RunningAt): Promise<{ readonly version: number; readonly etag: string }> {
  const { version, hash } = await call<ConfigResponse>(server, 'GET', '');
  return { version, etag: `"${version}-${hash.slice(0, 16)}"` };
}

async function history({ json, settings }: Context): Promise<void> {
  const server = await runningAt(settings);
  const versions = server
    ? (await call<ConfigVersionsResponse>(server, 'GET', '/versions?limit=100')).versions
    : (await keptVersions(settings)).list(100);
  if (json) return printJson({ versions });
  for (const { version, time, source, author, restored, hash } of versions) {
    const from = restored === null ? '' : ` to ${restored}`;
    process.stdout.write(
      `${String(version).padStart(6)}  ${time}  ${`${source}${from}`.padEnd(14)} ${author.padEnd(8)} ${hash.slice(0, 12)}\n`,
    );
  }
}

async function diff({ operands, json, settings }: Context): Promise<void> {
  const [from, to] = operands.map(readVersion);
  if (from === undefined || to === undefined) throw new UsageError('"config diff" takes two versions: FROM TO.');
  const server = await runningAt(settings);
  const found = server
    ? ((await call<ConfigDiffResponse>(server, 'GET', `/diff?from=${from}&to=${to}`)).differences as Difference[])
    : await keptDiff(settings, from, to);
  if (json) return printJson({ from, to, differences: found });
  printDifferences(found);
}

async function keptDiff(settings: Settings, from: number, to: number): Promise<Difference[]> {
  const log = await keptVersions(settings);
  const [a, b] = [from, to].map((version) => {
    const found = log.find(version);
    if (!found) throw new UsageError(`No version ${version} of the configuration is kept.`);
    return found;
  });
  return a && b ? differences(a, b) : [];
}

async function rollback({ operands, json, settings }: Context): Promise<void> {
  const [version] = operands.map(readVersion);
  if (version === undefined) throw new UsageError('"config rollback" takes a version.');
  const server = await requireServer(settings);
  const { etag } = await latest(server);
  const state = await call<ConfigRollbackResponse>(server, 'POST', '/rollback', { version }, etag);
  if (json) return printJson(state);
  process.stdout.write(`Version ${state.version} is in force, with what version ${version} had.\n`);
  for (const { setting, reason } of state.unrestored) process.stdout.write(`Not ${setting}: ${reason}.\n`);
}

/** Needs no server: the file as the next start would read it. */
async function validate({ operands, json, settings }: Context): Promise<void> {
  const [path = configPath(process.env).path] = operands;
  const file =
    operands.length === 0 ? readConfigFile(process.env) : parseConfig(await readFile(path, 'utf8'), resolve(path));
  const found = differences(contentOf(settings), contentOf(readSettings(process.env, file)));
  if (json) return printJson({ valid: true, differences: found });
  process.stdout.write(file ? `${path} is valid.\n` : `There is no ${path}; the defaults and the environment hold.\n`);
  printDifferences(found);
}

function readVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`"${text}" is no version.`);
  return Number(text);
}

const keptVersions = ({ values }: Settings): Promise<VersionLog> =>
  VersionLog.read({
    file: dataFiles(values.dataFolder).configHistory,
    onNotice: (text) => process.stderr.write(`${text}\n`),
  });

function printDifferences(found: readonly Difference[]): void {
  const side = (one: Difference['from']): string => (one ? `${JSON.stringify(one.value)} (${one.source})` : 'nothing');
  for (const { setting, from, to } of found) process.stdout.write(`${setting}: ${side(from)} -> ${side(to)}\n`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function requireServer(settings: Settings): Promise<RunningAt> {
  const server = await runningAt(settings);
  if (server) return server;
  throw new UsageError('No server runs with this data folder; without one, settings are changed in vortexflow.yaml.');
}

async function call<T>(
  { url, key, fetch }: RunningAt,
  method: string,
  path: string,
  body?: unknown,
  ifMatch?: string,
): Promise<T> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(`${url}/api/v1/config${path}`, init);
  const answer: unknown = await response.json();
  if (response.ok) return answer as T;
  const { message, hint } = answer as ErrorResponse;
  throw new Error([message, hint].filter(Boolean).join(' '));
}
