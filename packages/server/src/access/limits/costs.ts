/** What a request costs, in questions: known from its address alone, before anything of it is read. */

/** The page's own files, health and the proof of identity: anybody, as often as he likes. */
export const isFree = (path: string): boolean =>
  path === '/api/v1/identity' || !(path.startsWith('/api/') || path.startsWith('/ws/') || path === '/metrics');

/** On no quota: one's own account, so that nobody is locked out of it, and metrics, which are asked for all day. */
export const isOffQuota = (path: string): boolean => path.startsWith('/api/v1/auth/') || path === '/metrics';

/** Where the configuration says nothing else. `signin`: signatures and codes, also a matter of guessing. */
export const DEFAULT_ROUTE_COSTS = {
  fuse: 10,
  documents: 5,
  import: 20,
  export: 20,
  analytics: 20,
  majorise: 50,
  signin: 5,
} as const;

type CostlyRoute = keyof typeof DEFAULT_ROUTE_COSTS;
/** Of the routes that cost more than a question, in questions. */
export type RouteCosts = Readonly<Record<CostlyRoute, number>>;

const ROUTES: readonly (readonly [string, RegExp, CostlyRoute])[] = [
  ['POST', /^\/api\/v1\/fuse$/, 'fuse'],
  ['POST', /^\/api\/v1\/documents$/, 'documents'],
  ['POST', /^\/api\/v1\/graph\/import$/, 'import'],
  ['GET', /^\/api\/v1\/graph\/export$/, 'export'],
  ['GET', /^\/api\/v1\/graph\/analytics$/, 'analytics'],
  ['POST', /^\/api\/v1\/layout\/majorise$/, 'majorise'],
  ['POST', /^\/api\/v1\/auth\/(?:login|challenge|second-factor)$/, 'signin'],
];

/** 1: a question. */
export function costOf(method: string, path: string, costs: RouteCosts): number {
  const route = ROUTES.find(([only, pattern]) => only === method && pattern.test(path))?.[2];
  return route === undefined ? 1 : costs[route];
}
