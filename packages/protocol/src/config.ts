/** `/api/v1/config`: settings with their sources, changes while the server runs, versions and the way back. */
import { type Static, Type } from 'typebox';

const SettingName = Type.String({ description: 'As in vortexflow.yaml.' });
const Value = Type.Unknown({
  description: 'As in vortexflow.yaml. Of a secret only {"set": true} or {"set": false}.',
});
const Source = Type.Enum(['default', 'profile', 'file', 'environment', 'runtime'], {
  description: 'The layer that has the say; each is stronger than those before it.',
});
const Applies = Type.Enum(['at once', 'roll', 'restart'], {
  description:
    'When a new value holds. roll: in serving processes that start later, so after SIGHUP where there are several.',
});

/** Who or what made a version. */
const VersionSource = Type.Enum(['start', 'file', 'api', 'rollback', 'roll'], {
  description: 'roll: SIGHUP has taken new serving processes.',
});

const VersionHead = {
  version: Type.Integer({ minimum: 1 }),
  hash: Type.String({ description: 'SHA-256 of the values as canonical JSON (RFC 8785), hexadecimal.' }),
  author: Type.String({ description: 'Role of the caller, or the part of the server that made it.' }),
  time: Type.String({ description: 'ISO 8601, in UTC.' }),
  source: VersionSource,
  restored: Type.Union([Type.Integer(), Type.Null()], { description: 'The version that a rollback went back to.' }),
};

export const ConfigVersionHead = Type.Object(VersionHead, { $id: 'ConfigVersionHead' });
export type ConfigVersionHead = Static<typeof ConfigVersionHead>;

export const ConfigVersionResponse = Type.Object(
  {
    ...VersionHead,
    values: Type.Record(Type.String(), Value),
    sources: Type.Record(Type.String(), Source),
    overrides: Type.Record(Type.String(), Value, { description: 'What was set while the server ran.' }),
    request_id: Type.String(),
  },
  { $id: 'ConfigVersionResponse' },
);
export type ConfigVersionResponse = Static<typeof ConfigVersionResponse>;

export const ConfigVersionsQuery = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'Most versions, default 20.' })),
    before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'Only older ones than this.' })),
  },
  { additionalProperties: false },
);

export const ConfigVersionsResponse = Type.Object(
  {
    versions: Type.Array(ConfigVersionHead, { description: 'The newest first.' }),
    request_id: Type.String(),
  },
  { $id: 'ConfigVersionsResponse' },
);
export type ConfigVersionsResponse = Static<typeof ConfigVersionsResponse>;

const Waiting = Type.Object({
  setting: SettingName,
  reason: Type.String({ description: 'What it takes for the configured value to hold.' }),
});

export const ConfigResponse = Type.Object(
  {
    ...VersionHead,
    settings: Type.Record(
      Type.String(),
      Type.Object({ value: Value, source: Source, applies: Applies, changeable: Type.Boolean() }),
    ),
    problem: Type.Union(
      [Type.Object({ message: Type.String(), since: Type.String({ description: 'ISO 8601, in UTC.' }) }), Type.Null()],
      { description: 'Why what the file says now does not hold; null when it does.' },
    ),
    waiting: Type.Array(Waiting, { description: 'Settings whose configured values do not hold yet.' }),
    request_id: Type.String(),
  },
  { $id: 'ConfigResponse' },
);
export type ConfigResponse = Static<typeof ConfigResponse>;

export const ConfigChangeRequest = Type.Record(Type.String(), Value, {
  $id: 'ConfigChangeRequest',
  description: 'Settings by name; null takes back what was set while the server ran (RFC 7396).',
});
export type ConfigChangeRequest = Static<typeof ConfigChangeRequest>;

export const ConfigRollbackRequest = Type.Object(
  { version: Type.Integer({ minimum: 1, maximum: 999_999_999 }) },
  { additionalProperties: false, $id: 'ConfigRollbackRequest' },
);
export type ConfigRollbackRequest = Static<typeof ConfigRollbackRequest>;

export const ConfigRollbackResponse = Type.Object(
  {
    ...ConfigResponse.properties,
    unrestored: Type.Array(Waiting, { description: 'Settings of that version that cannot change at run time.' }),
  },
  { $id: 'ConfigRollbackResponse' },
);
export type ConfigRollbackResponse = Static<typeof ConfigRollbackResponse>;

const Side = Type.Union([Type.Object({ value: Value, source: Source }), Type.Null()]);
const Difference = Type.Object({ setting: SettingName, from: Side, to: Side });

export const ConfigDiffQuery = Type.Object(
  { from: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }), to: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }) },
  { additionalProperties: false },
);

export const ConfigDiffResponse = Type.Object(
  {
    from: Type.Integer(),
    to: Type.Integer(),
    differences: Type.Array(Difference),
    request_id: Type.String(),
  },
  { $id: 'ConfigDiffResponse' },
);
export type ConfigDiffResponse = Static<typeof ConfigDiffResponse>;

export const ConfigValidateRequest = Type.Union(
  [
    Type.Object({ yaml: Type.String() }, { additionalProperties: false }),
    Type.Object({ set: Type.Record(Type.String(), Value) }, { additionalProperties: false }),
  ],
  { $id: 'ConfigValidateRequest', description: 'A whole file, or a change as PATCH takes it.' },
);
export type ConfigValidateRequest = Static<typeof ConfigValidateRequest>;

export const ConfigValidateResponse = Type.Object(
  {
    valid: Type.Boolean(),
    problems: Type.Array(Type.String()),
    differences: Type.Array(Difference, { description: 'What would change from what holds now.' }),
    waiting: Type.Array(Waiting, { description: 'What would not hold before a restart.' }),
    request_id: Type.String(),
  },
  { $id: 'ConfigValidateResponse' },
);
export type ConfigValidateResponse = Static<typeof ConfigValidateResponse>;

const FIELD_KINDS = ['integer', 'number', 'boolean', 'choice', 'text', 'record'] as const;
const Variable = Type.String({ description: 'In the environment; empty where there is none.' });
/** What a setting, or a field of one, can hold. */
const RANGE = {
  takes: Type.String({ description: 'What it can hold, in words.' }),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  choices: Type.Optional(Type.Array(Type.String())),
};

export const ConfigSchemaResponse = Type.Object(
  {
    settings: Type.Array(
      Type.Object({
        name: SettingName,
        variable: Variable,
        title: Type.String(),
        help: Type.String(),
        kind: Type.Enum([...FIELD_KINDS, 'list']),
        unit: Type.Union([Type.String(), Type.Null()]),
        ...RANGE,
        default: Value,
        applies: Applies,
        role: Type.Enum(['admin', 'owner'], { description: 'Who may change it at run time.' }),
        secret: Type.Boolean({ description: 'Its value is never shown.' }),
        fields: Type.Optional(
          Type.Array(
            Type.Object({
              name: Type.String(),
              variable: Variable,
              help: Type.String(),
              kind: Type.Enum(FIELD_KINDS),
              ...RANGE,
              required: Type.Boolean(),
              default: Value,
            }),
            { description: 'Of a list, the fields of each of its elements; of a record, its own.' },
          ),
        ),
      }),
    ),
    file: Type.Unknown({ description: 'JSON Schema (2020-12) of vortexflow.yaml, for editors.' }),
    request_id: Type.String(),
  },
  { $id: 'ConfigSchemaResponse' },
);
export type ConfigSchemaResponse = Static<typeof ConfigSchemaResponse>;
