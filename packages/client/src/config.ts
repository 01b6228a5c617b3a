/** Settings of the running server: with their sources, changed by compare-and-set, and their versions. */
import type {
  ConfigDiffResponse,
  ConfigResponse,
  ConfigRollbackResponse,
  ConfigSchemaResponse,
  ConfigVersionsResponse,
} from '@vortexflow/protocol';
import { type CallOptions, resultOf, type Send } from './http.ts';

/** What holds, with the ETag (RFC 9110, section 8.8.3) that a change of it is made against. */
export interface ConfigState extends ConfigResponse {
  readonly etag: string;
}

/** All of it takes who may configure: the owner and administrators. */
export interface ConfigCalls {
  show(options?: CallOptions): Promise<ConfigState>;
  /** What each setting takes, for forms. */
  schema(options?: CallOptions): Promise<ConfigSchemaResponse>;
  /**
   * Changes settings, by their names in the file; null takes back what was set at run time. Resolves when the whole server
   * goes by it. @throws VortexflowError `config_conflict` when `ifMatch` (an ETag, or `*`) is not what holds any more
   */
  change(
    set: Readonly<Record<string, unknown>>,
    options: CallOptions & { readonly ifMatch: string },
  ): Promise<ConfigState>;
  /** Newest first. `limit`: default of the server, 20; `before`: only older ones than this. */
  versions(
    options?: CallOptions & { readonly limit?: number; readonly before?: number },
  ): Promise<ConfigVersionsResponse>;
  diff(from: number, to: number, options?: CallOptions): Promise<ConfigDiffResponse>;
  /** Makes a new version with the values of an old one. */
  rollback(
    version: number,
    options?: CallOptions & { readonly ifMatch?: string },
  ): Promise<ConfigRollbackResponse & ConfigState>;
}

export function configCalls(send: Send): ConfigCalls {
  const root = '/api/v1/config';
  const get = async <T>(path: string, options?: CallOptions) =>
    resultOf<T>(await send(root + path, options), options?.signal);
  const tagged = async <T>(response: Response, options?: CallOptions): Promise<T & { readonly etag: string }> => {
    const result = await resultOf<T>(response, options?.signal);
    return { ...result, etag: response.headers.get('etag') ?? '' };
  };
  return {
    show: async (options) => tagged<ConfigResponse>(await send(root, options), options),
    schema: (options) => get('/schema', options),
    change: async (set, options) =>
      tagged<ConfigResponse>(await send(root, { ...options, method: 'PATCH', body: set }), options),
    versions(options) {
      const given = Object.entries({ limit: options?.limit, before: options?.before });
      const query = given.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
      return get(`/versions${query.length === 0 ? '' : `?${query.join('&')}`}`, options);
    },
    diff: (from, to, options) => get(`/diff?from=${from}&to=${to}`, options),
    rollback: async (version, options) =>
      tagged<ConfigRollbackResponse>(
        await send(`${root}/rollback`, { ...options, method: 'POST', body: { version } }),
        options,
      ),
  };
}
