import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANONYMOUS, GUEST } from './principal.ts';
import { isAbove, PERMISSIONS, permissionsOf, ROLES, SCOPES } from './roles.ts';

describe('the table of roles', () => {
  it('says exactly this', () => {
    const table = Object.fromEntries(ROLES.map((role) => [role, [...permissionsOf(role)].join(' ')]));
    assert.deepEqual(table, {
      guest: 'public',
      reader: 'public look ask account',
      editor: 'public look ask account contribute change',
      admin: 'public look ask account contribute change configure audit manage',
      owner: PERMISSIONS.join(' '),
    });
  });

  it('gives a higher role whatever a lower one has', () => {
    for (const role of ROLES) {
      for (const lower of ROLES.filter((one) => isAbove(role, one)))
        for (const permission of permissionsOf(lower))
          assert.ok(permissionsOf(role).has(permission), `${role} ${permission}`);
    }
  });

  it('never gives more by scopes than the role has, nor more than the scopes say', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ROLES), fc.subarray([...SCOPES]), (role, scopes) => {
        for (const permission of permissionsOf(role, scopes)) {
          assert.ok(permissionsOf(role).has(permission));
          assert.ok(permission === 'public' || (scopes as string[]).includes(permission));
        }
      }),
    );
  });

  it('lets nobody without a key manage anything, nor have an account', () => {
    assert.deepEqual([...GUEST.permissions], ['public']);
    assert.deepEqual([...ANONYMOUS.permissions], ['public', 'look', 'ask']);
  });
});
