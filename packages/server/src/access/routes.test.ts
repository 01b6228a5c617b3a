/** Every route, asked by every role: what the two tables say is what happens. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Permission, permissionsOf, type Principal, ROLES } from '@vortexflow/identity';
import { wireError } from '@vortexflow/protocol';
import { testContext } from '../audit/test-context.ts';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import type { ServerContext } from '../http/services.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';
import { ROUTES } from './test-routes.ts';

let app: App;
/** Who asks next. */
let principal: Principal;
before(async () => {
  app = await buildApp(context());
  await app.ready();
});
after(() => app.close());

/** A server that is still loading: routes come as far as that, when they are let through. */
function context(): ServerContext {
  const access: Access = {
    admit: () => principal,
    admitSocket: () => principal,
    hold: () => undefined,
    refused: () => null,
    addressOf: () => '203.0.113.1',
  };
  const auth = new Proxy({} as Auth, {
    get: () => () => Promise.reject(wireError('not_ready', { progress: 'testing' })),
  });
  return { ...testContext(), access, auth };
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
