/** Every route, asked by every role: what the two tables say is what happens. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Permission, permissionsOf, type Principal, ROLES } from '@vortexflow/identity';
import { wireError } from '@vortexflow/protocol';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import type { ServerContext } from '../http/services.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type LiveFigures, Metrics } from '../telemetry/metrics.ts';
import type { Viewers } from '../stream/viewers.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';

/** What each route needs. A new route has to be entered here on purpose. */
const TABLE: Partial<Record<Permission, readonly string[]>> = {
  public: [
    'GET /health',
    'GET /health/live',
    'GET /health/ready',
    'GET /api/v1/identity',
    'GET /api/v1/auth/me',
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
  own: ['POST /api/v1/auth/links'],
};
const ROUTES = Object.entries(TABLE).flatMap(([permission, routes]) =>
  routes.map((route) => [route, permission as Permission] as const),
);

let app: App;
let metrics: Metrics;
/** Who asks next. */
let principal: Principal;
before(async () => {
  metrics = new Metrics(() => ({ sensors: [], threads: [] }) as unknown as LiveFigures);
  app = await buildApp(context());
  await app.ready();
});
after(async () => {
  await app.close();
  metrics.stop();
});

/** A server that is still loading: routes come as far as that, when they are let through. */
function context(): ServerContext {
  const access: Access = {
    admit: () => principal,
    admitSocket: () => principal,
    hold: () => undefined,
    addressOf: () => '203.0.113.1',
  };
  return {
    version: '0',
    logger: createLogger('silent', 'json'),
    metrics,
    access,
    auth: new Proxy({} as Auth, { get: () => () => Promise.reject(wireError('not_ready', { progress: 'testing' })) }),
    corsOrigins: [],
    isTls: false,
    viewers: { count: 0 } as Viewers,
    services: () => null,
    asking: () => null,
    progress: () => 'testing',
    tree: () => ({ id: 'root', kind: 'system', state: 'running', restarts: 0 }),
    degradation: () => ({ level: 'full', answers: 'full', writes: true }) as never,
  };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function routes(): string[] {
  const { paths = {} } = app.swagger() as { paths?: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

const somebody = (role: (typeof ROLES)[number], scopes: readonly Permission[] | null = null): Principal => ({
  subject: 'somebody',
  role,
  permissions: permissionsOf(role, scopes),
  how: 'session',
  credential: 'id',
});

async function statusOf(route: string): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  const url = path.replaceAll(/\{\w+\}/g, 'x');
  return (await app.inject({ method: method as 'GET', url })).statusCode;
}

describe('routes', () => {
  it('are these and no others', () => {
    assert.deepEqual(routes().sort(), ROUTES.map(([route]) => route).sort());
  });

  for (const role of ROLES) {
    it(`let a role pass that the table lets pass: ${role}`, async () => {
      principal = somebody(role);
      for (const [route, permission] of ROUTES) {
        const isOpen = permissionsOf(role).has(permission);
        assert.equal((await statusOf(route)) !== 403, isOpen, `${role} ${route}`);
      }
    });
  }

  it('are closed to a role that may do everything else', async () => {
    const all = [...permissionsOf('owner')];
    for (const [route, permission] of ROUTES) {
      if (permission === 'public') continue;
      principal = somebody(
        'owner',
        all.filter((one) => one !== permission),
      );
      assert.equal(await statusOf(route), 403, route);
    }
  });

  it('ask who has shown nothing to show something', async () => {
    for (const how of ['none', 'loopback'] as const) {
      for (const [route, permission] of ROUTES) {
        principal = { ...somebody('guest'), how };
        assert.equal((await statusOf(route)) === 401, permission !== 'public', route);
      }
    }
  });
});
