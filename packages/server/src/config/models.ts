/** Language models in the configuration: a list in the file, or a single one in the environment. */
import { MODEL_DEFAULTS, type ModelPrices, type ModelSettings } from '@vortexflow/answering';
import {
  type Fail,
  keyOf,
  number,
  type Read,
  readBaseUrl,
  readFields,
  readModel,
  readPath,
  readVariable,
  text,
} from './fields.ts';
import type { ConfigFile } from './file.ts';
import { SettingError } from './setting-error.ts';

/** Variables of the single model, for the help text. */
export const MODEL_VARIABLES = [
  ['LLM_BASE_URL', 'One language model: address up to the version, e.g. http://127.0.0.1:11434/v1 (OpenAI protocol).'],
  [
    'LLM_MODEL',
    'What that address calls the model. More than one model: "models" in the file; see docs of the server.',
  ],
  ['LLM_KEY_ENV', 'Name of the variable that holds its key. The key itself is never part of the configuration.'],
] as const;

/** Name of the model that comes from the environment. */
const ENVIRONMENT_MODEL = 'llm';
/** Names that opinions have already. */
const TAKEN = new Set(['asi', 'flux', 'fusion']);
const MAX_MODELS = 16;
/** Tokens that question and passages need at least beside the reply. */
const LEAST_ROOM = 1000;

const readName = text(/^[a-z][a-z0-9_.-]{0,31}$/, 'a name of 1 to 32 small letters, digits and . _ -, a letter first');

function readFormat(value: unknown): ModelSettings['responseFormat'] {
  if (value === 'json_object' || value === 'json_schema' || value === 'none') return value;
  throw new Error('one of json_object, json_schema, none');
}

function readPrices(value: unknown): ModelPrices {
  const what = 'input and output, each a price per million tokens, 0 or more';
  if (typeof value !== 'object' || value === null) throw new Error(what);
  const { input, output, ...others } = value as Record<string, unknown>;
  const isPrice = (price: unknown): price is number =>
    typeof price === 'number' && price >= 0 && Number.isFinite(price);
  if (!isPrice(input) || !isPrice(output) || Object.keys(others).length > 0) throw new Error(what);
  return { input, output };
}

/** Every field of a model by its name in the file. */
const FIELDS = {
  name: readName,
  base_url: readBaseUrl,
  model: readModel,
  key_env: readVariable,
  key_file: readPath,
  temperature: number(0, 2, false),
  max_tokens: number(16, 32_768, true),
  timeout_ms: number(1, 600_000, true),
  context_tokens: number(1024, 10_000_000, true),
  prices: readPrices,
  response_format: readFormat,
  max_connections: number(1, 1024, true),
} satisfies Record<string, Read<unknown>>;

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
  const [base_url, model, key_env] = MODEL_VARIABLES.map(([variable]) => environment[variable]?.trim() || undefined);
  if (base_url === undefined && model === undefined && key_env === undefined) return null;
  const variables: Record<string, string> = { base_url: 'LLM_BASE_URL', model: 'LLM_MODEL', key_env: 'LLM_KEY_ENV' };
  const fail: Fail = (field, problem) => new SettingError(`${variables[field] ?? field} ${problem}`);
  const given = { name: ENVIRONMENT_MODEL, base_url, model, ...(key_env === undefined ? {} : { key_env }) };
  return modelOf(given, fail, '');
}

function modelOf(entry: Record<string, unknown>, fail: Fail, folder: string): ModelSettings {
  const fields = readFields(FIELDS, entry, fail);
  const required = (name: 'name' | 'base_url' | 'model'): string => {
    const value = fields[name];
    if (value === undefined) throw fail(name, 'is missing.');
    return value;
  };
  const name = required('name');
  if (TAKEN.has(name)) throw fail('name', `must not be one of ${[...TAKEN].join(', ')}.`);
  const maxTokens = fields.max_tokens ?? MODEL_DEFAULTS.maxTokens;
  const contextTokens = fields.context_tokens ?? Math.max(MODEL_DEFAULTS.contextTokens, maxTokens + LEAST_ROOM);
  if (contextTokens < maxTokens + LEAST_ROOM)
    throw fail('context_tokens', `must exceed max_tokens (${maxTokens}) by ${LEAST_ROOM} or more.`);
  return {
    name,
    baseUrl: required('base_url'),
    model: required('model'),
    key: keyOf(fields.key_env, fields.key_file, fail, folder),
    temperature: fields.temperature ?? MODEL_DEFAULTS.temperature,
    maxTokens,
    contextTokens,
    timeoutMs: fields.timeout_ms ?? MODEL_DEFAULTS.timeoutMs,
    prices: fields.prices ?? MODEL_DEFAULTS.prices,
    responseFormat: fields.response_format ?? MODEL_DEFAULTS.responseFormat,
    maxConnections: fields.max_connections ?? MODEL_DEFAULTS.maxConnections,
  };
}
