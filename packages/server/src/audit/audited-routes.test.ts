import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditedPath, auditedRoute, isRefusal, otherPath, outcomeOf, READS, SELF_AUDITED } from './audited-routes.ts';
import { readCarried, someOf, writeCarried } from './carried.ts';

/** The routes of the interface, from its own description. */
async function changesOf(): Promise<string[]> {
  const { buildApp } = await import('../http/app.ts');
  const { testContext } = await import('./test-context.ts');
  const app = await buildApp(testContext());
  const routes: string[] = [];
  await app.ready();
  const { paths } = app.swagger() as { paths: Record<string, Record<string, { security?: unknown[] }>> };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(methods))
      if (security && method !== 'get') routes.push(`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
  }
  await app.close();
  return routes;
}

describe('audited routes', () => {
  it('are all that only the owner may ask to change something', async () => {
    const changes = await changesOf();
    assert.ok(changes.length >= 9, changes.join());
    for (const change of changes) {
      const [method = '', route = ''] = change.split(' ');
      if (SELF_AUDITED.has(change) || READS.has(change)) continue;
      assert.notEqual(auditedRoute(method, route)?.action ?? 'change.other', 'change.other', change);
      assert.equal(auditedPath(method, route.replace(/:\w+/g, 'x%2Fy'))?.route, route, change);
    }
  });

  it('are no others', () => {
    for (const [method, path] of [
      ['GET', '/api/v1/documents'],
      ['HEAD', '/api/v1/documents/x'],
      ['POST', '/api/v1/process'],
      ['DELETE', '/api/v1/documents/x/y'],
      ['DELETE', '/api/v1/documents'],
      ['POST', '/'],
      ['TRACE', '/api/v1/documents'],
    ] as const)
      assert.equal(auditedPath(method, path), null, `${method} ${path}`);
  });

  it('are known under every spelling that the router takes for theirs', () => {
    for (const path of ['/api/v1/%64ocuments', '/%61pi/v1/documents', '/api/v1/documents#here', '/api/v1/%64ocuments#'])
      assert.equal(auditedPath('POST', path)?.action, 'document.put', path);
    assert.equal(auditedPath('POST', '/api/v1/documents%'), null);
  });

  it('that are not in the table are changes all the same, unless they are known to be none', () => {
    assert.deepEqual(auditedRoute('POST', '/api/v1/new'), {
      action: 'change.other',
      route: '/api/v1/new',
      hasBeginning: true,
    });
    assert.equal(otherPath('POST', '/api/v1/new')?.action, 'change.other');
    for (const read of ['/api/v1/process', '/api/v1/fuse']) {
      assert.equal(auditedRoute('POST', read), null);
      assert.equal(otherPath('POST', read), null);
    }
    assert.equal(auditedRoute('GET', '/api/v1/new'), null);
    assert.equal(otherPath('GET', '/api/v1/new'), null);
  });

  it('of sign-ins have no beginning: anybody may try one', () => {
    assert.equal(auditedPath('POST', '/api/v1/auth/login')?.hasBeginning, false);
    assert.equal(auditedPath('POST', '/api/v1/auth/keys')?.hasBeginning, true);
  });

  it('tell what became of them by the status', () => {
    assert.deepEqual([200, 404, 500, 507].map(outcomeOf), ['done', 'refused', 'failed', 'failed']);
    assert.deepEqual([200, 404, 401, 429, 503].map(isRefusal), [false, false, true, true, false]);
  });
});

describe('what a route tells the log', () => {
  it('comes through the header as it was, whatever is in it', () => {
    const carried = { detail: { code: 'x', count: 5 }, personal: { documents: ['näme\r\n', '%00'] } };
    const header = writeCarried(carried) as string;
    assert.match(header, /^[\x21-\x7e]+$/);
    assert.deepEqual(readCarried(header), carried);
    assert.deepEqual(readCarried('%'), {});
    assert.deepEqual(readCarried(undefined), {});
  });

  it('is bounded', () => {
    assert.equal(writeCarried({ personal: { text: 'x'.repeat(5_000) } }), null);
    const some = someOf(Array.from({ length: 1_000 }, (_, i) => `näme/${i}`));
    assert.ok(some.length > 20 && some.length < 500);
    assert.ok(writeCarried({ personal: { documents: some } }) !== null);
  });
});
