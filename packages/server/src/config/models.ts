/** Language models in the configuration: a list in the file, or a single one in the environment. */
import { MODEL_DEFAULTS, type ModelPrices, type ModelSettings, type ResponseFormat } from '@vortexflow/answering';
import {
  BASE_URL,
  type Fail,
  type FieldType,
  KEY_PATH,
  KEY_VARIABLE,
  keyOf,
  MODEL_NAME,
  optional,
  readFields,
  required,
} from './fields.ts';
import type { ConfigFile } from './file.ts';
import { SettingError } from './setting-error.ts';
import { choice, decimal, integer, matching } from './setting-type.ts';

/** Name of the model that comes from the environment. */
const ENVIRONMENT_MODEL = 'llm';
/** Names that opinions have already. */
const TAKEN = new Set(['asi', 'flux', 'fusion']);
export const MAX_MODELS = 16;
/** Tokens that question and passages need at least beside the reply. */
const LEAST_ROOM = 1000;

const NAME = matching(/^[a-z][a-z0-9_.-]{0,31}$/, 'a name of 1 to 32 small letters, digits and . _ -, a letter first');

const PRICES: FieldType<ModelPrices> = {
  kind: 'record',
  takes: 'input and output, each a price per million tokens, 0 or more',
  properties: { input: { type: 'number', minimum: 0 }, output: { type: 'number', minimum: 0 } },
  read: (value) => {
    if (typeof value !== 'object' || value === null) throw new Error(PRICES.takes);
    const { input, output, ...others } = value as Record<string, unknown>;
    const isPrice = (price: unknown): price is number =>
      typeof price === 'number' && price >= 0 && Number.isFinite(price);
    if (!isPrice(input) || !isPrice(output) || Object.keys(others).length > 0) throw new Error(PRICES.takes);
    return { input, output };
  },
};

/** Every field of a model by its name in the file. */
export const MODEL_FIELDS = {
  name: required(NAME, 'What its opinions are named after.'),
  base_url: required(BASE_URL, 'Address up to the version, e.g. http://127.0.0.1:11434/v1 (OpenAI protocol).', {
    variable: 'LLM_BASE_URL',
  }),
  model: required(MODEL_NAME, 'What that address calls the model.', { variable: 'LLM_MODEL' }),
  key_env: optional(
    KEY_VARIABLE,
    'Name of the variable that holds its key. The key itself is never part of the configuration.',
    null,
    { variable: 'LLM_KEY_ENV' },
  ),
  key_file: optional(KEY_PATH, 'Or the file that holds it, in its first line.', null),
  temperature: optional(decimal(0, 2), 'How freely it words its replies.', MODEL_DEFAULTS.temperature),
  max_tokens: optional(integer(16, 32_768), 'Longest reply, tokens.', MODEL_DEFAULTS.maxTokens),
  timeout_ms: optional(integer(1, 600_000), 'Longest wait for a reply, ms.', MODEL_DEFAULTS.timeoutMs),
  context_tokens: optional(
    integer(1024, 10_000_000),
    `Question, passages and reply, tokens; ${MODEL_DEFAULTS.contextTokens}, or more where max_tokens asks for it.`,
    null,
  ),
  prices: optional(PRICES, 'What it costs, for the metrics.', MODEL_DEFAULTS.prices),
  response_format: optional(
    choice(['json_object', 'json_schema', 'none'] as const satisfies readonly ResponseFormat[]),
    'How it is asked for JSON.',
    MODEL_DEFAULTS.responseFormat,
  ),
  max_connections: optional(integer(1, 1024), 'Most connections to it.', MODEL_DEFAULTS.maxConnections),
};

/** Variables of the single model of the environment. */
export const MODEL_VARIABLES = Object.entries(MODEL_FIELDS)
  .filter(([, { variable }]) => variable !== '')
  .map(([field, { variable, help }]) => ({ field, variable, help }));

/**
 * Models of the file.
 * @throws SettingError that names line, model and field, and what the field takes; never a value
 */
export function readFileModels(file: ConfigFile): ModelSettings[] {
  const list = file.values['models'];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > MAX_MODELS)
    throw file.problem(['models'], `models takes a list of at most ${MAX_MODELS} models.`);
  const models: ModelSettings[] = [];
  list.forEach((entry: unknown, i) => {
    const fail: Fail = (field, problem) => file.problem(['models', i, field], `models[${i}].${field} ${problem}`);
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw file.problem(['models', i], `models[${i}] takes fields such as name, base_url and model.`);
    const model = modelOf(entry as Record<string, unknown>, fail, file.folder);
    if (models.some(({ name }) => name === model.name)) throw fail('name', 'is that of another model, too.');
    models.push(model);
  });
  return models;
}

/**
 * The model of the environment; null when LLM_BASE_URL and LLM_MODEL are not set.
 * @throws SettingError that names the variable
 */
export function readEnvironmentModel(environment: Readonly<Record<string, string | undefined>>): ModelSettings | null {
  const given = MODEL_VARIABLES.flatMap(({ field, variable }) => {
    const value = environment[variable]?.trim();
    return value ? [[field, value] as const] : [];
  });
  if (given.length === 0) return null;
  const variableOf = (field: string): string => MODEL_VARIABLES.find((one) => one.field === field)?.variable ?? field;
  const fail: Fail = (field, problem) => new SettingError(`${variableOf(field)} ${problem}`);
  return modelOf({ name: ENVIRONMENT_MODEL, ...Object.fromEntries(given) }, fail, '');
}

function modelOf(entry: Record<string, unknown>, fail: Fail, folder: string): ModelSettings {
  const { name, base_url, model, key_env, key_file, ...fields } = readFields(MODEL_FIELDS, entry, fail);
  if (TAKEN.has(name)) throw fail('name', `must not be one of ${[...TAKEN].join(', ')}.`);
  const maxTokens = fields.max_tokens;
  const contextTokens = fields.context_tokens ?? Math.max(MODEL_DEFAULTS.contextTokens, maxTokens + LEAST_ROOM);
  if (contextTokens < maxTokens + LEAST_ROOM)
    throw fail('context_tokens', `must exceed max_tokens (${maxTokens}) by ${LEAST_ROOM} or more.`);
  return {
    name,
    baseUrl: base_url,
    model,
    key: keyOf(key_env, key_file, fail, folder),
    temperature: fields.temperature,
    maxTokens,
    contextTokens,
    timeoutMs: fields.timeout_ms,
    prices: fields.prices,
    responseFormat: fields.response_format,
    maxConnections: fields.max_connections,
  };
}
