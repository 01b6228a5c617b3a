import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditedRoute, isRefusal, outcomeOf, SELF_AUDITED } from './audited-routes.ts';
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
      const audited = auditedRoute(method, route.replace(/:\w+/g, 'x%2Fy'));
      if (!SELF_AUDITED.has(change)) assert.equal(audited?.route, route, change);
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
      assert.equal(auditedRoute(method, path), null, `${method} ${path}`);
  });

  it('of sign-ins have no beginning: anybody may try one', () => {
    assert.equal(auditedRoute('POST', '/api/v1/auth/login')?.hasBeginning, false);
    assert.equal(auditedRoute('POST', '/api/v1/auth/keys')?.hasBeginning, true);
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
