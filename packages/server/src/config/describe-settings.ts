/** The settings for people and editors: a form, a JSON Schema of the file, a table for the documentation. */
import type { ConfigSchemaResponse } from '@vortexflow/protocol';
import { writeSetting } from './content.ts';
import { PROFILE_DEFAULTS } from './profiles.ts';
import { type Plain, textOfPlain } from './setting-type.ts';
import type { Setting } from './setting.ts';
import { keyOfSetting, PROFILES, ROWS, SETTINGS } from './table.ts';

/** The data folder is where the user's home is, on every machine another one. */
const shownDefault = (row: Setting<unknown>): Plain =>
  row === SETTINGS.dataFolder ? '~/.vortexflow' : writeSetting(row, row.fallback);

export function settingsForm(): ConfigSchemaResponse['settings'] {
  return ROWS.map(([, row]) => {
    const { kind, takes, minimum, maximum, choices } = row.type;
    return {
      name: keyOfSetting(row),
      variable: row.variable,
      title: row.title,
      help: row.help,
      kind,
      takes,
      unit: row.unit,
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
      ...(choices === undefined ? {} : { choices: [...choices] }),
      default: shownDefault(row),
      applies: row.applies,
      role: row.role,
      secret: row.isSecret,
    };
  });
}

/** JSON Schema (2020-12) of vortexflow.yaml. Of models and embeddings it knows only the outlines; the server checks the rest. */
export function fileSchema(): Plain {
  const rows = ROWS.filter(([, row]) => row !== SETTINGS.dataFolder);
  const endpoint = { type: 'object', required: ['base_url', 'model'] };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'vortexflow.yaml',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(rows.map(([, row]) => [keyOfSetting(row), propertyOf(row)])),
      models: { type: 'array', maxItems: 16, items: endpoint },
      embeddings: endpoint,
    },
  };
}

function propertyOf({ type, title, help }: Setting<unknown>): Plain {
  const { kind, minimum, maximum, choices } = type;
  const named = kind === 'choice' && choices ? { enum: choices } : { type: kind === 'text' ? 'string' : kind };
  return {
    title,
    description: help,
    ...named,
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
    return `| \`${keyOfSetting(row)}\` | \`${variable}\` | ${escape(type.takes)} | ${standard} | ${applies} | ${who} | ${escape(help)} |`;
  });
  return [
    '| in the file | variable | takes | default | holds | may be changed by | what it is for |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

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
