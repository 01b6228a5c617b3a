/** Whom a request is for. */
import { type Permission, permissionsOf, type Role } from './roles.ts';

/** By what somebody has shown who he is. `loopback`: by being on this machine. `none`: by nothing. */
export const PROOFS = ['owner-key', 'api-key', 'session', 'service', 'loopback', 'none'] as const;
export type Proof = (typeof PROOFS)[number];

/** Somebody, as far as the server knows him. */
export interface Principal {
  /** Id of a user; `anonymous` when nobody knows. */
  readonly subject: string;
  readonly role: Role;
  /** What the role may do and the credential covers. */
  readonly permissions: ReadonlySet<Permission>;
  readonly how: Proof;
  /** Id of the key or session, by which it can be revoked; null for what cannot be. */
  readonly credential: string | null;
  /** Of a session: id of the API key that began it. */
  readonly key?: string;
  /** Of a service: when its token ends, ms since the Unix epoch. */
  readonly until?: number;
}

/** Somebody from outside who has shown nothing. */
export const GUEST: Principal = {
  subject: 'anonymous',
  role: 'guest',
  permissions: permissionsOf('guest'),
  how: 'none',
  credential: null,
};

/** Somebody on this very machine who has shown nothing: a reader without an account. */
export const ANONYMOUS: Principal = {
  subject: 'anonymous',
  role: 'reader',
  permissions: permissionsOf('reader', ['look', 'ask']),
  how: 'loopback',
  credential: null,
};

/** Id of the user who is always there. */
export const OWNER_ID = 'owner';

/** The bearer of the owner key. */
export const OWNER: Principal = {
  subject: OWNER_ID,
  role: 'owner',
  permissions: permissionsOf('owner'),
  how: 'owner-key',
  credential: null,
};
