/** The endpoint for embeddings in the configuration file. */
import type { EmbeddingSettings } from '@vortexflow/answering';
import { type Fail, keyOf, number, readBaseUrl, readFields, readModel, readPath, readVariable } from './fields.ts';
import type { ConfigFile } from './file.ts';

/** An endpoint and how often it is asked. */
export interface EmbeddingEndpoint extends EmbeddingSettings {
  /** Most requests for passages in a minute; questions are not counted. */
  readonly requestsPerMinute: number;
}

const DEFAULT_REQUESTS_PER_MINUTE = 600;
/** Questions that come again are not asked for again. */
const KEPT_VECTORS = 1_024;

const FIELDS = {
  base_url: readBaseUrl,
  model: readModel,
  key_env: readVariable,
  key_file: readPath,
  dimensions: number(1, 16_384, true),
  requests_per_minute: number(1, 60_000, true),
  max_connections: number(1, 64, true),
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
  const fields = readFields(FIELDS, entry as Record<string, unknown>, fail);
  if (fields.base_url === undefined) throw fail('base_url', 'is missing.');
  if (fields.model === undefined) throw fail('model', 'is missing.');
  return {
    baseUrl: fields.base_url,
    model: fields.model,
    key: keyOf(fields.key_env, fields.key_file, fail, file.folder),
    dimension: fields.dimensions ?? null,
    cacheSize: KEPT_VECTORS,
    requestsPerMinute: fields.requests_per_minute ?? DEFAULT_REQUESTS_PER_MINUTE,
    ...(fields.max_connections === undefined ? {} : { maxConnections: fields.max_connections }),
  };
}
