/** What may change while the server runs, and what becomes of the rest. */
import { isDeepStrictEqual } from 'node:util';
import { wireError } from '@vortexflow/protocol';
import { pointerOf } from '@vortexflow/validation';
import { COMPOUND_NAMES } from './compound.ts';
import { writeSetting } from './content.ts';
import { type Plain, readPlain } from './setting-type.ts';
import type { Overrides, Settings, SettingSource, SettingValues } from './settings.ts';
import type { Applies } from './setting.ts';
import { keyOfSetting, mayChange, ROWS, SETTINGS, settingOfKey } from './table.ts';
import type { ConfigVersion } from './version-log.ts';

/** A setting whose configured value does not hold yet, and why. */
export interface WaitingSetting {
  readonly setting: string;
  readonly reason: string;
}

const RANK: Readonly<Record<Applies, number>> = { 'at once': 0, roll: 1, restart: 2 };

const REASONS: Readonly<Record<Exclude<Applies, 'at once'>, string>> = {
  roll: 'it takes new serving processes: SIGHUP where there are several, else a restart',
  restart: 'it takes a restart',
};

/** When a new value of a setting holds. @param key as in the file; undefined for one that there is not */
function appliesOf(key: string): Applies | undefined {
  return COMPOUND_NAMES.some((name) => name === key) ? 'roll' : settingOfKey(key)?.[1].applies;
}

/**
 * @param set values by the keys of the file; null takes a value back
 * @throws CodedError `config_invalid`, `config_needs_restart` or `config_protected`, which name all settings they are
 *   about, with pointers to them in `set`
 */
export function checkChange(set: Readonly<Record<string, unknown>>, role: string): void {
  const names = Object.keys(set);
  const wrong = names.flatMap((name) => {
    const problem = problemOf(name, set[name]);
    return problem === null ? [] : [{ name, problem }];
  });
  if (wrong.length > 0)
    throw wireError('config_invalid', {
      problems: wrong.map(({ problem }) => problem),
      pointers: pointersTo(wrong.map(({ name }) => name)),
    });
  const fixed = names.filter((name) => appliesOf(name) !== 'at once');
  const [first] = fixed;
  if (first !== undefined)
    throw wireError('config_needs_restart', {
      settings: fixed,
      pointers: pointersTo(fixed),
      reason: reasonOf(first),
    });
  refuseProtected(names, role);
}

/** JSON pointers (RFC 6901) into a change. */
const pointersTo = (names: readonly string[]): string[] => names.map((name) => pointerOf([name]));

function problemOf(name: string, value: unknown): string | null {
  if (appliesOf(name) === undefined) return `there is no setting "${name.slice(0, 100)}"`;
  const row = settingOfKey(name)?.[1];
  if (!row || value === null || row.applies !== 'at once') return null;
  try {
    readPlain(row.type, value);
    return null;
  } catch (failure) {
    return `${name} takes ${(failure as Error).message}`;
  }
}

function reasonOf(key: string): string {
  const applies = appliesOf(key) ?? 'restart';
  return settingOfKey(key)?.[1].reason ?? (applies === 'at once' ? '' : REASONS[applies]);
}

/** @throws CodedError `config_protected` */
export function refuseProtected(keys: readonly string[], role: string): void {
  const rows = keys.map((key) => settingOfKey(key)?.[1]);
  const settings = keys.filter((_key, i) => rows[i] && !mayChange(role, rows[i]));
  if (settings.length > 0)
    throw wireError('config_protected', { settings, pointers: pointersTo(settings), needed: 'owner' });
}

/** Overrides with a change: null takes one away (RFC 7396). */
export function withChange(overrides: Overrides, set: Readonly<Record<string, unknown>>): Overrides {
  const entries = Object.entries({ ...overrides, ...set }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Overrides;
}

/** The newest settings as far as they can hold now: what can change no more than `level` says. */
export function applicable(
  candidate: Settings,
  running: Settings,
  level: Applies,
): { readonly settings: Settings; readonly waiting: readonly WaitingSetting[] } {
  const values: Record<string, unknown> = { ...candidate.values };
  const sources: Record<string, SettingSource> = { ...candidate.sources };
  const waiting: WaitingSetting[] = [];
  for (const [name, key] of namesWithKeys()) {
    if (RANK[appliesOf(key) ?? 'restart'] <= RANK[level]) continue;
    if (isDeepStrictEqual(candidate.values[name], running.values[name])) continue;
    values[name] = running.values[name];
    sources[name] = running.sources[name];
    waiting.push({ setting: key, reason: reasonOf(key) });
  }
  const settings = { values: Object.freeze(values), sources: Object.freeze(sources) };
  return { settings: Object.freeze(settings) as unknown as Settings, waiting };
}

function namesWithKeys(): (readonly [keyof SettingValues, string])[] {
  return [
    ...ROWS.map(([name, row]) => [name, keyOfSetting(row)] as const),
    ...COMPOUND_NAMES.map((name) => [name, name] as const),
  ];
}

/** What of an old version's content settings do not have, and cannot get while the server runs. */
export function unrestored(version: ConfigVersion, values: Readonly<Record<string, Plain>>): WaitingSetting[] {
  return Object.keys(version.values)
    .filter((key) => appliesOf(key) !== 'at once' && !isDeepStrictEqual(version.values[key], values[key]))
    .map((setting) => ({ setting, reason: reasonOf(setting) }));
}

/**
 * Overrides by which the settings that can change have the values of an old version.
 * @param resolve settings with given overrides
 */
export function overridesOf(version: ConfigVersion, resolve: (overrides: Overrides) => Settings): Overrides {
  const own = usableOverrides(version.overrides);
  const { values } = resolve(own);
  const missing: Record<string, Plain> = {};
  for (const [name, row] of ROWS) {
    const key = keyOfSetting(row);
    const wanted = Object.hasOwn(version.values, key) ? version.values[key] : undefined;
    if (row.applies !== 'at once' || wanted === undefined || wanted === null) continue;
    if (!isDeepStrictEqual(writeSetting(row, values[name]), wanted)) missing[key] = wanted;
  }
  return usableOverrides({ ...own, ...missing });
}

/** Without those that an older or newer program had other rules for. */
export function usableOverrides(overrides: Overrides): Overrides {
  const isUsable = ([key, value]: readonly [string, Plain]): boolean =>
    appliesOf(key) === 'at once' && problemOf(key, value) === null;
  return Object.fromEntries(Object.entries(overrides).filter(isUsable));
}

/** Whether a setting can change while the server runs, by its key. */
export const isChangeable = (key: string): boolean => appliesOf(key) === 'at once';

/** When a new value of each setting holds, by its key. */
export const appliesByKey: Readonly<Record<string, Applies>> = Object.fromEntries([
  ...Object.values(SETTINGS).map((row) => [keyOfSetting(row), row.applies] as const),
  ...COMPOUND_NAMES.map((name) => [name, 'roll'] as const),
]);
