/** What the front must know of each route: who can serve it, and whether it may be tried again. */
import type { Permission } from '@vortexflow/identity';
import { decodedPath } from '../../access/caller.ts';
import type { BodyLimits, BodyRow } from '../../http/limits.ts';
import type { Need } from '../fleet.ts';

export interface Route {
  readonly need: Need;
  /** A second try does no harm: it changes nothing, or the same once more. */
  readonly isRepeatable: boolean;
  /** Any one process may be the one that knows: 404 means "ask the next". */
  readonly isScattered?: boolean;
  /** Largest body that is kept for a second try, bytes; a larger one is refused, as the route itself would do. */
  readonly bodyLimit: number;
  /** What a caller needs before a body of his is kept here; the process judges the rest. */
  readonly permission: Permission;
}

/** A route whose largest body is a row of the table of limits; null: it has none. */
type Rule = Omit<Route, 'bodyLimit'> & { readonly body: BodyRow | null };

const any = (body: BodyRow | null, permission: Permission = 'ask'): Rule => ({
  need: 'any',
  isRepeatable: true,
  body,
  permission,
});

const EXACT: Readonly<Record<string, Rule>> = {
  'POST /api/v1/process': any('question'),
  'POST /api/v1/fuse': any('fuse'),
  'POST /api/v1/feedback': { ...any('feedback', 'contribute'), isScattered: true },
  'GET /api/v1/identity': any(null, 'public'),
  // What is stored on whose account, the leader alone knows.
  'GET /api/v1/auth/me/quota': { ...any(null, 'public'), need: 'leader' },
  // Documents take the place of earlier ones with their ids: the same request twice leaves what it leaves once.
  'POST /api/v1/documents': { ...any('documents', 'contribute'), need: 'leader' },
};

/** Any process passes these on to the root process. */
const CONFIG = /^\/api\/v1\/config(?:\/|$)/;
const TRACE = /^\/api\/v1\/answers\/[^/]+\/trace$/;
/** Methods that may be repeated (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** But for these: they take a code, which is used up by the first try. */
const SECOND_FACTOR = '/api/v1/auth/me/second-factor';

/** @param path without the query */
export function routeOf(method: string, path: string, limits: BodyLimits): Route {
  const { body, ...route } = ruleOf(method, path);
  return { ...route, bodyLimit: body === null ? 0 : limits[body] };
}

function ruleOf(method: string, path: string): Rule {
  const exact = EXACT[`${method} ${path}`];
  if (exact) return exact;
  const isRepeatable = IDEMPOTENT.has(method) && decodedPath(path) !== SECOND_FACTOR;
  // The records are kept by this process, and any other can ask for them. Nobody has signed in yet who signs in.
  if (path.startsWith('/api/v1/auth/')) return { ...any('auth', 'public'), isRepeatable };
  if (!path.startsWith('/api/') && isRepeatable) return any('question');
  if (CONFIG.test(path)) return { ...any('config', 'configure'), isRepeatable };
  if (TRACE.test(path)) return { ...any('question'), isRepeatable, isScattered: true };
  return { ...any('question'), need: 'leader', isRepeatable };
}
