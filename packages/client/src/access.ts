/** Keys, sign-in links and who one is. */
import type {
  ApiKeyRequest,
  ApiKeyResponse,
  ApiKeysResponse,
  SecretResponse,
  UsersResponse,
  WhoResponse,
} from '@vortexflow/protocol';
import { type CallOptions, resultOf, type Send } from './http.ts';

export interface AccessCalls {
  /** Who the server takes this caller for, and what he may do. */
  me(options?: CallOptions): Promise<WhoResponse>;
  /** Makes a key for a program; its text is in the answer and nowhere else. */
  createKey(key: ApiKeyRequest, options?: CallOptions): Promise<ApiKeyResponse>;
  /** One's own keys; those of everybody for who manages. */
  keys(options?: CallOptions & { readonly all?: boolean }): Promise<ApiKeysResponse>;
  /** From now on the key counts no more. */
  revokeKey(id: string, options?: CallOptions): Promise<void>;
  /** Everybody who has an account; for who manages. */
  users(options?: CallOptions): Promise<UsersResponse>;
  /** An address by which the owner signs in once. */
  link(options?: CallOptions): Promise<SecretResponse>;
}

export function accessCalls(send: Send): AccessCalls {
  const root = '/api/v1/auth';
  const get = async <T>(path: string, options?: CallOptions) =>
    resultOf<T>(await send(root + path, options), options?.signal);
  const post = async <T>(path: string, body: unknown, options?: CallOptions) =>
    resultOf<T>(await send(root + path, { ...options, method: 'POST', body }), options?.signal);
  return {
    me: (options) => get('/me', options),
    createKey: (key, options) => post('/keys', key, options),
    keys: (options) => get(options?.all === true ? '/keys?all=true' : '/keys', options),
    async revokeKey(id, options) {
      const response = await send(`${root}/keys/${encodeURIComponent(id)}`, { ...options, method: 'DELETE' });
      if (!response.ok) await resultOf(response, options?.signal);
      await response.body?.cancel();
    },
    users: (options) => get('/users', options),
    link: (options) => post('/links', undefined, options),
  };
}
