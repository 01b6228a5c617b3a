import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROUTES } from '../access/test-routes.ts';
import {
  auditedPath,
  auditedRoute,
  isRefusal,
  mayChangeSomething,
  otherPath,
  outcomeOf,
  READS,
  SELF_AUDITED,
} from './audited-routes.ts';
import { readCarried, someOf, writeCarried } from './carried.ts';

/** Routes by which something may be changed, as they are registered, with what they take. */
const CHANGES = ROUTES.filter(
  ([route, permission]) => !route.startsWith('GET ') && mayChangeSomething(new Set([permission])),
).map(([route, permission]) => [route.replace(/\{(\w+)\}/g, ':$1'), permission] as const);

describe('audited routes', () => {
  it('are all that change something, each with the permission that its route takes', () => {
    assert.ok(CHANGES.length >= 20, CHANGES.join());
    for (const [change, permission] of CHANGES) {
      const [method = '', route = ''] = change.split(' ');
      if (SELF_AUDITED.has(change) || READS.has(change)) continue;
      const audited = auditedRoute(method, route);
      assert.notEqual(audited?.action ?? 'change.other', 'change.other', change);
      assert.equal(audited?.permission, permission, change);
      assert.equal(auditedPath(method, route.replace(/:\w+/g, 'x%2Fy'))?.route, route, change);
    }
  });

  it('that are known to change nothing are few', () => {
    assert.deepEqual(
      CHANGES.map(([change]) => change).filter((change) => READS.has(change)),
      ['POST /api/v1/config/validate'],
    );
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
      permission: null,
      hasBeginning: true,
    });
    assert.equal(otherPath('POST', '/api/v1/new')?.action, 'change.other');
    for (const read of ['/api/v1/process', '/api/v1/fuse', '/api/v1/auth/challenge', '/api/v1/auth/ticket']) {
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
