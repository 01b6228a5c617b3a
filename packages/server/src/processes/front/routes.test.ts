import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { GUEST } from '@vortexflow/identity';
import { requestHeaders, responseHeaders } from './heads.ts';
import { DEFAULT_BODY_LIMITS } from '../../http/limits.ts';
import { routeOf } from './routes.ts';

describe('routes', () => {
  it('are served by any process where the knowledge alone answers, else by the leader', () => {
    for (const [method, path] of [
      ['POST', '/api/v1/process'],
      ['POST', '/api/v1/fuse'],
      ['POST', '/api/v1/feedback'],
      ['GET', '/api/v1/answers/1/trace'],
      ['GET', '/api/v1/config'],
      ['PATCH', '/api/v1/config'],
      ['POST', '/api/v1/config/rollback'],
      ['GET', '/'],
      ['GET', '/assets/page.js'],
      ['POST', '/api/v1/auth/login'],
    ] as const)
      assert.equal(routeOf(method, path, DEFAULT_BODY_LIMITS).need, 'any', path);
    for (const [method, path] of [
      ['POST', '/api/v1/documents'],
      ['GET', '/api/v1/documents'],
      ['GET', '/api/v1/graph/search'],
      ['PATCH', '/api/v1/layout'],
      ['POST', '/api/v1/graph/import'],
      ['POST', '/something/new'],
      ['GET', '/api/v1/configuration'],
      ['GET', '/api/v1/auth/me/quota'],
    ] as const)
      assert.equal(routeOf(method, path, DEFAULT_BODY_LIMITS).need, 'leader', path);
  });

  it('are repeated only where a second time does what one time does', () => {
    for (const [method, path] of [
      ['PATCH', '/api/v1/layout'],
      ['POST', '/api/v1/graph/import'],
      ['POST', '/api/v1/layout/majorise'],
      ['PATCH', '/api/v1/config'],
      ['POST', '/api/v1/config/rollback'],
      ['POST', '/something/new'],
      ['POST', '/api/v1/auth/login'],
      ['POST', '/api/v1/auth/keys'],
      ['PUT', '/api/v1/auth/me/second-factor'],
      ['DELETE', '/api/v1/auth/me/second-factor'],
      ['DELETE', '/api/v1/auth/%6de/second-factor'],
    ] as const)
      assert.equal(routeOf(method, path, DEFAULT_BODY_LIMITS).isRepeatable, false, path);
    for (const path of ['/api/v1/documents/a', '/api/v1/auth/users/a/second-factor', '/api/v1/auth/keys/a'])
      assert.equal(routeOf('DELETE', path, DEFAULT_BODY_LIMITS).isRepeatable, true, path);
  });
});

describe('headers on their way through', () => {
  it('lose what belongs to one connection, and whatever pretends to be the front', () => {
    const raw = ['Host', 'a', 'Connection', 'x-own, keep-alive', 'X-Own', '1', 'X-Vortexflow-Peer', '127.0.0.1'];
    raw.push('X-VORTEXFLOW-PRINCIPAL', 'owner-key owner - owner look');
    const request = {
      rawHeaders: [...raw, 'Transfer-Encoding', 'chunked', 'Accept', 'text/html', 'Accept', 'text/plain'],
      headers: { connection: 'x-own, keep-alive' },
    } as unknown as IncomingMessage;
    const caller = { principal: GUEST, address: '192.0.2.7' };
    const who = ['x-vortexflow-principal', 'none guest - anonymous public'];
    const own = ['x-vortexflow-peer', '192.0.2.7', ...who, 'x-request-id', 'id'];
    const passed = ['Host', 'a', 'Accept', 'text/html', 'Accept', 'text/plain'];
    assert.deepEqual(requestHeaders(request, 'id', caller), [...own, ...passed]);
    assert.deepEqual(responseHeaders({ connection: 'close', 'content-length': '3', 'set-cookie': ['a', 'b'] }), {
      'content-length': '3',
      'set-cookie': ['a', 'b'],
    });
  });
});
