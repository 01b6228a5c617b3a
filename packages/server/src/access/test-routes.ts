/** All documented routes, for tests: a new one has to be entered here on purpose. */
import type { Permission } from '@vortexflow/identity';

/** By what each needs. */
const TABLE: Readonly<Record<Permission, readonly string[]>> = {
  public: [
    'GET /health',
    'GET /health/live',
    'GET /health/ready',
    'GET /api/v1/identity',
    'GET /api/v1/auth/me',
    'GET /api/v1/auth/me/quota',
    'POST /api/v1/auth/challenge',
    'POST /api/v1/auth/login',
    'POST /api/v1/auth/second-factor',
    'POST /api/v1/auth/logout',
  ],
  look: [
    'GET /metrics',
    'GET /api/v1/tree',
    'GET /api/v1/graph',
    'GET /api/v1/graph/analytics',
    'GET /api/v1/graph/export',
    'GET /api/v1/graph/names',
    'GET /api/v1/graph/nodes',
    'GET /api/v1/graph/nodes/{id}',
    'GET /api/v1/graph/path',
    'GET /api/v1/graph/search',
    'GET /api/v1/layout',
    'GET /api/v1/documents',
    'GET /api/v1/documents/{id}',
    'GET /api/v1/calibration',
    'GET /api/v1/answers/{id}/trace',
    'POST /api/v1/auth/ticket',
  ],
  ask: ['POST /api/v1/process', 'POST /api/v1/fuse'],
  contribute: ['POST /api/v1/documents', 'POST /api/v1/graph/import', 'POST /api/v1/feedback'],
  change: [
    'DELETE /api/v1/documents/{id}',
    'PATCH /api/v1/layout',
    'PUT /api/v1/layout/pins/{id}',
    'DELETE /api/v1/layout/pins/{id}',
    'DELETE /api/v1/layout/pins',
    'POST /api/v1/layout/majorise',
  ],
  account: [
    'GET /api/v1/auth/sessions',
    'DELETE /api/v1/auth/sessions/{id}',
    'GET /api/v1/auth/keys',
    'POST /api/v1/auth/keys',
    'DELETE /api/v1/auth/keys/{id}',
    'GET /api/v1/auth/me/second-factor',
    'POST /api/v1/auth/me/second-factor',
    'PUT /api/v1/auth/me/second-factor',
    'DELETE /api/v1/auth/me/second-factor',
  ],
  manage: [
    'GET /api/v1/auth/users',
    'POST /api/v1/auth/users',
    'PATCH /api/v1/auth/users/{id}',
    'DELETE /api/v1/auth/users/{id}',
    'DELETE /api/v1/auth/users/{id}/second-factor',
  ],
  configure: [
    'GET /api/v1/config',
    'PATCH /api/v1/config',
    'GET /api/v1/config/schema',
    'GET /api/v1/config/versions',
    'GET /api/v1/config/versions/{version}',
    'GET /api/v1/config/diff',
    'POST /api/v1/config/rollback',
    'POST /api/v1/config/validate',
  ],
  audit: ['GET /api/v1/audit', 'GET /api/v1/audit/checkpoint', 'GET /api/v1/audit/proof'],
  own: ['POST /api/v1/auth/links', 'POST /api/v1/privacy/export', 'POST /api/v1/privacy/erase'],
};

/** Method and address, and what it takes. */
export const ROUTES = Object.entries(TABLE).flatMap(([permission, routes]) =>
  routes.map((route) => [route, permission as Permission] as const),
);
