/** Who may do what: the one table. What it does not name is denied. */

/** From the least to the most. */
export const ROLES = ['guest', 'reader', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/**
 * `public`: health, the page's own files, the way to sign in. `look`: the graph, its viewers, documents, metrics. `ask`:
 * questions. `contribute`: new documents, one's own again, feedback. `change`: replace and take away those of others, arrange the layout. `account`: one's own
 * sessions, keys and second factor. `configure`: settings. `audit`: the audit trail. `manage`: other people and their keys.
 * `own`: what nobody else may, such as making admins.
 */
export const PERMISSIONS = [
  'public',
  'look',
  'ask',
  'contribute',
  'change',
  'account',
  'configure',
  'audit',
  'manage',
  'own',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const TABLE: Readonly<Record<Role, readonly Permission[]>> = {
  // Somebody from outside who has shown nothing.
  guest: ['public'],
  reader: ['public', 'look', 'ask', 'account'],
  editor: ['public', 'look', 'ask', 'account', 'contribute', 'change'],
  admin: ['public', 'look', 'ask', 'account', 'contribute', 'change', 'configure', 'audit', 'manage'],
  owner: PERMISSIONS,
};

/** What a key may be given. One that leaks must not be able to make itself another, so its bearer has no account. */
export const SCOPES = ['look', 'ask', 'contribute', 'change', 'configure', 'audit'] as const satisfies Permission[];
export type Scope = (typeof SCOPES)[number];

/** What a role may do; with scopes, only those of it. */
export function permissionsOf(role: Role, scopes: readonly Permission[] | null = null): ReadonlySet<Permission> {
  const own = TABLE[role];
  return new Set(scopes === null ? own : own.filter((one) => one === 'public' || scopes.includes(one)));
}

/** Whether somebody of the first role stands above one of the second. Nobody gives, changes or takes what is not below him. */
export const isAbove = (role: Role, other: Role): boolean => ROLES.indexOf(role) > ROLES.indexOf(other);
