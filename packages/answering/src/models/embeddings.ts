/**
 * Embeddings from an OpenAI-compatible endpoint: in batches, each text once, every vector of the same length. Kept in
 * memory by the hash of the text, so that a text that comes again costs nothing.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '@vortexflow/primitives';
import { type BreakerState, Deadline } from '@vortexflow/resilience';
import {
  type CallBounds,
  Endpoint,
  type EndpointOptions,
  type EndpointResponse,
  parseJson,
  readText,
} from './endpoint.ts';
import { ModelFailure } from './failure.ts';
import type { Limits } from './limits.ts';
import type { KeyReference } from './settings.ts';

/** One endpoint for embeddings. */
export interface EmbeddingSettings {
  /** Up to and including the version, e.g. `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key: KeyReference | null;
  /** Length of a vector; null takes that of the first one. */
  readonly dimension: number | null;
  /** Most texts of one request. Default 64. */
  readonly batchSize?: number;
  /** Most vectors to keep. Default 50,000: at 768 numbers about 150 MB. */
  readonly cacheSize?: number;
  /** Default 4. */
  readonly maxConnections?: number;
}

const DEFAULT_BATCH = 64;
const DEFAULT_CACHE = 50_000;
const DEFAULT_CONNECTIONS = 4;
/** Largest response, bytes; 64 vectors of 3,072 numbers are about 3 MB. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024;

export class EmbeddingClient {
  readonly #settings: EmbeddingSettings;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  /** Oldest use first. */
  readonly #cache = new Map<string, Float32Array>();
  #dimension: number | null;

  constructor(settings: EmbeddingSettings, context: Pick<EndpointOptions, 'clock' | 'random' | 'readKey'>) {
    this.#settings = settings;
    this.#dimension = settings.dimension;
    this.#clock = context.clock;
    const { baseUrl, key, maxConnections = DEFAULT_CONNECTIONS } = settings;
    this.#endpoint = new Endpoint({ baseUrl, key, maxConnections, ...context });
  }

  /** Length of a vector; null before the first one when none was configured. */
  get dimension(): number | null {
    return this.#dimension;
  }

  get breaker(): BreakerState {
    return this.#endpoint.breaker;
  }

  /**
   * One vector a text, in the order of the texts, as the endpoint gives them (not normalised). Vectors are shared with
   * the cache: do not write to them.
   *
   * @param limits bound all batches together
   * @throws ModelFailure; `wrong_dimension` when a vector has not the length of the others
   */
  async embed(texts: readonly string[], limits: Limits): Promise<Float32Array[]> {
    const hashes = texts.map(hashOf);
    const wanted = new Map<string, string>();
    const found = new Map<string, Float32Array>();
    hashes.forEach((hash, i) => {
      const known = this.#recall(hash);
      if (known) found.set(hash, known);
      else wanted.set(hash, texts[i] as string);
    });
    const bounds = { deadline: Deadline.in(this.#clock, limits.timeoutMs), signal: limits.signal };
    for (const [hash, vector] of await this.#fetch([...wanted], bounds)) {
      found.set(hash, vector);
      this.#keep(hash, vector);
    }
    return hashes.map((hash) => found.get(hash) as Float32Array);
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
  }

  /** All batches at once; the endpoint's connections bound how many are under way. */
  async #fetch(wanted: readonly (readonly [string, string])[], bounds: CallBounds): Promise<[string, Float32Array][]> {
    const size = this.#settings.batchSize ?? DEFAULT_BATCH;
    const batches = Array.from({ length: Math.ceil(wanted.length / size) }, (_, i) =>
      wanted.slice(i * size, (i + 1) * size),
    );
    const vectors = await Promise.all(
      batches.map((batch) =>
        this.#fetchBatch(
          batch.map(([, text]) => text),
          bounds,
        ),
      ),
    );
    return vectors.flat().map((vector, i) => [(wanted[i] as readonly [string, string])[0], vector]);
  }

  async #fetchBatch(input: readonly string[], bounds: CallBounds): Promise<Float32Array[]> {
    const body = JSON.stringify({ model: this.#settings.model, input, encoding_format: 'float' });
    const read = async ({ body: stream }: EndpointResponse): Promise<Float32Array[]> =>
      vectorsOf(parseJson(await readText(stream, MAX_BATCH_BYTES)), input.length);
    const vectors = await this.#endpoint.post('/embeddings', body, bounds, read);
    for (const { length } of vectors) {
      this.#dimension ??= length;
      if (length !== this.#dimension) throw new ModelFailure('wrong_dimension');
    }
    return vectors;
  }

  #recall(hash: string): Float32Array | undefined {
    const vector = this.#cache.get(hash);
    if (!vector) return undefined;
    this.#cache.delete(hash);
    this.#cache.set(hash, vector);
    return vector;
  }

  #keep(hash: string, vector: Float32Array): void {
    this.#cache.set(hash, vector);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > (this.#settings.cacheSize ?? DEFAULT_CACHE)) this.#cache.delete(oldest as string);
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** @throws ModelFailure `not_json` unless there is exactly one vector of finite numbers for each text */
function vectorsOf(wire: unknown, count: number): Float32Array[] {
  const { data } = (wire ?? {}) as { data?: unknown };
  const vectors: Float32Array[] = [];
  if (Array.isArray(data)) {
    data.forEach((row: { index?: unknown; embedding?: unknown } | null, i) => {
      const place = row?.index ?? i;
      const { embedding } = row ?? {};
      if (!Array.isArray(embedding) || embedding.length === 0 || !embedding.every(Number.isFinite)) return;
      if (Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < count)
        vectors[place as number] = Float32Array.from(embedding as number[]);
    });
  }
  if (vectors.length !== count || vectors.includes(undefined as unknown as Float32Array))
    throw new ModelFailure('not_json', { counts: true });
  return vectors;
}
