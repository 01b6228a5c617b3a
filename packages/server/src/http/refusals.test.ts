/** Every documented route, sent what it does not take: each refusal says where, what was expected, and what to change. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { permissionsOf, type Principal } from '@vortexflow/identity';
import { type ErrorResponse, wireError } from '@vortexflow/protocol';
import type { Access } from '../access/access.ts';
import type { Auth } from '../access/auth.ts';
import { testContext } from '../audit/test-context.ts';
import type { App } from './app-type.ts';
import { buildApp } from './app.ts';

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
}
interface Operation {
  readonly requestBody?: object;
  readonly parameters?: readonly Parameter[];
}
interface Route {
  readonly method: 'GET';
  readonly url: string;
  readonly operation: Operation;
}

let app: App;
/** Who asks next. */
let principal: Principal;
const OWNER: Principal = {
  subject: 'somebody',
  role: 'owner',
  permissions: permissionsOf('owner', null),
  how: 'session',
  credential: 'id',
};
const GUEST: Principal = { ...OWNER, role: 'guest', permissions: new Set(), how: 'none' };

before(async () => {
  principal = OWNER;
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
  app = await buildApp({ ...testContext(), access, auth });
  await app.ready();
});
after(() => app.close());

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function routes(): Route[] {
  const { paths = {} } = app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  return Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => method in operations).map((method) => ({
      method: method.toUpperCase() as 'GET',
      url: path.replaceAll('{version}', '1').replaceAll(/\{\w+\}/g, 'x'),
      operation: operations[method] as Operation,
    })),
  );
}

const hasBody = ({ operation }: Route): boolean => operation.requestBody !== undefined;
const queryOf = ({ operation }: Route): Parameter[] =>
  (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');

async function refusal(
  { method, url }: Route,
  query: string,
  payload?: string,
  type = 'application/json',
): Promise<ErrorResponse> {
  const body = payload === undefined ? {} : { payload, headers: { 'content-type': type } };
  const response = await app.inject({ method, url: url + query, ...body });
  assert.ok(response.statusCode >= 400, `${method} ${url} ${payload ?? query}: ${response.statusCode}`);
  return response.json();
}

/** @param status that it must have */
function assertTold(error: ErrorResponse, status: number, pointer: RegExp, what: string): void {
  const told = `${what}: ${JSON.stringify(error)}`;
  assert.equal(error.status, status, told);
  assert.match(error.code, /^[a-z_]+$/, told);
  const { pointer: where = 'none', expected = '' } = (error.details ?? {}) as Readonly<Record<string, string>>;
  assert.match(where, pointer, told);
  assert.ok(expected.length > 2, told);
  assert.match(error.hint ?? '', /^\w.*[.?]$/, told);
}

/** Takes any key; whether it is a setting, the configuration says, which is not there in this test. */
const ANY_KEY = new Set(['PATCH /api/v1/config']);

describe('refusals over all routes', () => {
  it('of bodies: empty, of a wrong type, with an unknown key, of another media type', async () => {
    const taking = routes().filter(hasBody);
    assert.ok(taking.length >= 14, String(taking.length));
    for (const route of taking) {
      const name = `${route.method} ${route.url}`;
      assertTold(await refusal(route, '', ''), 400, /^$/, `${name}, empty`);
      assertTold(await refusal(route, '', '{"a"'), 400, /^(\/a)?$/, `${name}, cut off`);
      assertTold(await refusal(route, '', 'x', 'text/plain'), 415, /^\/headers\/content-type$/, `${name}, plain text`);
      assertTold(await refusal(route, '', '5'), 400, /^$/, `${name}, a number`);
      assertTold(await refusal(route, '', '{"a":1,"a":2}'), 400, /^\/a$/, `${name}, a key twice`);
      if (ANY_KEY.has(name)) continue;
      assertTold(await refusal(route, '', '{"surely_unknown":1}'), 400, /^\/\w+$/, `${name}, an unknown key`);
    }
  });

  it('of queries: with an unknown key, and without what is needed', async () => {
    const asking = routes().filter((route) => queryOf(route).length > 0);
    assert.ok(asking.length >= 9, String(asking.length));
    for (const route of asking) {
      const name = `${route.method} ${route.url}`;
      const query = queryOf(route);
      const needed = query.filter(({ required }) => required === true);
      const body = hasBody(route) || route.method !== 'GET' ? 'x' : undefined;
      if (needed.length > 0)
        assertTold(await refusal(route, '', body), 400, new RegExp(`^/querystring/${needed[0]?.name}$`), name);
      else assertTold(await refusal(route, '?surely_unknown=1', body), 400, /^\/querystring\/surely_unknown$/, name);
      const twice = `?${query[0]?.name}=1&${query[0]?.name}=2`;
      assertTold(await refusal(route, twice, body), 400, /^\/querystring\/\w+$/, `${name}, twice`);
    }
  });

  it('of callers: with a code and a hint, where no field is at fault', async () => {
    for (const who of [GUEST, { ...GUEST, how: 'session' as const }]) {
      principal = who;
      let refused = 0;
      for (const route of routes()) {
        const response = await app.inject({ method: route.method, url: route.url });
        if (![401, 403].includes(response.statusCode)) continue;
        refused++;
        const error: ErrorResponse = response.json();
        assert.ok(error.code && (error.hint ?? '').length > 10, JSON.stringify(error));
      }
      assert.ok(refused >= 30, String(refused));
    }
    principal = OWNER;
  });

  it('of addresses and methods', async () => {
    for (const [method, url, status] of [
      ['GET', '/api/v1/nothing', 404],
      ['DELETE', '/api/v1/process', 405],
      ['PUT', '/api/v1/graph/import', 405],
    ] as const) {
      const response = await app.inject({ method, url });
      const error: ErrorResponse = response.json();
      assert.equal(response.statusCode, status);
      assert.ok(error.code && error.hint, JSON.stringify(error));
    }
  });
});
