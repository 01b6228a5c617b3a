/** The settings for people and editors: a form, a JSON Schema of the file, a table for the documentation. */
import type { ConfigSchemaResponse } from '@vortexflow/protocol';
import { COMPOUND, COMPOUND_NAMES, type CompoundName } from './compound.ts';
import { writeSetting } from './content.ts';
import { EMBEDDING_FIELDS } from './embeddings.ts';
import type { Field, FieldTable, FieldType } from './fields.ts';
import { MAX_MODELS, MODEL_FIELDS } from './models.ts';
import { PROFILE_DEFAULTS } from './profiles.ts';
import { type Plain, type SettingType, textOfPlain } from './setting-type.ts';
import type { Setting } from './setting.ts';
import { keyOfSetting, PROFILES, ROWS, SETTINGS } from './table.ts';

/** The data folder is where the user's home is, on every machine another one. */
const shownDefault = (row: Setting<unknown>): Plain =>
  row === SETTINGS.dataFolder ? '~/.vortexflow' : writeSetting(row, row.fallback);

type FormRow = ConfigSchemaResponse['settings'][number];

export function settingsForm(): FormRow[] {
  const rows = ROWS.map(([, row]) => ({
    name: keyOfSetting(row),
    variable: row.variable,
    title: row.title,
    help: row.help,
    ...rangeOf(row.type),
    kind: row.type.kind,
    unit: row.unit,
    default: shownDefault(row),
    applies: row.applies,
    role: row.role,
    secret: row.isSecret,
  }));
  return [...rows, ...COMPOUND_NAMES.map(compoundRow)];
}

function compoundRow(name: CompoundName): FormRow {
  const { title, help, kind, takes, fields } = COMPOUND[name];
  const described = Object.entries<Field<unknown, unknown>>(fields).map(([field, row]) => ({
    name: field,
    variable: row.variable,
    help: row.help,
    ...rangeOf(row.type),
    kind: row.type.kind,
    required: row.isRequired,
    default: row.fallback ?? null,
  }));
  const common = { variable: '', unit: null, applies: 'roll', role: 'owner', secret: false } as const;
  return { name, title, help, kind, takes, ...common, default: kind === 'list' ? [] : null, fields: described };
}

function rangeOf({ takes, minimum, maximum, choices }: Omit<FieldType<unknown>, 'kind' | 'read'>) {
  return {
    takes,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(choices === undefined ? {} : { choices: [...choices] }),
  };
}

/** JSON Schema (2020-12) of vortexflow.yaml. What one field asks of another it cannot say; the server checks that. */
export function fileSchema(): Plain {
  const rows = ROWS.filter(([, row]) => row.elsewhere === null);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'vortexflow.yaml',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(rows.map(([, row]) => [keyOfSetting(row), propertyOf(row)])),
      models: { ...about(COMPOUND.models), type: 'array', maxItems: MAX_MODELS, items: fieldsSchema(MODEL_FIELDS) },
      embeddings: { ...about(COMPOUND.embeddings), ...fieldsSchema(EMBEDDING_FIELDS) },
    },
  };
}

const about = ({ title, help }: { readonly title: string; readonly help: string }) => ({ title, description: help });

function fieldsSchema(table: FieldTable): { readonly [name: string]: Plain } {
  const fields = Object.entries(table);
  return {
    type: 'object',
    additionalProperties: false,
    required: fields.filter(([, { isRequired }]) => isRequired).map(([name]) => name),
    properties: Object.fromEntries(
      fields.map(([name, { type, help }]) => [name, { description: help, ...valueSchema(type) }]),
    ),
  };
}

const propertyOf = (row: Setting<unknown>): Plain => ({ ...about(row), ...valueSchema(row.type) });

function valueSchema(type: SettingType<unknown> | FieldType<unknown>): { readonly [name: string]: Plain } {
  const { kind, minimum, maximum, choices } = type;
  if (kind === 'choice' && choices) return { enum: choices };
  if (kind === 'record') {
    const properties = ('properties' in type && type.properties) || {};
    return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
  }
  return {
    type: kind === 'text' ? 'string' : kind,
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
}

/** For `docs/configuration.md`. */
export function settingsTable(): string {
  const rows = ROWS.map(([, row]) => {
    const { variable, isSecret, applies, role, type, help } = row;
    const fallback = shownDefault(row);
    const standard =
      isSecret || fallback === null
        ? ''
        : row === SETTINGS.reasonerThreads
          ? 'by cores'
          : `\`${textOfPlain(fallback)}\``;
    const who = applies === 'at once' ? role : '';
    const key = `\`${keyOfSetting(row)}\`${row.elsewhere === null ? '' : ' (not taken)'}`;
    return `| ${key} | \`${variable}\` | ${escape(type.takes)} | ${standard} | ${applies} | ${who} | ${escape(help)} |`;
  });
  return [
    '| in the file | variable | takes | default | holds | may be changed by | what it is for |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The fields of a compound setting, for the same page. */
export function fieldsTable(name: CompoundName): string {
  const fields = Object.entries<Field<unknown, unknown>>(COMPOUND[name].fields);
  // A column of variables only where there are some.
  const named = fields.some(([, { variable }]) => variable !== '');
  const rows = fields.map(([field, { variable, type, fallback, isRequired, help }]) => {
    const standard = isRequired ? 'must be given' : fallbackText(fallback);
    const cells = [
      `\`${field}\``,
      variable === '' ? '' : `\`${variable}\``,
      escape(type.takes),
      standard,
      escape(help),
    ];
    return tableRow(named ? cells : cells.toSpliced(1, 1));
  });
  const head = ['field', 'variable of a single one', 'takes', 'default', 'what it is for'];
  const shown = named ? head : head.toSpliced(1, 1);
  return [tableRow(shown), tableRow(shown.map(() => '---')), ...rows].join('\n');
}

const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const fallbackText = (fallback: unknown): string =>
  fallback === null || fallback === undefined ? '' : `\`${textOfPlain(fallback as Plain)}\``;

/** What the profiles change, for the same page. */
export function profilesTable(): string {
  const keys = ROWS.filter(([name]) => PROFILES.some((profile) => Object.hasOwn(PROFILE_DEFAULTS[profile], name)));
  const rows = keys.map(([name, row]) => {
    const cells = PROFILES.map((profile) => {
      const own: unknown = Object.hasOwn(PROFILE_DEFAULTS[profile], name)
        ? PROFILE_DEFAULTS[profile][name]
        : row.fallback;
      return `\`${textOfPlain(writeSetting(row, own))}\``;
    });
    return `| \`${keyOfSetting(row)}\` | ${cells.join(' | ')} |`;
  });
  const head = `| | ${PROFILES.join(' | ')} |`;
  return [head, `| --- |${' --- |'.repeat(PROFILES.length)}`, ...rows].join('\n');
}

const escape = (text: string): string => text.replaceAll('|', '\\|');
