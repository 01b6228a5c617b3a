/** What a request costs, in questions: known from its address alone, before anything of it is read. */

/** The page's own files, health and the proof of identity: anybody, as often as he likes. */
export const isFree = (path: string): boolean =>
  path === '/api/v1/identity' || !(path.startsWith('/api/') || path.startsWith('/ws/') || path === '/metrics');

/** On no quota: one's own account, so that nobody is locked out of it, and metrics, which are asked for all day. */
export const isOffQuota = (path: string): boolean => path.startsWith('/api/v1/auth/') || path === '/metrics';

const COSTS: readonly (readonly [string, RegExp, number])[] = [
  ['POST', /^\/api\/v1\/fuse$/, 10],
  ['POST', /^\/api\/v1\/documents$/, 5],
  ['POST', /^\/api\/v1\/graph\/import$/, 20],
  ['GET', /^\/api\/v1\/graph\/export$/, 20],
  ['GET', /^\/api\/v1\/graph\/analytics$/, 20],
  ['POST', /^\/api\/v1\/layout\/majorise$/, 50],
  // Signatures and codes: also a matter of guessing.
  ['POST', /^\/api\/v1\/auth\/(?:login|challenge|second-factor)$/, 5],
];

/** 1: a question. */
export function costOf(method: string, path: string): number {
  return COSTS.find(([only, pattern]) => only === method && pattern.test(path))?.[2] ?? 1;
}
