/** Which requests are changes, and what they are called in the log. A test holds it against the routes that there are. */
import type { Permission } from '@vortexflow/identity';
import { decodedPath } from '../access/caller.ts';

/** Action and permission by method and address; `:name` stands for one part of it. */
const ACTIONS: Readonly<Record<string, readonly [string, Permission]>> = {
  'POST /api/v1/documents': ['document.put', 'contribute'],
  'DELETE /api/v1/documents/:id': ['document.remove', 'change'],
  'POST /api/v1/graph/import': ['graph.import', 'contribute'],
  'POST /api/v1/feedback': ['feedback.give', 'contribute'],
  'PATCH /api/v1/layout': ['layout.change', 'change'],
  'POST /api/v1/layout/majorise': ['layout.majorise', 'change'],
  'PUT /api/v1/layout/pins/:id': ['layout.pin', 'change'],
  'DELETE /api/v1/layout/pins/:id': ['layout.unpin', 'change'],
  'DELETE /api/v1/layout/pins': ['layout.unpin_all', 'change'],
  'PATCH /api/v1/config': ['config.change', 'configure'],
  'POST /api/v1/config/rollback': ['config.rollback', 'configure'],
  'POST /api/v1/auth/login': ['auth.login', 'public'],
  'POST /api/v1/auth/second-factor': ['auth.second_factor', 'public'],
  'POST /api/v1/auth/logout': ['auth.logout', 'public'],
  'POST /api/v1/auth/links': ['auth.link_create', 'own'],
  'POST /api/v1/auth/keys': ['auth.key_create', 'account'],
  'DELETE /api/v1/auth/keys/:id': ['auth.key_revoke', 'account'],
  'DELETE /api/v1/auth/sessions/:id': ['auth.session_revoke', 'account'],
  'POST /api/v1/auth/me/second-factor': ['auth.second_factor_enrol', 'account'],
  'PUT /api/v1/auth/me/second-factor': ['auth.second_factor_confirm', 'account'],
  'DELETE /api/v1/auth/me/second-factor': ['auth.second_factor_drop', 'account'],
  'POST /api/v1/auth/users': ['auth.user_create', 'manage'],
  'PATCH /api/v1/auth/users/:id': ['auth.user_change', 'manage'],
  'DELETE /api/v1/auth/users/:id': ['auth.user_remove', 'manage'],
  'DELETE /api/v1/auth/users/:id/second-factor': ['auth.second_factor_reset', 'manage'],
};

/** Routes that write to the log by themselves. */
export const SELF_AUDITED: ReadonlySet<string> = new Set(['POST /api/v1/privacy/erase', 'POST /api/v1/privacy/export']);

export interface AuditedRoute {
  readonly action: string;
  /** Address with the names of its parts in place of what stands there. */
  readonly route: string;
  /** What it takes; null where only the route itself knows. */
  readonly permission: Permission | null;
  /** It is in the log before it is done. Of a sign-in only the end is: anybody may try one. */
  readonly hasBeginning: boolean;
}

/** Methods by which nothing is changed (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Routes that change nothing all the same. */
export const READS: ReadonlySet<string> = new Set([
  'POST /api/v1/process',
  'POST /api/v1/fuse',
  'POST /api/v1/config/validate',
  'POST /api/v1/auth/challenge',
  'POST /api/v1/auth/ticket',
]);

/** By which nothing is changed. */
const READING: ReadonlySet<Permission> = new Set(['public', 'look', 'ask', 'audit'] as const);

/** Whether somebody may change anything at all. */
export const mayChangeSomething = (permissions: ReadonlySet<Permission>): boolean =>
  [...permissions].some((permission) => !READING.has(permission));

interface Pattern extends AuditedRoute {
  readonly matches: RegExp;
}

const byRoute = new Map<string, AuditedRoute>();
const exact = new Map<string, AuditedRoute>();
const patterns = new Map<string, Pattern[]>();
for (const [key, [action, permission]] of Object.entries(ACTIONS)) {
  const [method = '', route = ''] = key.split(' ');
  const audited = { action, route, permission, hasBeginning: permission !== 'public' };
  byRoute.set(key, audited);
  if (!route.includes(':')) exact.set(key, audited);
  else {
    const matches = new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`);
    patterns.set(method, [...(patterns.get(method) ?? []), { ...audited, matches }]);
  }
}

/** What is not in the table is a change, too, unless it is known to be none. */
const otherChange = (route: string): AuditedRoute => ({
  action: 'change.other',
  route,
  permission: null,
  hasBeginning: true,
});

/** For whoever knows which route was taken; null for what changes nothing. @param route as it was registered */
export function auditedRoute(method: string, route: string): AuditedRoute | null {
  const key = `${method} ${route}`;
  if (SAFE.has(method) || READS.has(key) || SELF_AUDITED.has(key)) return null;
  return byRoute.get(key) ?? otherChange(route);
}

/** For whoever knows the path only: the change that is in the table. @param path without the query */
export function auditedPath(method: string, path: string): AuditedRoute | null {
  if (SAFE.has(method)) return null;
  const plain = decodedPath(path);
  return exact.get(`${method} ${plain}`) ?? patterns.get(method)?.find(({ matches }) => matches.test(plain)) ?? null;
}

/** The same for what is not in the table: it may be a change under a name that only the routes understand. */
export function otherPath(method: string, path: string): AuditedRoute | null {
  return SAFE.has(method) || READS.has(`${method} ${path}`) ? null : otherChange('other');
}

/** Statuses of what is refused to a caller: who he is, what he sends, or how much. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 405, 408, 411, 412, 413, 415, 422, 428, 429, 431]);

export const isRefusal = (status: number): boolean => REFUSALS.has(status);

/** What became of a change, by the status of its answer. */
export function outcomeOf(status: number): 'done' | 'refused' | 'failed' {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}
