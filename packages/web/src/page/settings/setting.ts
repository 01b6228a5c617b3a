/** One setting as a form shows it. What there is, and what it takes, the server says; nothing here knows a setting by name. */
import type { ConfigDiffResponse, ConfigResponse, ConfigSchemaResponse } from '@vortexflow/protocol';

export type SettingSchema = SettingRow & {
  /** Whether vortexflow.yaml takes it. */
  readonly inFile: boolean;
};

type SettingRow = ConfigSchemaResponse['settings'][number];
/** What holds. */
type SettingValue = ConfigResponse['settings'][string];
type Source = SettingValue['source'];
export type Difference = ConfigDiffResponse['differences'][number];

export interface Setting extends SettingSchema, SettingValue {
  /** Why it cannot be changed here, for people; null when it can. */
  readonly locked: string | null;
  /** Why another value than this one is written down already; null when none is. */
  readonly waiting: string | null;
}

/** What the server says of its settings, in one list. */
export function schemaOf({ settings, file }: Pick<ConfigSchemaResponse, 'settings' | 'file'>): SettingSchema[] {
  const { properties = {} } = file as { readonly properties?: object };
  return settings.map((row) => ({ ...row, inFile: Object.hasOwn(properties, row.name) }));
}

/** All settings that hold, in the order of the schema; those that it does not describe come last, to be read only. */
export function settingsOf(
  schema: readonly SettingSchema[],
  { settings, waiting }: Pick<ConfigResponse, 'settings' | 'waiting'>,
  isOwner: boolean,
): Setting[] {
  const known = new Set(schema.map(({ name }) => name));
  const others = Object.keys(settings).filter((name) => !known.has(name));
  return [...schema, ...others.map(undescribed)].flatMap((row) => {
    const held = settings[row.name];
    if (!held) return [];
    const setting = { ...row, ...held };
    const waits = waiting.find((one) => one.setting === row.name)?.reason ?? null;
    return { ...setting, locked: lockOf(setting, isOwner), waiting: waits };
  });
}

/** A list or table, for which a form has no control. */
const undescribed = (name: string): SettingSchema => ({
  name,
  variable: '',
  title: name,
  help: 'A list or table, to be written in vortexflow.yaml.',
  kind: 'text',
  takes: '',
  unit: null,
  default: undefined,
  applies: 'roll',
  role: 'owner',
  secret: false,
  inFile: true,
});

function lockOf(setting: SettingSchema & SettingValue, isOwner: boolean): string | null {
  if (setting.applies !== 'at once') return `${placeOf(setting)} ${MOMENTS[setting.applies]}`;
  if (!setting.changeable) return 'It cannot be changed while the server runs.';
  if (setting.secret) return `Secrets are not typed in here. ${placeOf(setting)}`;
  return setting.role === 'owner' && !isOwner ? 'Only the owner may change it.' : null;
}

const MOMENTS = {
  roll: 'A new value holds after SIGHUP where there are several serving processes, else after a restart.',
  restart: 'A new value holds after a restart.',
} as const;

/** Where a value is to be written that cannot be written here. */
function placeOf({ source, name, variable, inFile }: SettingSchema & SettingValue): string {
  if (source === 'environment' && variable !== '') return `${variable} in the environment of the server says so.`;
  if (source === 'file') return 'vortexflow.yaml says so.';
  if (!inFile) return `Set ${variable} in the environment of the server.`;
  const named = variable === '' ? '' : `, or ${variable} in the environment`;
  return `Write ${name} in vortexflow.yaml${named}.`;
}

/** Where a value comes from, in a few words. */
export function sourceText(source: Source, variable = ''): string {
  switch (source) {
    case 'default':
      return 'default';
    case 'profile':
      return 'profile';
    case 'file':
      return 'vortexflow.yaml';
    case 'environment':
      return variable === '' ? 'environment' : `environment: ${variable}`;
    case 'runtime':
      return 'set at run time';
    default:
      return source satisfies never;
  }
}

/** A value as it stands in a field. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What a field says, for the server. Text that is no value of the kind goes as it is: the server says what is wrong with it.
 */
export function valueOf({ kind }: Pick<SettingSchema, 'kind'>, text: string): unknown {
  const given = text.trim();
  if (kind === 'boolean') return given === 'true' || (given === 'false' ? false : text);
  if (kind !== 'integer' && kind !== 'number') return text;
  const number = NUMBER.test(given) ? Number(given) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}

/** As in JSON, and a little more. */
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** The fields of a table, or of each table of a list, that are set: names with values for people. */
export function recordsOf(value: unknown): (readonly [field: string, text: string])[][] {
  const records = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'object' && one !== null);
  return records.map((record: object) =>
    Object.entries(record).flatMap(([field, inner]: [string, unknown]) =>
      inner === null ? [] : [[field, typeof inner === 'object' ? JSON.stringify(inner) : shown(inner)] as const],
    ),
  );
}

/** A value for people. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  if (isSecret(value)) return value.set ? 'set, not shown' : 'not set';
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return textOf(value);
}

function isSecret(value: unknown): value is { readonly set: boolean } {
  return typeof value === 'object' && value !== null && 'set' in value && Object.keys(value).length === 1;
}

/** Whether somebody looks for this setting, by its title, its names or what it is for. */
export function fits({ title, name, variable, help }: SettingSchema, wanted: string): boolean {
  const text = `${title} ${name} ${variable} ${help}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
