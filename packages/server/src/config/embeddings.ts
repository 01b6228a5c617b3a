/** The endpoint for embeddings in the configuration file. */
import type { EmbeddingSettings } from '@vortexflow/answering';
import {
  BASE_URL,
  type Fail,
  KEY_PATH,
  KEY_VARIABLE,
  keyOf,
  MODEL_NAME,
  optional,
  readFields,
  required,
} from './fields.ts';
import type { ConfigFile } from './file.ts';
import { integer } from './setting-type.ts';

/** An endpoint and how often it is asked. */
export interface EmbeddingEndpoint extends EmbeddingSettings {
  /** Most requests for passages in a minute; questions are not counted. */
  readonly requestsPerMinute: number;
}

const DEFAULT_REQUESTS_PER_MINUTE = 600;
/** Questions that come again are not asked for again. */
const KEPT_VECTORS = 1_024;

/** Every field of the endpoint by its name in the file. */
export const EMBEDDING_FIELDS = {
  base_url: required(BASE_URL, 'Address up to the version, e.g. http://127.0.0.1:11434/v1 (OpenAI protocol).'),
  model: required(MODEL_NAME, 'What that address calls the model.'),
  key_env: optional(KEY_VARIABLE, 'Name of the variable that holds its key.', null),
  key_file: optional(KEY_PATH, 'Or the file that holds it, in its first line.', null),
  dimensions: optional(integer(1, 16_384), 'Length of its vectors, where the model can be asked for one.', null),
  requests_per_minute: optional(
    integer(1, 60_000),
    'Most requests for passages in a minute; questions are not counted.',
    DEFAULT_REQUESTS_PER_MINUTE,
  ),
  max_connections: optional(integer(1, 64), 'Most connections to it; by default as many as its work asks for.', null),
};

/**
 * The endpoint of the file, or null.
 * @throws SettingError that names line and field, and what the field takes; never a value
 */
export function readFileEmbeddings(file: ConfigFile): EmbeddingEndpoint | null {
  const entry = file.values['embeddings'];
  if (entry === undefined || entry === null) return null;
  if (typeof entry !== 'object' || Array.isArray(entry))
    throw file.problem(['embeddings'], 'embeddings takes fields such as base_url and model.');
  const fail: Fail = (field, problem) => file.problem(['embeddings', field], `embeddings.${field} ${problem}`);
  const fields = readFields(EMBEDDING_FIELDS, entry as Record<string, unknown>, fail);
  return {
    baseUrl: fields.base_url,
    model: fields.model,
    key: keyOf(fields.key_env, fields.key_file, fail, file.folder),
    dimension: fields.dimensions,
    cacheSize: KEPT_VECTORS,
    requestsPerMinute: fields.requests_per_minute,
    ...(fields.max_connections === null ? {} : { maxConnections: fields.max_connections }),
  };
}
