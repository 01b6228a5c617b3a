/** Settings as they are shown, kept and compared: plain values under the keys of the file, and no secret among them. */
import type { ModelSettings } from '@vortexflow/answering';
import { canonicalJson } from './canonical.ts';
import type { EmbeddingEndpoint } from './embeddings.ts';
import type { Plain } from './setting-type.ts';
import type { Settings, SettingSource } from './settings.ts';
import type { Setting } from './setting.ts';
import { keyOfSetting, ROWS } from './table.ts';

/** What holds, with where it comes from. */
export interface Content {
  readonly values: Readonly<Record<string, Plain>>;
  readonly sources: Readonly<Record<string, SettingSource>>;
}

export function contentOf({ values, sources }: Settings): Content {
  const shown: Record<string, Plain> = {};
  const from: Record<string, SettingSource> = {};
  for (const [name, row] of ROWS) {
    const key = keyOfSetting(row);
    shown[key] = writeSetting(row, values[name]);
    from[key] = sources[name];
  }
  shown['models'] = values.models.map(writeModel);
  from['models'] = sources.models;
  shown['embeddings'] = values.embeddings && writeEmbeddings(values.embeddings);
  from['embeddings'] = sources.embeddings;
  return { values: shown, sources: from };
}

/** Of a secret no more than whether there is one. */
export function writeSetting(row: Setting<unknown>, value: unknown): Plain {
  if (row.isSecret) return { set: value !== null };
  return value === null ? null : row.type.write(value as object);
}

/** Which kind of reference names the key; the name itself might be the key, by mistake. */
const writeKey = (key: ModelSettings['key']): Plain => (key === null ? null : 'env' in key ? 'variable' : 'file');

function writeModel({ key, prices, ...model }: ModelSettings): Plain {
  return {
    name: model.name,
    base_url: model.baseUrl,
    model: model.model,
    key: writeKey(key),
    temperature: model.temperature,
    max_tokens: model.maxTokens,
    timeout_ms: model.timeoutMs,
    context_tokens: model.contextTokens,
    prices: prices && { input: prices.input, output: prices.output },
    response_format: model.responseFormat,
    max_connections: model.maxConnections,
  };
}

function writeEmbeddings({ key, ...endpoint }: EmbeddingEndpoint): Plain {
  return {
    base_url: endpoint.baseUrl,
    model: endpoint.model,
    key: writeKey(key),
    dimensions: endpoint.dimension,
    requests_per_minute: endpoint.requestsPerMinute,
    ...(endpoint.maxConnections === undefined ? {} : { max_connections: endpoint.maxConnections }),
  };
}

/** One setting that two contents do not share; null where one has no such setting. */
export interface Difference {
  readonly setting: string;
  readonly from: Placed | null;
  readonly to: Placed | null;
}

type Placed = {
  readonly value: Plain;
  readonly source: SettingSource;
};

/** What changes from one content to the other, by name. Empty when they are the same. */
export function differences(from: Content, to: Content): Difference[] {
  const names = [...new Set([...Object.keys(from.values), ...Object.keys(to.values)])].sort();
  return names.flatMap((setting) => {
    const [a, b] = [placed(from, setting), placed(to, setting)];
    return isSame(a, b) ? [] : [{ setting, from: a, to: b }];
  });
}

function placed({ values, sources }: Content, setting: string): Placed | null {
  const value = Object.hasOwn(values, setting) ? values[setting] : undefined;
  return value === undefined ? null : { value, source: sources[setting] ?? 'default' };
}

const isSame = (a: Placed | null, b: Placed | null): boolean => canonicalJson(a) === canonicalJson(b);
