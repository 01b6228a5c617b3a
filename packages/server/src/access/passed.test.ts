import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANONYMOUS, GUEST, OWNER, type Principal, ROLES, SCOPES } from '@vortexflow/identity';
import fc from 'fast-check';
import { readPrincipal, writePrincipal } from './passed.ts';

describe('principals on their way to another process', () => {
  it('arrive as they were sent', () => {
    const keyed: Principal = {
      ...OWNER,
      role: 'editor',
      how: 'api-key',
      credential: 'k1',
      permissions: new Set(['look']),
    };
    const service: Principal = { ...keyed, how: 'service', subject: 'service:a.b_c-d', until: 1_767_225_600_000 };
    const session: Principal = { ...keyed, how: 'session', credential: 's1', key: 'k1' };
    for (const principal of [OWNER, ANONYMOUS, GUEST, keyed, service, session])
      assert.deepEqual(readPrincipal(writePrincipal(principal)), principal);
  });

  it('arrive as they were sent, whatever their role and scopes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROLES),
        fc.subarray([...SCOPES]),
        fc.stringMatching(/^[a-z0-9]{1,32}$/),
        (role, scopes, id) => {
          const principal: Principal = {
            subject: id,
            role,
            permissions: new Set(scopes),
            how: 'session',
            credential: id,
          };
          assert.deepEqual(readPrincipal(writePrincipal(principal)), principal);
        },
      ),
    );
  });

  it('are nobody when they were not written by us', () => {
    for (const text of [
      '',
      'owner',
      'owner-key king - owner look',
      'magic owner - owner look',
      'owner-key owner - a b c d',
      'owner-key owner - a b c/d',
      'owner-key owner - a/b look',
      'service editor k1 service:a look never',
    ])
      assert.equal(readPrincipal(text), null, text);
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readPrincipal(text), null)));
  });
});
