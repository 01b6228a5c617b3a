import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { concernedBy, type OwnerOf } from './concerned.ts';

/** Everything belongs to who is called like it. */
const named: OwnerOf = (thing, id) => `${thing} ${id}`;

describe('whom a path is about', () => {
  it('is told by the id in it, however it is spelt, and whatever comes behind it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('users', 'keys', 'sessions'),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.constantFrom('', '/', '/second-factor', '#here'),
        (thing, id, rest) => {
          const path = `/api/v1/auth/${thing}/${encodeURIComponent(id)}${rest}`;
          assert.equal(concernedBy(path, named), `${thing} ${id}`);
          assert.equal(concernedBy(path.replace('/auth/', '/%61uth/'), named), `${thing} ${id}`);
          assert.equal(
            concernedBy(path, () => null),
            null,
          );
        },
      ),
    );
  });

  it('is nobody where no account is named', () => {
    for (const path of [
      '/api/v1/auth/users',
      '/api/v1/auth/users/',
      '/api/v1/auth/me/second-factor',
      '/api/v1/auth/keyss/x',
      '/api/v1/documents/users/x',
      '/x/api/v1/auth/users/x',
      '/api/v1/auth/users/%',
      '/',
      '',
    ])
      assert.ok([null, 'users %'].includes(concernedBy(path, named)), path);
  });
});
