/** What the server says in single words, in words for people. */
import type { ApiKeyRequest, SessionsResponse, WhoResponse } from '@vortexflow/protocol';

export type Role = WhoResponse['role'];
export type Scope = ApiKeyRequest['scopes'][number];

/** From the least to the most. */
export const ROLES: Readonly<Record<Role, string>> = {
  guest: 'may do nothing',
  reader: 'may look and ask',
  editor: 'may also add and remove documents',
  admin: 'may also change settings and manage people',
  owner: 'may do everything',
};

/** What a key may be given. */
export const SCOPES: Readonly<Record<Scope, string>> = {
  look: 'see the graph',
  ask: 'ask',
  contribute: 'add documents',
  change: 'take documents away and arrange the layout',
  configure: 'change settings',
  audit: 'read the audit log',
};

const PERMISSIONS: Readonly<Record<string, string>> = {
  ...SCOPES,
  manage: 'manage people and their keys',
  own: 'do what only the owner may',
};

/** What somebody may do, as the end of a sentence. */
export function mayText(permissions: readonly string[]): string {
  const parts = permissions.flatMap((permission) => PERMISSIONS[permission] ?? []);
  return parts.length === 0 ? 'do nothing here' : new Intl.ListFormat('en').format(parts);
}

/** By what a session was begun. */
export const WAYS: Readonly<Record<SessionsResponse['sessions'][number]['how'], string>> = {
  nostr: 'with a Nostr key',
  link: 'with a link of the owner',
  key: 'with a key',
};
