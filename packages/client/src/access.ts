/** Keys, sessions, second factor, people, sign-in links, and who one is. */
import type {
  ApiKeyRequest,
  ApiKeyResponse,
  ApiKeysResponse,
  EnrolmentResponse,
  QuotaResponse,
  RecoveryResponse,
  SecondFactorResponse,
  SecretResponse,
  SessionsResponse,
  UserChange,
  UserRequest,
  UserResponse,
  UsersResponse,
  WhoResponse,
} from '@vortexflow/protocol';
import { type CallOptions, resultOf, type Send } from './http.ts';

export interface AccessCalls {
  /** Who the server takes this caller for, and what he may do. */
  me(options?: CallOptions): Promise<WhoResponse>;
  /** What one may use, and how much of it is used. */
  quota(options?: CallOptions): Promise<QuotaResponse>;
  /** One's own sessions. */
  sessions(options?: CallOptions): Promise<SessionsResponse>;
  /** One's own, or that of somebody below. */
  endSession(id: string, options?: CallOptions): Promise<void>;
  /** Whether one has a second factor. */
  secondFactor(options?: CallOptions): Promise<SecondFactorResponse>;
  /** A secret for an authenticator; it counts once {@link confirm} has shown a code of it. */
  enrol(options?: CallOptions): Promise<EnrolmentResponse>;
  /** Ends all other sessions. The recovery codes are in the answer and nowhere else. */
  confirm(code: string, options?: CallOptions): Promise<RecoveryResponse>;
  /** Takes one's own second factor away, with a code of it. Ends all other sessions. */
  dropSecondFactor(code: string, options?: CallOptions): Promise<void>;
  /** Makes a key for a program; its text is in the answer and nowhere else. */
  createKey(key: ApiKeyRequest, options?: CallOptions): Promise<ApiKeyResponse>;
  /** One's own keys; those of everybody for who manages. */
  keys(options?: CallOptions & { readonly all?: boolean }): Promise<ApiKeysResponse>;
  /** From now on the key counts no more. */
  revokeKey(id: string, options?: CallOptions): Promise<void>;
  /** Everybody who has an account; for who manages, as all that follows. */
  users(options?: CallOptions): Promise<UsersResponse>;
  /** Lets somebody sign in, with a role below one's own. */
  createUser(user: UserRequest, options?: CallOptions): Promise<UserResponse>;
  /** Sessions end when a role or a public key changes. */
  changeUser(id: string, change: UserChange, options?: CallOptions): Promise<UserResponse>;
  /** Takes somebody out, with his sessions and keys. */
  removeUser(id: string, options?: CallOptions): Promise<void>;
  /** Takes away the second factor of somebody who has lost it. */
  resetSecondFactor(id: string, options?: CallOptions): Promise<void>;
  /** An address by which the owner signs in once. */
  link(options?: CallOptions): Promise<SecretResponse>;
}

export function accessCalls(send: Send): AccessCalls {
  const call =
    (method: 'GET' | 'POST' | 'PUT' | 'PATCH') =>
    async <T>(path: string, body: unknown, options?: CallOptions) =>
      resultOf<T>(await send(`/api/v1/auth${path}`, { ...options, method, body }), options?.signal);
  const [get, post, put, patch] = [call('GET'), call('POST'), call('PUT'), call('PATCH')];
  const remove = async (path: string, body: unknown, options?: CallOptions): Promise<void> => {
    const response = await send(`/api/v1/auth${path}`, { ...options, method: 'DELETE', body });
    if (!response.ok) await resultOf(response, options?.signal);
    await response.body?.cancel();
  };
  const factor = '/me/second-factor';
  const user = (id: string): string => `/users/${encodeURIComponent(id)}`;
  return {
    me: (options) => get('/me', undefined, options),
    quota: (options) => get('/me/quota', undefined, options),
    sessions: (options) => get('/sessions', undefined, options),
    endSession: (id, options) => remove(`/sessions/${encodeURIComponent(id)}`, undefined, options),
    secondFactor: (options) => get(factor, undefined, options),
    enrol: (options) => post(factor, undefined, options),
    confirm: (code, options) => put(factor, { code }, options),
    dropSecondFactor: (code, options) => remove(factor, { code }, options),
    createKey: (key, options) => post('/keys', key, options),
    keys: (options) => get(options?.all === true ? '/keys?all=true' : '/keys', undefined, options),
    revokeKey: (id, options) => remove(`/keys/${encodeURIComponent(id)}`, undefined, options),
    users: (options) => get('/users', undefined, options),
    createUser: (wish, options) => post('/users', wish, options),
    changeUser: (id, change, options) => patch(user(id), change, options),
    removeUser: (id, options) => remove(user(id), undefined, options),
    resetSecondFactor: (id, options) => remove(`${user(id)}/second-factor`, undefined, options),
    link: (options) => post('/links', undefined, options),
  };
}
